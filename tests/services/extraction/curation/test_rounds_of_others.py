"""What belongs to one round, or stands in one document, is not brought into another."""

import pytest

from tests.services.extraction.curation.test_coding_rounds import Coder, ann, begin, ben

__all__ = ["ann", "ben"]


async def test_no_past_round_reveals_what_is_hidden_in_an_open_one(extraction, ann, ben):
    await begin(extraction)
    await ben.code("b1", "every Tuesday", "calm")
    past = {"fragments": ["b1", "nowhere"], "reason": "from elsewhere"}
    body = {"title": "Past", "coders": ["ann", "ben"], "documents": ["d1"], "past": past}
    await extraction.ask("PUT", "/coding-rounds/old", body)
    for reader in (ann, Coder(extraction, "olga", "owner")):
        assert await reader.seen() == []
        assert (await reader.ask("GET", "/coding-rounds/old"))["fragments"] == []
        await reader.ask("GET", "/fragments/b1", status=404)
    assert await ben.seen() == ["b1"]
    await ann.ask("POST", "/coding-rounds/r1/done", {})
    await ben.ask("POST", "/coding-rounds/r1/done", {})
    assert (await ann.ask("GET", "/coding-rounds/r1"))["fragments"] == ["b1"]


async def test_a_fragment_of_another_document_is_not_agreed_on(extraction, ann, ben):
    await begin(extraction, documents=["d1", "d2"])
    await ann.code("a1", "every Tuesday")
    await ben.code("b2", "always her", document="d2")
    for coder in (ann, ben):
        await coder.ask("POST", "/coding-rounds/r1/done", {})
    body = {"agreed": [{"take": "b2"}]}
    problem = await ann.ask("PUT", "/coding-rounds/r1/agreed/d1", body, status=422)
    assert "document" in problem["detail"]
    agreed = await ann.ask("PUT", "/coding-rounds/r1/agreed/d2", body)
    assert [one["document"] for one in agreed["documents"] if one["agreed"]] == ["d2"]


def splitting(name):
    return {"into": [{"label": "Peace", "fragments": [name]}]}


ABOUT = {
    "withdrawing": ("POST", "/fragments/{}/withdraw", lambda _: {"reason": "no"}),
    "restoring": ("POST", "/fragments/{}/restore", lambda _: {"reason": "no"}),
    "appraising": ("PUT", "/fragments/{}/appraisal", lambda _: {"rigour": "high"}),
    "appraisals": ("GET", "/fragments/{}/appraisals", lambda _: None),
    "history": ("GET", "/fragments/{}/history", lambda _: None),
    "quoting": ("POST", "/fragments/quotes", lambda name: {"ids": [name]}),
    "recoding": (
        "POST",
        "/fragments/recode",
        lambda name: {"ids": [name], "code": "calm", "to_code": "trust", "reason": "one"},
    ),
    "splitting": ("POST", "/codes/calm/split", splitting),
    "confirming": ("POST", "/codes/calm/confirm", lambda name: {"fragments": [name]}),
}


@pytest.mark.parametrize("what", ABOUT)
@pytest.mark.parametrize("role", ["coder", "owner"])
async def test_whoever_names_a_hidden_fragment_is_answered_as_of_one_that_is_nowhere(
    extraction, ben, what, role
):
    await begin(extraction)
    theory = {"groups": [{"id": "g", "role": "mechanism_response", "codes": [{"id": "calm"}]}]}
    await extraction.ask("PUT", "/theories/PT1/codebook", theory)
    await ben.code("b1", "every Tuesday", "calm")
    before = await ben.ask("GET", "/fragments/b1")
    method, path, body = ABOUT[what]
    other = Coder(extraction, "eve", role)
    answers = []
    for name in ("b1", "z1"):
        asked = await other.try_to(method, path.format(name), body(name))
        answers.append((asked.status_code, asked.text.replace(name, "<named>")))
    assert answers[0] == answers[1]
    assert await ben.ask("GET", "/fragments/b1") == before
