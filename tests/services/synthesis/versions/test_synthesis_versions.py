"""Two versions told apart: configurations, arguments and wordings, by label and by cause."""

from pathlib import Path

import pytest_asyncio

from runtime.cli.versions import lines_of
from shared.events import extraction
from tests.support.synthesis import REVIEW, a_fragment
from tests.support.synthesis_cases import Replayed

CASES = Path(__file__).resolve().parents[3] / "cases"
ARGUMENT = {
    "theory": "PT1",
    "response": "TRUST",
    "outcome": "ENG",
    "warrant": "Trust holds people.",
    "because": "read",
    "predictions": [
        {
            "id": "strain",
            "given": [{"role": "context", "group": "HC", "state": "present"}],
            "expected": {"role": "outcome", "group": "ENG", "state": "failed"},
        }
    ],
}
FAILED = {
    "id": "late",
    "theory": 1,
    "elements": [
        {"role": "mechanism_response", "code_id": "trust", "state": "present"},
        {"role": "outcome", "code_id": "engagement", "state": "failed"},
    ],
    "sources": [{"key": "Late 2026"}],
}


@pytest_asyncio.fixture
async def frozen(synthesis):
    """The toy case with an argument, frozen as version 1; then a failure arrives."""
    await Replayed(synthesis, CASES / "01-toy").load()
    await synthesis.ask(
        "PUT", "/theories/PT1", {"name": "Open door", "statement": "first", "reason": "worded"}
    )
    await synthesis.ask("PUT", "/arguments/door", ARGUMENT)
    await synthesis.compute()
    await synthesis.ask("POST", "/versions", {"number": "1"}, status=201)
    coded = extraction.FragmentCoded(review_id=REVIEW, fragment=a_fragment(FAILED))
    (event,) = await synthesis.hear(coded)
    await synthesis.compute()
    yield synthesis, event


async def changes(service, old="1", new="now"):
    answer = await service.ask("GET", f"/versions/diff?from={old}&to={new}")
    return {item["what"]: item for item in answer["items"]}


async def test_a_difference_tells_configurations_and_arguments_with_their_causes(frozen):
    service, event = frozen
    found = await changes(service)
    assert found["ccmoc"]["name"] == "TRUST → ENG"
    assert "New study against it: Late 2026." in found["ccmoc"]["words"]
    assert "1 fragment is new." in found["ccmoc"]["words"]
    assert found["ccmoc"]["caused_by"] == [event]
    assert found["argument"]["kinds"] == ["evidence changed"]
    assert "New case held against it: Late 2026." in found["argument"]["words"]
    assert found["argument"]["caused_by"] == [event]
    assert "theory" not in found


async def test_freezing_again_after_people_said_otherwise_says_what_moved(frozen):
    service, _ = frozen
    first = await service.ask("POST", "/versions", {"number": "2"}, status=201)
    again = await service.ask("POST", "/versions", {"number": "2"}, status=200)
    assert again["inputs_hash"] == first["inputs_hash"]
    await service.ask("PUT", "/theories/PT1", {"statement": "second", "reason": "read again"})
    refused = await service.ask("POST", "/versions", {"number": "2"}, status=409)
    assert "a theory is worded otherwise" in refused["detail"]
    assert "another number" in refused["detail"]
    await service.ask("POST", "/versions", {"number": "3"}, status=201)


async def test_two_frozen_versions_are_compared_as_they_stood(frozen):
    service, _ = frozen
    await service.ask("POST", "/versions", {"number": "2"}, status=201)
    await service.ask("POST", "/arguments/door/retire", {"reason": "no longer held"})
    second = {"name": "Open door", "statement": "second", "reason": "worded anew"}
    await service.ask("PUT", "/theories/PT1", second)
    between = await changes(service, "1", "2")
    assert between["argument"]["kinds"] == ["evidence changed"]
    assert "theory" not in between
    since = await changes(service, "2")
    assert since["argument"]["kinds"] == ["retired"]
    assert since["argument"]["words"] == ["People retired it: no longer held."]
    assert since["theory"]["words"] == ["Worded anew: statement."]
    assert await changes(service, "2", "2") == {}


async def test_a_version_brought_elsewhere_keeps_its_arguments(frozen):
    service, _ = frozen
    whole = await service.ask("GET", "/versions/1?bodies=true")
    assert [item["id"] for item in whole["content"]["arguments"]] == ["door"]
    names = ("reason", "inputs_hash", "at", "person", "content")
    given = {name: whole[name] for name in names}
    await service.ask("PUT", "/versions/0.9", given, status=201)
    kept = await service.ask("GET", "/versions/0.9?bodies=true")
    assert kept["content"] == whole["content"]
    assert (await changes(service, "0.9"))["argument"] == (await changes(service))["argument"]


async def test_a_change_on_paper_names_its_causes_and_no_ids(frozen):
    service, event = frozen
    item = {**(await changes(service))["ccmoc"], "causes": ["Fragment coded in PT1"]}
    lines = lines_of(item)
    assert lines[0] == "PT1  Configuration: TRUST → ENG"
    assert lines[-1] == "    because: Fragment coded in PT1"
    assert all(event not in line and item["ccmoc"] not in line for line in lines)


async def test_the_report_tells_what_changed_since_the_last_version(frozen):
    service, _ = frozen
    told = str(await service.ask("GET", "/report.md"))
    section = told.split("## Changes since the last version")[1].split("\n## ")[0]
    assert "Compared with version 1" in section
    assert "New case held against it: Late 2026." in section
