"""What people decide: theories, pins, thresholds, judgements, states, versions."""

import asyncio
import base64
import json
from pathlib import Path

import pytest_asyncio

from shared.events import extraction
from tests.support.synthesis import REVIEW, a_fragment
from tests.support.synthesis_cases import Replayed

CASES = Path(__file__).resolve().parents[3] / "cases"


@pytest_asyncio.fixture
async def toy(synthesis):
    """The toy case, loaded and computed."""
    await Replayed(synthesis, CASES / "01-toy").load()
    await synthesis.compute()
    return synthesis


async def of_trust(toy):
    """The CCMOC of the toy case that is built around trust."""
    return next(body for body in await toy.ccmocs() if body["mechanism"] == "TRUST")


async def test_stating_the_same_theory_again_says_nothing(synthesis):
    body = {"name": "First contact", "number": 1, "reason": "from the workshop"}
    first = await synthesis.ask("PUT", "/theories/PT1", body)
    again = await synthesis.ask("PUT", "/theories/PT1", body)
    assert (first["version"], first["changed"]) == (1, True)
    assert (again["version"], again["changed"]) == (1, False)
    assert [event.NAME for event in await synthesis.said()] == ["theory_stated"]


async def test_a_theory_keeps_its_history_from_initial_to_final_with_why(synthesis):
    await synthesis.ask("PUT", "/theories/PT1", {"name": "A"})
    final = {"name": "B", "status": "final", "reason": "barriers seen"}
    await synthesis.ask("PUT", "/theories/PT1", final)
    await synthesis.ask("POST", "/theories/PT1/undo", {"reason": "too early"})
    seen = await synthesis.ask("GET", "/theories/PT1")
    assert [(item["state"]["name"], item["reason"]) for item in seen["history"]] == [
        ("A", ""),
        ("B", "barriers seen"),
        ("A", "too early"),
    ]
    said = await synthesis.said("theory_refined")
    assert set(said[0].changed) == {"name", "status"}


async def test_a_retired_theory_can_be_brought_back(synthesis):
    await synthesis.ask("PUT", "/theories/PT1", {"name": "A"})
    await synthesis.ask("POST", "/theories/PT1/retire", {"reason": "no evidence"})
    back = await synthesis.ask("POST", "/theories/PT1/bring-back", {"reason": "new studies"})
    assert back["status"] == "refined"
    names = [event.NAME for event in await synthesis.said()]
    assert names == ["theory_stated", "theory_retired", "theory_refined"]


async def test_a_review_not_heard_of_yet_is_answered_with_come_again(synthesis):
    answer = await synthesis.client.put("/api/synthesis/reviews/other/theories/PT1", json={})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


async def test_a_reader_may_look_and_not_change(toy):
    assert await toy.ask("GET", "/ccmocs", by={"reader"})
    await toy.ask("PUT", "/theories/PT1", {"name": "X"}, by={"reader"}, status=403)
    await toy.ask("GET", "/ccmocs", by=set(), status=403)


async def test_an_unknown_theory_is_named_with_those_there_are(toy):
    problem = await toy.ask("GET", "/theories/PT7", status=404)
    assert "PT1" in problem["detail"]


async def test_a_threshold_changes_verdicts_and_the_others_stay(toy):
    said = await toy.ask("PUT", "/parameters", {"k_disabling": 1})
    assert said == {"k_enabling": 2, "k_disabling": 1, "share": 0.8, "near": 1}
    await toy.compute()
    body = await of_trust(toy)
    assert {item["group"]: item["verdict"] for item in body["contexts"]}["HC"] == "recurs_failing"
    await toy.ask("PUT", "/parameters", {"share": 2}, status=422)


async def test_a_judged_link_is_left_out_of_what_is_counted_and_shown_with_its_quote(toy):
    body = await of_trust(toy)
    said = {
        "theory": "PT1",
        "outcome": "ENG",
        "role": "response",
        "mechanism": "TRUST",
        "fragment": "f1",
    }
    judgements = [
        {**said, "person": "anna", "as": "reviewer", "verdict": "does not"},
        {**said, "person": "ben", "as": "verifier", "verdict": "does_not"},
    ]
    first = await toy.ask("POST", "/judgements", {"judgements": judgements})
    again = await toy.ask("POST", "/judgements", {"judgements": judgements})
    assert (first["new"], again["new"]) == (2, 0)
    await toy.compute()
    after = await of_trust(toy)
    assert "f1" not in after["fragments"]
    assert after["supporting_share"] == [2, 4]
    judged = (await toy.said("ccmoc_judged"))[0]
    assert (judged.ccmoc_id, judged.judged) == (body["id"], 1)


async def test_judgements_stay_with_quotes_and_an_earlier_version_is_marked(toy):
    body = await of_trust(toy)
    said = {
        "theory": "PT1",
        "outcome": "ENG",
        "role": "response",
        "mechanism": "TRUST",
        "fragment": "f2",
    }
    one = {**said, "person": "anna", "as": "reviewer", "verdict": "supports", "fragment_version": 1}
    await toy.ask("POST", "/judgements", {"judgements": [one]})
    path = f"/ccmocs/{body['id']}/quotes"
    others = [{**one, "person": name, "as": "verifier"} for name in ("ben", "cy")]
    quotes = {item["fragment"]: item for item in (await toy.ask("GET", path))["items"]}
    assert quotes["f2"]["judgements"] == []
    await toy.ask("POST", "/judgements", {"judgements": others})
    quotes = {item["fragment"]: item for item in (await toy.ask("GET", path))["items"]}
    assert quotes["f2"]["quote"] == "Words of f2."
    assert [item["of_earlier_version"] for item in quotes["f2"]["judgements"]] == [False] * 3
    line = {
        "id": "f2",
        "theory": 1,
        "version": 2,
        "elements": [{"role": "mechanism_response", "code_id": "trust", "state": "present"}],
        "sources": [{"key": "s2"}],
    }
    amended = extraction.FragmentAmended(review_id=REVIEW, fragment=a_fragment(line))
    await toy.hear(amended)
    seen = {item["fragment"]: item for item in (await toy.ask("GET", path))["items"]}
    assert [item["of_earlier_version"] for item in seen["f2"]["judgements"]] == [True] * 3


async def test_only_an_owner_records_what_somebody_else_judged(toy):
    said = {
        "theory": "PT1",
        "outcome": "ENG",
        "role": "response",
        "mechanism": "TRUST",
        "fragment": "f1",
    }
    one = {**said, "person": "anna", "as": "reviewer", "verdict": "supports"}
    await toy.ask("POST", "/judgements", {"judgements": [one]}, by={"reviewer"}, status=403)
    mine = {name: value for name, value in one.items() if name != "person"}
    await toy.ask("POST", "/judgements", {"judgements": [mine]}, by={"reviewer"})
    assert (await toy.ask("GET", "/judgements"))["items"] == []
    for items in (
        (await toy.ask("GET", "/judgements", by={"reviewer"}))["items"],
        (await toy.ask("GET", "/judgements?whole=true"))["items"],
    ):
        assert [(item["person"], item["fragment_version"]) for item in items] == [("somebody", 1)]


async def test_views_show_negative_cases_rivals_and_ranking(toy):
    items = (await toy.ask("GET", "/negative-cases"))["items"]
    negative = next(item for item in items if item["mechanism"] == "TRUST")
    assert negative["contradicting"] == ["s3", "s4"]
    assert negative["suspected"] == ["HC"]
    assert not negative["untested"]
    items = (await toy.ask("GET", "/rivals"))["items"]
    rival = next(item for item in items if item["mechanism"] == "TRUST")
    assert rival["counter"] == {"STRAIN": ["s4"]}
    (ranked,) = (await toy.ask("GET", "/theories/PT1/outcomes"))["items"]
    assert (ranked["outcome"], ranked["reporting"]) == ("ENG", 4)
    assert (await toy.ask("GET", "/merge-offers"))["items"] == []
    assert (await toy.ask("GET", "/issues"))["items"] == []


async def test_saturation_tells_what_each_source_added(toy):
    steps = (await toy.ask("GET", "/theories/PT1/saturation"))["items"]
    assert [(step["step"], step["new_pairs"]) for step in steps][:3] == [
        ("s1", 3),
        ("s2", 0),
        ("s3", 0),
    ]


async def test_a_version_freezes_and_differs_from_what_comes_later(toy):
    first = await toy.ask("POST", "/versions", {"number": "1", "reason": "first"}, status=201)
    await toy.ask("POST", "/versions", {"number": "1", "reason": "first"}, status=200)
    line = {
        "id": "f9",
        "theory": 1,
        "elements": [
            {"role": "mechanism_response", "code_id": "trust", "state": "present"},
            {"role": "outcome", "code_id": "engagement", "state": "occurred"},
        ],
        "sources": [{"key": "s9"}],
    }
    await toy.hear(extraction.FragmentCoded(review_id=REVIEW, fragment=a_fragment(line)))
    await toy.compute()
    await toy.ask("POST", "/versions", {"number": "1", "reason": "first"}, status=409)
    said = await toy.ask("GET", "/versions/diff?from=1")
    assert said["kinds"] == {"strengthened": 1, "changed": 1}
    changed = next(item for item in said["items"] if item["kinds"] == ["strengthened"])
    frozen = await toy.ask("GET", "/versions/1")
    assert [item["revision"] for item in frozen["content"]["ccmocs"]] == [1, 1]
    await toy.ask("GET", "/versions/9", status=404)
    assert changed["studies"]["positive"]["gained"] == ["s9"]
    assert len(await toy.said("version_frozen")) == 1
    (listed,) = (await toy.ask("GET", "/versions"))["items"]
    assert listed["inputs_hash"] == first["inputs_hash"]
    await toy.ask("GET", "/versions/diff?from=nothing", status=404)


async def test_reasons_for_a_new_version_are_proposed(synthesis):
    told = Replayed(synthesis, CASES / "11-sources-that-stop-counting")
    await told.load()
    await synthesis.compute()
    assert (await synthesis.ask("GET", "/versions/triggers"))["items"] == []
    await synthesis.ask("POST", "/versions", {"number": "1"}, status=201)
    await told.happen({"event": "record_flagged", "record": "r1", "flag": "retraction"})
    await synthesis.compute()
    found = (await synthesis.ask("GET", "/versions/triggers"))["items"]
    assert [item["kind"] for item in found] == ["retraction"]
    assert "s1" in found[0]["words"]


async def test_notes_are_kept_and_taken_away(toy):
    path = "/theories/PT1/notes/slot/s1"
    content = {"role": "context", "words": "staff listen"}
    await toy.ask("PUT", path, {"content": content})
    (note,) = (await toy.ask("GET", "/theories/PT1"))["notes"]
    assert (note["kind"], note["id"], note["words"]) == ("slot", "s1", "staff listen")
    await toy.ask("DELETE", path, status=204)
    assert (await toy.ask("GET", "/theories/PT1"))["notes"] == []


async def test_a_slot_filled_from_theory_is_shown_as_such(toy):
    body = await of_trust(toy)
    content = {"role": "resource", "words": "Time with one worker", "ccmoc": body["id"]}
    await toy.ask("PUT", "/theories/PT1/notes/slot/s1", {"content": content})
    words = await toy.ask("GET", "/report.md")
    assert "Time with one worker (from theory)" in words
    assert (await of_trust(toy))["slots"]["partner"] is None


async def test_a_version_that_was_not_seen_is_not_overwritten(toy):
    path = f"/api/synthesis/reviews/{REVIEW}/theories/PT1"
    stale = await toy.client.put(path, json={"name": "B"}, headers={"if-match": '"7"'})
    assert stale.status_code == 412
    body = {"name": "B", "reason": "a better name"}
    fresh = await toy.client.put(path, json=body, headers={"if-match": '"1"'})
    assert fresh.json()["version"] == 2


async def test_nobody_searches_for_a_retired_theory_until_it_is_back(toy):
    assert (await toy.ask("GET", "/gaps?theory=PT1"))["items"]
    await toy.ask("POST", "/theories/PT1/retire", {"reason": "set aside"})
    await toy.compute()
    assert (await toy.ask("GET", "/gaps?theory=PT1"))["items"] == []
    assert len(await toy.ccmocs()) == 2
    await toy.ask("POST", "/theories/PT1/bring-back", {"reason": "asked for again"})
    await toy.compute()
    assert (await toy.ask("GET", "/gaps?theory=PT1"))["items"]


async def test_of_two_who_word_the_same_version_at_once_one_is_told_to_look_again(synthesis):
    await synthesis.ask("PUT", "/theories/PT1", {"name": "A"})
    path = f"/api/synthesis/reviews/{REVIEW}/theories/PT1"
    seen = {"if-match": '"1"'}
    answers = await asyncio.gather(
        *(
            synthesis.client.put(path, json={"name": f"B{n}", "reason": "b"}, headers=seen)
            for n in range(6)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]


async def test_a_cursor_that_was_altered_or_is_of_another_list_is_refused(synthesis):
    for name in ("PT1", "PT2"):
        await synthesis.ask("PUT", f"/theories/{name}", {"name": name})
    cursor = (await synthesis.ask("GET", "/theories?limit=1"))["next"]
    assert [t["id"] for t in (await synthesis.ask("GET", f"/theories?cursor={cursor}"))["items"]]
    await synthesis.ask("GET", f"/ccmocs?cursor={cursor}", status=422)
    for key in (["x"], [None], [{"a": 1}], [2**70], "x"):
        forged = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
        await synthesis.ask("GET", f"/theories?cursor={forged}", status=422)
