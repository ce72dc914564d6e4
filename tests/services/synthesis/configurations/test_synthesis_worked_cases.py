"""The service computes from events what the method gives for the worked cases."""

import json
from pathlib import Path

import pytest

from services.synthesis.configurations.handlers.recompute import identified
from tests.support.synthesis_cases import Replayed

ROOT = Path(__file__).resolve().parents[4]
CASES = sorted(path.parent for path in (ROOT / "tests" / "cases").glob("*/expected.json"))
EXTRA = ("id", "leading_ties", "hash", "state", "recheck", "revision", "updated_at")


def label(case):
    return f"{case.parents[1].name}-{case.name}"


def product_id(key):
    return identified(*key.split("|"))


def as_told(expected):
    return {
        product_id(body["id"]): {
            **{name: value for name, value in body.items() if name not in EXTRA},
            "leading_ties": sorted(product_id(key) for key in body["leading_ties"]),
        }
        for body in expected
    }


async def as_computed(service):
    await service.compute()
    return {
        body["id"]: {
            **{name: value for name, value in body.items() if name not in EXTRA},
            "leading_ties": body["leading_ties"],
        }
        for body in await service.ccmocs()
    }


@pytest.mark.parametrize("case", CASES, ids=label)
async def test_events_lead_to_the_ccmocs_of_the_method(synthesis, case):
    told = Replayed(synthesis, case)
    await told.load()
    steps = case / "expected_at.json"
    at = json.loads(steps.read_text()) if steps.exists() else {}
    at[str(len(told.events))] = json.loads((case / "expected.json").read_text())
    for number in range(len(told.events) + 1):
        if number:
            await told.happen(told.events[number - 1])
        if str(number) in at:
            assert await as_computed(synthesis) == as_told(at[str(number)]), f"after {number}"
