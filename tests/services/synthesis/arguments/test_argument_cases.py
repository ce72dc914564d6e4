"""The service computes from events what the method gives for arguments in the worked cases."""

import json
import random
from pathlib import Path

import pytest

from services.synthesis.engine import content_hash
from tests.support.reference import reference
from tests.support.synthesis_cases import Replayed

ROOT = Path(__file__).resolve().parents[4]
OWN = ROOT / "tests" / "cases"
CASES = sorted(path.parent for path in OWN.glob("*/expected_arguments.json"))


async def evidence(service):
    """The bodies of section 9 in the order of the list, their hashes checked and taken off."""
    await service.compute()
    found = []
    for item in (await service.ask("GET", "/arguments"))["items"]:
        body = dict(item["evidence"])
        assert body.pop("hash") == content_hash(body)
        found.append(body)
    return found


def expected_of(case, events):
    steps = case / "expected_arguments_at.json"
    at = json.loads(steps.read_text()) if steps.exists() else {}
    at[str(events)] = json.loads((case / "expected_arguments.json").read_text())
    return {
        number: [{name: part for name, part in body.items() if name != "hash"} for body in bodies]
        for number, bodies in at.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_events_lead_to_the_evidence_of_the_method(synthesis, case):
    await replay(synthesis, case)


async def test_the_shared_case_of_an_argument_comes_out_as_given(synthesis):
    await replay(synthesis, reference("cases/02-argument"))


async def replay(synthesis, case):
    told = Replayed(synthesis, case)
    await told.load()
    at = expected_of(case, len(told.events))
    for number in range(len(told.events) + 1):
        if number:
            await told.happen(told.events[number - 1])
        if str(number) in at:
            assert await evidence(synthesis) == at[str(number)], f"after {number}"


@pytest.mark.parametrize("seed", range(3))
async def test_given_versions_in_any_order_and_twice_lead_to_the_same_evidence(synthesis, seed):
    told = Replayed(synthesis, OWN / "24-argument-lists")
    await told.load()
    events = told.events * 2
    random.Random(seed).shuffle(events)
    for number, event in enumerate(events):
        await told.happen(event)
        if number % 3 == seed:
            await synthesis.compute()
    assert await evidence(synthesis) == expected_of(told.folder, len(told.events))["4"]
