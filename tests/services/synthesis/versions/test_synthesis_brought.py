"""States and versions that come from another installation."""

from pathlib import Path
from typing import Any

import pytest_asyncio

from shared.events import extraction
from tests.support.synthesis import REVIEW, a_fragment, judged_by_three
from tests.support.synthesis_cases import Replayed

CASES = Path(__file__).resolve().parents[3] / "cases"
OTHER = "0" * 64


@pytest_asyncio.fixture
async def toy(synthesis):
    """The toy case, loaded and computed."""
    await Replayed(synthesis, CASES / "01-toy").load()
    await synthesis.compute()
    return synthesis


async def the_ccmoc(service) -> dict[str, Any]:
    items = (await service.ask("GET", "/ccmocs"))["items"]
    item = next(item for item in items if item["mechanism"] == "TRUST")
    whole: dict[str, Any] = await service.ask("GET", f"/ccmocs/{item['id']}")
    return whole


async def test_a_state_said_of_another_body_waits_for_a_recheck(toy):
    path = f"/ccmocs/{(await the_ccmoc(toy))['id']}/state"
    said = {"state": "checked", "reason": "read", "seen": OTHER, "at": "2024-05-01T10:00:00Z"}
    for _ in range(2):
        assert (await toy.ask("PUT", path, said))["recheck"]
    seen = await the_ccmoc(toy)
    assert (seen["state"], seen["checked"], len(seen["states"])) == ("checked", OTHER, 1)
    assert [event.recheck for event in await toy.said("ccmoc_judged")] == [True]
    await judged_by_three(toy, seen)
    now = {"state": "checked", "reason": "read again", "seen": seen["hash"]}
    assert not (await toy.ask("PUT", path, now))["recheck"]
    assert (await the_ccmoc(toy))["checked"] == seen["hash"]


async def test_a_recheck_lasts_until_the_body_is_the_one_that_was_seen(toy):
    before = await the_ccmoc(toy)
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
    said = {"state": "checked", "seen": before["hash"], "at": "2024-05-01T10:00:00Z"}
    assert (await toy.ask("PUT", f"/ccmocs/{before['id']}/state", said))["recheck"]
    gone = a_fragment({**line, "version": 2, "status": "withdrawn"})
    await toy.hear(extraction.FragmentWithdrawn(review_id=REVIEW, fragment=gone))
    await toy.compute()
    after = await the_ccmoc(toy)
    assert (after["hash"], after["recheck"]) == (before["hash"], False)


async def test_only_an_owner_says_what_another_person_said_a_ccmoc_is(toy):
    path = f"/ccmocs/{(await the_ccmoc(toy))['id']}/state"
    said = {"state": "rejected", "reason": "thin", "person": "ann"}
    await toy.ask("PUT", path, said, by={"reviewer"}, status=403)
    await toy.ask("PUT", path, said)
    assert [one["person"] for one in (await the_ccmoc(toy))["states"]] == ["ann"]


async def brought(service) -> dict[str, Any]:
    """A version of the toy case as another installation would send it."""
    await service.ask("POST", "/versions", {"number": "1"}, status=201)
    whole = await service.ask("GET", "/versions/1?bodies=true")
    names = ("reason", "inputs_hash", "at", "person", "content")
    return {name: whole[name] for name in names}


async def test_a_version_brought_from_elsewhere_can_be_compared_with(toy):
    given = await brought(toy)
    first = await toy.ask("PUT", "/versions/0.9", given, status=201)
    again = await toy.ask("PUT", "/versions/0.9", given, status=200)
    assert again == first
    assert (await toy.ask("GET", "/versions/diff?from=0.9"))["items"] == []
    seen = await toy.ask("GET", "/versions/0.9")
    assert "body" not in seen["content"]["ccmocs"][0]
    assert len(await toy.said("version_frozen")) == 2


async def test_a_version_with_an_altered_body_or_another_ones_number_is_refused(toy):
    given = await brought(toy)
    item, other = given["content"]["ccmocs"]
    altered = {**item, "body": {**item["body"], "participants": 99}}
    wrong = {**given, "content": {**given["content"], "ccmocs": [altered, other]}}
    told = await toy.ask("PUT", "/versions/2", wrong, status=422)
    assert told["field"] == "content.ccmocs.0.body"
    await toy.ask("PUT", "/versions/1", {**given, "inputs_hash": OTHER}, status=409)
    await toy.ask("PUT", "/versions/3", given, by={"reviewer"}, status=403)
