"""Worked cases: small bundles with what the method gives for them, derived in their README."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.synthesis import case_output, main
from benchmarks.synthesis_bundle import read_events, read_inputs
from services.synthesis.engine import content_hash
from tests.support.plain_arguments import plain_arguments
from tests.support.plain_ccmocs import plain_ccmocs

ROOT = Path(__file__).resolve().parents[4]
OWN = ROOT / "tests" / "cases"
GIVEN = ROOT.parent / "shared" / "cases"
FOLDERS = sorted(path.parent for folder in (OWN, GIVEN) for path in folder.glob("*/README.md"))
EXPECTED = {"ccmocs": "expected", "arguments": "expected_arguments"}


def label(case: Path) -> str:
    return f"{'own' if OWN in case.parents else 'given'}-{case.name}"


def without_hash(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in body.items() if key != "hash"} for body in bodies]


def golden(case: Path, name: str) -> Any:
    path = case / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@pytest.mark.parametrize("case", FOLDERS, ids=label)
def test_a_worked_case_holds_exactly(case: Path) -> None:
    expected = {what: golden(case, name) for what, name in EXPECTED.items()}
    assert any(expected.values())
    for what, bodies in expected.items():
        if bodies is not None:
            assert without_hash(case_output(case, what=what)) == bodies


STEPS = [case for case in FOLDERS if (case / "expected_at.json").exists()]


@pytest.mark.parametrize("case", STEPS, ids=label)
def test_a_worked_case_holds_after_each_event(case: Path) -> None:
    for what, name in EXPECTED.items():
        for count, expected in (golden(case, f"{name}_at") or {}).items():
            assert int(count) <= len(read_events(case))
            found = case_output(case, at=int(count), what=what)
            assert without_hash(found) == expected, f"{what} after {count} events"


@pytest.mark.parametrize("case", FOLDERS, ids=label)
def test_the_plain_rules_give_the_same(case: Path) -> None:
    inputs, events = read_inputs(case), read_events(case)
    for event in [None, *events]:
        if event is not None:
            inputs.apply(event)
        review = inputs.review()
        at = events.index(event) + 1 if event is not None else 0
        assert without_hash(case_output(case, at=at)) == plain_ccmocs(review)
        assert without_hash(case_output(case, at=at, what="arguments")) == plain_arguments(review)


@pytest.mark.parametrize("case", FOLDERS, ids=label)
def test_the_hash_covers_everything_above_it(case: Path) -> None:
    for body in case_output(case) + case_output(case, what="arguments"):
        rest = {key: value for key, value in body.items() if key != "hash"}
        assert body["hash"] == content_hash(rest)


def test_our_own_cases_are_derived_in_words() -> None:
    own = [case for case in FOLDERS if OWN in case.parents]
    assert len(own) >= 24
    assert all(len((case / "README.md").read_text().splitlines()) >= 3 for case in own)


def test_the_benchmark_prints_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--case", str(OWN / "10-judged-away"), "--at", "3"])
    printed = json.loads(capsys.readouterr().out)
    assert [body["studies"]["positive"] for body in printed] == [["s1"], ["s2"]]
    main(["--case", str(OWN / "24-argument-lists"), "--arguments"])
    assert [body["id"] for body in json.loads(capsys.readouterr().out)] == ["a1", "a2"]


def test_issues_list_what_has_no_place_in_a_ccmoc() -> None:
    issues = case_output(OWN / "02-opposite-sense", what="issues")
    assert issues["contradictory_groups"] == [
        {"theory": "PT1", "fragment": "f4", "role": "context", "group": "CON"},
        {"theory": "PT1", "fragment": "f5", "role": "outcome", "group": "G"},
    ]
    imported = case_output(OWN / "15-polarity-import", what="issues")
    assert [item["code"] for item in imported["senses_by_import_rule"]] == ["poor"]
    assert [item["fragment"] for item in imported["outcome_not_stated"]] == ["f4"]
    regrouped = case_output(OWN / "16-codes-regrouped", at=0, what="issues")
    assert [item["code"] for item in regrouped["unknown_codes"]] == ["z"]


def test_issues_list_distal_rows_and_codes_of_another_theory() -> None:
    distal = case_output(OWN / "09-outcomes-pinned-and-distal", what="issues")
    assert [item["fragment"] for item in distal["only_distal_outcomes"]] == ["f6", "f7"]
    shared = case_output(OWN / "27-codes-of-two-theories", at=0, what="issues")
    elsewhere = [(item["theory"], item["fragment"]) for item in shared["codes_of_another_theory"]]
    assert ("PT1", "f1") in elsewhere
    assert ("PT1", "f2") in [(i["theory"], i["fragment"]) for i in shared["unknown_codes"]]
    judged = case_output(OWN / "25-judged-versions-and-repeats", at=4, what="issues")
    assert len(judged["outdated_judgements"]) == 2
