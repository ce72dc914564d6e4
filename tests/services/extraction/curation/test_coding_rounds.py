"""Two coders: blind, then reveal, then one agreed set beside both originals."""

from datetime import UTC, datetime

import pytest

from services.extraction.rounds.domain import drawn
from shared.http.auth import Principal
from tests.support.extraction import BASE, REVIEW, a_fragment

TEXT = "The nurse rang every Tuesday and it was always her, so I kept coming back again."
OPENED = {"title": "Fifth", "coders": ["ann", "ben"], "documents": ["d1"]}
FRAGMENT_EVENTS = ("fragment_coded", "fragment_amended", "fragment_withdrawn")


class Coder:
    """Somebody who codes in the review, by HTTP."""

    def __init__(self, extraction, name, *roles):
        self.extraction, self.name = extraction, name
        self.person = Principal(name, {REVIEW: frozenset(roles or {"coder"})})

    async def try_to(self, method, path, json=None):
        token = self.extraction._authenticator.sign(self.person, datetime.now(UTC))
        head = {"authorization": f"Bearer {token}"}
        return await self.extraction.client.request(method, BASE + path, json=json, headers=head)

    async def ask(self, method, path, json=None, status=200):
        answer = await self.try_to(method, path, json)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def code(self, name, quote, code="trust", document="d1", status=200, **more):
        start = TEXT.index(quote)
        body = a_fragment(name, elements=[{"role": "mechanism_response", "code": code}], **more)
        body |= {"document": document, "quote": quote, "start": start, "end": start + len(quote)}
        return await self.ask("POST", "/fragments/batch", {"fragments": [body]}, status)

    async def seen(self):
        return [one["id"] for one in (await self.ask("GET", "/fragments"))["items"]]


@pytest.fixture
def ann(extraction):
    return Coder(extraction, "ann")


@pytest.fixture
def ben(extraction):
    return Coder(extraction, "ben")


async def begin(extraction, **more):
    await extraction.put_documents({"id": "d1", "text": TEXT}, {"id": "d2", "text": TEXT})
    return await extraction.ask("PUT", "/coding-rounds/r1", {**OPENED, **more})


async def said_of_fragments(extraction):
    return [(e.NAME, e.fragment.fragment_id) for e in await extraction.said(*FRAGMENT_EVENTS)]


async def test_nobody_sees_what_the_other_codes_until_both_are_done(extraction, ann, ben):
    await begin(extraction)
    await ann.code("a1", "every Tuesday")
    await ben.code("b1", "every Tuesday", "calm")
    await ben.code("b2", "always her", document="d2")
    assert await ann.seen() == ["a1", "b2"]
    assert await ben.seen() == ["b1", "b2"]
    owner = [one["id"] for one in (await extraction.ask("GET", "/fragments"))["items"]]
    assert owner == ["b2"]
    assert await said_of_fragments(extraction) == [("fragment_coded", "b2")]
    await ann.ask("GET", "/coding-rounds/r1/comparison", status=409)
    await ann.ask("POST", "/coding-rounds/r1/done", {})
    assert (await ben.ask("GET", "/coding-rounds/r1"))["state"] == "open"
    assert await ann.seen() == ["a1", "b2"]
    assert (await ben.ask("POST", "/coding-rounds/r1/done", {}))["state"] == "revealed"
    assert await ann.seen() == await ben.seen() == ["a1", "b1", "b2"]


async def test_after_the_reveal_the_first_coder_counts_until_the_team_agrees(extraction, ann, ben):
    await begin(extraction)
    await ann.code("a1", "every Tuesday")
    await ann.code("a2", "kept coming")
    await ben.code("b1", "every Tuesday", "calm")
    await extraction.ask("POST", "/coding-rounds/r1/reveal", {"reason": "Ben is ill"})
    assert await said_of_fragments(extraction) == [
        ("fragment_coded", "a1"),
        ("fragment_coded", "a2"),
    ]
    found = await ann.ask("GET", "/coding-rounds/r1/comparison")
    assert [p["what"] for p in found["documents"][0]["passages"]] == ["other_codes", "only_first"]
    body = {"agreed": [{"take": "b1"}], "note": "calm is meant"}
    done = await ann.ask("PUT", "/coding-rounds/r1/agreed/d1", body)
    agreed = done["documents"][0]["agreed"]
    assert (await said_of_fragments(extraction))[2:] == [
        ("fragment_coded", agreed[0]),
        ("fragment_withdrawn", "a1"),
        ("fragment_withdrawn", "a2"),
    ]
    by_id = {one["id"]: one for one in (await ann.ask("GET", "/fragments"))["items"]}
    assert by_id.keys() == {"a1", "a2", "b1", *agreed}
    assert {(one["status"], one["version"]) for one in by_id.values()} == {("active", 1)}
    assert by_id[agreed[0]]["elements"] == by_id["b1"]["elements"]
    assert by_id[agreed[0]]["coder"] is None
    names = [e.NAME for e in await extraction.said()]
    assert [n for n in names if n.startswith("coding_")] == [
        "coding_round_opened",
        "coding_round_revealed",
        "coding_curated",
    ]


async def test_agreeing_again_replaces_the_agreed_set_and_repeats_change_nothing(
    extraction, ann, ben
):
    await begin(extraction)
    await ann.code("a1", "every Tuesday")
    await ben.code("b1", "always her")
    await extraction.ask("POST", "/coding-rounds/r1/reveal", {})
    path = "/coding-rounds/r1/agreed/d1"
    await ann.ask("PUT", path, {"agreed": [{"take": "a1"}, {"take": "b1"}]})
    before = len(await extraction.said())
    await ann.ask("PUT", path, {"agreed": [{"take": "a1"}, {"take": "b1"}]})
    assert len(await extraction.said()) == before
    own = a_fragment("team", document="d1", quote="Tuesday", start=21, end=28)
    done = await ann.ask("PUT", path, {"agreed": [{"fragment": own}]})
    assert done["documents"][0]["agreed"] == ["team"]
    active = (await ann.ask("GET", "/fragments?status=active"))["items"]
    assert [one["id"] for one in active] == ["a1", "b1", "team"]
    own = a_fragment("a1", document="d1", quote="Tuesday", start=21, end=28)
    await ann.ask("PUT", path, {"agreed": [{"fragment": own}]}, status=422)


async def test_what_a_coder_amends_after_the_reveal_counts_only_where_they_do(extraction, ann, ben):
    await begin(extraction)
    await ann.code("a1", "every Tuesday")
    await ben.code("b1", "always her")
    await extraction.ask("POST", "/coding-rounds/r1/reveal", {})
    await ben.code("b1", "always her", "calm")
    await ann.code("a1", "every Tuesday", "calm")
    assert await said_of_fragments(extraction) == [
        ("fragment_coded", "a1"),
        ("fragment_amended", "a1"),
    ]


async def test_a_put_never_overwrites_what_another_coded(extraction, ann, ben):
    await begin(extraction)
    await ann.code("a1", "every Tuesday", memo="hers")
    refused = await ben.code("a1", "always her", status=409)
    assert "ann" not in refused["detail"]
    await extraction.ask("POST", "/coding-rounds/r1/reveal", {})
    refused = await ben.code("a1", "always her", status=409)
    assert "'ann' coded this fragment" in refused["detail"]
    assert (await ann.ask("GET", "/fragments/a1"))["memo"] == "hers"


async def test_a_merge_of_codes_reaches_everybodys_fragments_and_counts_none_that_is_hidden(
    extraction, ann, ben
):
    await begin(extraction)
    await ann.code("a1", "every Tuesday")
    await ann.code("a2", "every Tuesday", document="d2")
    await ben.code("b1", "always her", "calm")
    done = await extraction.ask("POST", "/codes/trust/merge", {"into": "calm"})
    assert done["fragments"] == ["a2"]
    assert "1 fragments" in done["summary"]
    assert (await ann.ask("GET", "/fragments/a1"))["elements"][0]["code"] == "calm"


async def test_documents_that_a_coder_has_coded_are_no_blind_round(extraction, ann, ben):
    await extraction.put_documents({"id": "d1", "text": TEXT}, {"id": "d2", "text": TEXT})
    await ann.code("a1", "every Tuesday")
    await extraction.ask("PUT", "/coding-rounds/r1", OPENED, status=409)
    drawn_ = {"title": "S", "coders": ["ann", "ben"], "share": 1, "seed": "kept"}
    opened = await extraction.ask("PUT", "/coding-rounds/r2", drawn_)
    assert [one["document"] for one in opened["documents"]] == ["d2"]
    assert (opened["seed"], opened["drawn_from"]) == ("kept", 1)
    await ann.code("a1", "every Tuesday", document="d2", status=409)
    for wrong in ({"coders": ["ann"]}, {"coders": ["ann", "ann"]}, {"documents": ["none"]}):
        await extraction.ask("PUT", "/coding-rounds/r3", {**OPENED, **wrong}, status=422)


def test_a_sample_is_a_fifth_and_the_same_for_the_same_seed():
    documents = [f"d{n}" for n in range(50)]
    assert len(drawn(documents, 0.2, "one")) == 10
    assert drawn(documents, 0.2, "one") == drawn(documents[::-1], 0.2, "one")
    assert drawn(documents, 0.2, "one") != drawn(documents, 0.2, "two")
    assert len(drawn(documents[:2], 0.2, "one")) == 1


async def test_notes_of_a_round_are_read_by_others_when_it_is_revealed(extraction, ann, ben):
    await begin(extraction)
    await ann.ask("POST", "/coding-rounds/r1/notes", {"text": "hard to tell calm from trust"})
    assert len((await ann.ask("GET", "/coding-rounds/r1"))["notes"]) == 1
    assert (await ben.ask("GET", "/coding-rounds/r1"))["notes"] == []
    await extraction.ask("POST", "/coding-rounds/r1/reveal", {})
    assert (await ben.ask("GET", "/coding-rounds/r1"))["notes"][0]["person"] == "ann"
    await ben.ask("POST", "/coding-rounds/r1/reveal", {}, status=403)


async def test_a_project_of_another_tool_holds_all_and_says_what_it_cannot_tell(
    extraction, ann, ben
):
    await begin(extraction)
    await ann.code("a1", "every Tuesday")
    losses = str(await extraction.ask("GET", "/exchange/losses"))
    assert "a1" not in losses, "nobody else hears of it yet"
    await extraction.ask("POST", "/coding-rounds/r1/reveal", {})
    losses = str(await extraction.ask("GET", "/exchange/losses"))
    assert "a round of blind coding stays behind: a1" in losses
