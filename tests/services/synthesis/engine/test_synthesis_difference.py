"""What a difference says, in ids and in words by label; gaps that a theory leaves."""

from pathlib import Path

import pytest

from benchmarks.synthesis import case_output
from benchmarks.synthesis_bundle import read_events, read_inputs
from services.synthesis.engine import (
    argument_faults,
    argument_moves,
    difference,
    differences,
    fault_of,
    gaps_of,
    labels_of,
    recompute,
    reevaluate,
)
from services.synthesis.engine.presence import compiled
from services.synthesis.engine.values import OUTCOME, RESPONSE, Argument, Prediction, Term, Unit

CASES = Path(__file__).resolve().parents[3] / "cases"


def review_of(name, at=None):
    inputs = read_inputs(CASES / name)
    for event in read_events(CASES / name)[:at]:
        inputs.apply(event)
    return inputs.review()


def test_a_retraction_weakens_and_names_the_lost_evidence() -> None:
    name = "11-sources-that-stop-counting"
    before, after = case_output(CASES / name, at=0)[0], case_output(CASES / name, at=1)[0]
    found = difference(before, after)
    assert found.kinds == ("weakened",)
    assert found.fragments.lost == ("f1",)
    assert found.words(labels_of(review_of(name), "PT1")) == [
        "Weakened.",
        "No longer study for it: s1.",
        "No longer rests on f1.",
        "Supporting share: 3 of 4 before, 2 of 3 now.",
        "Coverage: 3 of 3 before, 2 of 2 now.",
        "Sites: 3 before, 2 now.",
    ]


def test_a_ccmoc_without_evidence_has_lapsed_and_one_that_comes_is_added() -> None:
    case = CASES / "11-sources-that-stop-counting"
    gone = differences(case_output(case, at=4), case_output(case, at=5))
    back = differences(case_output(case, at=5), case_output(case, at=6))
    assert [item.kinds for item in gone + back] == [("lapsed",), ("added",)]


def test_new_contexts_partners_and_failing_studies_are_told_by_label() -> None:
    name = "14-rivals"
    old = next(b for b in case_output(CASES / name) if b["mechanism"] == "TR")
    new = {
        **old,
        "hash": "other",
        "studies": {**old["studies"], "contradicting": ["s3", "s9"]},
        "contexts": [{"group": "C", "verdict": "recurs_failing"}],
        "partners": [{"group": "R", "tier": "joined"}],
        "near_tie": True,
    }
    found = difference(old, new)
    assert found.kinds == ("contradicted",)
    words = found.words(labels_of(review_of(name), "PT1"))
    assert "Context 'C' is new: recurs with failures." in words
    assert "Partner 'R' is new: joined." in words
    assert "The first two outcomes are a near tie now." in words
    assert found.as_json()["studies"]["contradicting"]["gained"] == ("s9",)


def test_losing_the_first_place_alone_is_a_change() -> None:
    case = CASES / "27-codes-of-two-theories"
    old = next(b for b in case_output(case, at=0) if b["id"] == "PT1|G|response|P")
    new = next(b for b in case_output(case, at=1) if b["id"] == "PT1|G|response|P")
    found = difference(old, new)
    assert found.kinds == ("changed",)
    words = found.words(labels_of(review_of("27-codes-of-two-theories"), "PT1"))
    assert "It is no longer the first to look at." in words


def test_a_difference_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one body"):
        difference(None, None)


def test_an_argument_gains_and_loses_cases_by_list() -> None:
    case = CASES / "24-argument-lists"
    bodies = [case_output(case, at=at, what="arguments")[0] for at in (0, 2, 3)]
    judged = argument_moves(bodies[0], bodies[1])
    assert {name: (moved.gained, moved.lost) for name, moved in judged.items()} == {
        "challenges bare": ((), ("n6",))
    }
    amended = argument_moves(bodies[1], bodies[2])
    assert amended["exceptions"].lost == ("n7",)
    assert amended["supports full"].gained == ("n2",)
    assert argument_moves(None, bodies[0])["refuted p1"].gained == ("n8",)


def test_gaps_ask_for_open_cases_for_one_success_and_for_predictions_without_a_case() -> None:
    review = review_of("24-argument-lists")
    found = gaps_of(review, "PT1", recompute(review), reevaluate(review))
    kinds = {gap.kind for gap in found}
    assert {"open_case", "prediction_unobserved", "undecided_context"} <= kinds
    predicted = [gap for gap in found if gap.kind == "prediction_unobserved"]
    assert [gap.about for gap in predicted] == ["a1/p3"]
    assert "'C' is present and 'D' is present, 'H' occurs" in predicted[0].detail
    only_fails = review_of("18-resource-that-fails-alone")
    sought = [
        gap.about
        for gap in gaps_of(only_fails, "PT1", recompute(only_fails))
        if gap.kind == "success_sought"
    ]
    assert sought == ["PT1|G|resource|R/success", "PT1|G|response|Q/success"]


def test_an_open_case_names_what_is_suspected_and_where_to_start() -> None:
    review = review_of("01-toy")
    gap = next(g for g in gaps_of(review, "PT1", recompute(review)) if g.kind == "open_case")
    assert gap.documents == ("s4",)
    assert gap.detail.endswith("suspected: counter-mechanism 'STRAIN', context 'HC'.")


def test_an_argument_that_cannot_be_weighed_has_its_faults_told() -> None:
    codex = compiled(review_of("01-toy").codebooks["PT1"])
    trust = Term(Unit(RESPONSE, "TRUST"), True)
    bare = Argument("a", "PT1", "ENG", predictions=(Prediction("p", (trust,), trust),))
    assert argument_faults(bare, codex) == [
        "it names no part of a mechanism",
        "prediction p predicts what it was given",
    ]
    foreign = Argument(
        "a",
        "PT1",
        "ENG",
        response="TRUST",
        predictions=(Prediction("p", (), Term(Unit(OUTCOME, "ELSE"), True)),),
    )
    assert argument_faults(foreign, codex) == [
        "prediction p is given nothing",
        "outcome ELSE is no group here",
    ]


def test_a_frozen_body_that_was_changed_has_a_fault() -> None:
    body = case_output(CASES / "01-toy")[0]
    frozen = {"id": body["id"], "hash": body["hash"], "body": body}
    assert fault_of(frozen) is None
    assert "its content has hash" in str(fault_of({**frozen, "body": {**body, "sites": 9}}))
    assert "no body" in str(fault_of({**frozen, "id": "other"}))
