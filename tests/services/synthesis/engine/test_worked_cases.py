"""Worked cases: small bundles with the list of CCMOCs that the method gives for them."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.synthesis import case_output, main
from benchmarks.synthesis_case import read_events
from services.synthesis.domain.body import content_hash

ROOT = Path(__file__).resolve().parents[4]
OWN = ROOT / "tests" / "cases"
GIVEN = ROOT.parent / "shared" / "cases"
CASES = sorted(
    path.parent for path in (*OWN.glob("*/expected.json"), *GIVEN.glob("*/expected.json"))
)


def label(case: Path) -> str:
    return f"{'own' if OWN in case.parents else 'given'}-{case.name}"


def without_hash(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in body.items() if key != "hash"} for body in bodies]


@pytest.mark.parametrize("case", CASES, ids=label)
def test_a_worked_case_holds_exactly(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text())
    assert without_hash(case_output(case)) == expected


STEPS = [case for case in CASES if (case / "expected_at.json").exists()]


@pytest.mark.parametrize("case", STEPS, ids=label)
def test_a_worked_case_holds_after_each_event(case: Path) -> None:
    for count, expected in json.loads((case / "expected_at.json").read_text()).items():
        assert int(count) <= len(read_events(case))
        assert without_hash(case_output(case, at=int(count))) == expected, f"after {count} events"


@pytest.mark.parametrize("case", CASES, ids=label)
def test_the_hash_covers_everything_above_it(case: Path) -> None:
    for body in case_output(case):
        rest = {key: value for key, value in body.items() if key != "hash"}
        assert body["hash"] == content_hash(rest)


def test_there_are_twelve_cases_of_our_own_each_explained() -> None:
    own = [case for case in CASES if OWN in case.parents]
    assert len(own) >= 12
    assert all(len((case / "README.md").read_text().splitlines()) == 3 for case in own)


def test_the_benchmark_prints_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--case", str(OWN / "10-judged-away"), "--at", "3"])
    assert json.loads(capsys.readouterr().out)[0]["studies"]["positive"] == ["s2"]


def test_issues_list_what_has_no_place_in_a_ccmoc() -> None:
    issues = case_output(OWN / "02-opposite-sense", issues=True)
    assert issues["contradictory_groups"] == [
        {"theory": "PT1", "fragment": "f4", "role": "context", "group": "CON"},
        {"theory": "PT1", "fragment": "f5", "role": "outcome", "group": "G"},
    ]
    imported = case_output(OWN / "15-polarity-import", issues=True)
    assert [item["code"] for item in imported["senses_by_import_rule"]] == ["poor"]
    assert [item["fragment"] for item in imported["outcome_not_stated"]] == ["f4"]
    regrouped = case_output(OWN / "16-codes-regrouped", at=0, issues=True)
    assert [item["code"] for item in regrouped["unknown_codes"]] == ["z"]
