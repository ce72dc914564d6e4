"""What a difference says, in words and kinds."""

from pathlib import Path

import pytest

from benchmarks.synthesis import case_output
from services.synthesis.domain.difference import difference, differences

CASES = Path(__file__).resolve().parents[3] / "cases"


def test_a_retraction_weakens_and_names_the_lost_evidence() -> None:
    case = CASES / "11-sources-that-stop-counting"
    before, after = case_output(case, at=0)[0], case_output(case, at=1)[0]
    found = difference(before, after)
    assert found.kinds == ("weakened",)
    assert found.fragments.lost == ("f1",)
    assert found.words == (
        "Weakened.",
        "No longer supporting study s1.",
        "No longer rests on f1.",
        "Coverage was 3 of 3, is 2 of 2.",
        "Supporting share was 3 of 4, is 2 of 3.",
        "Sites: 3 before, 2 now.",
    )


def test_a_ccmoc_without_evidence_has_lapsed_and_one_that_comes_is_added() -> None:
    case = CASES / "11-sources-that-stop-counting"
    gone = differences(case_output(case, at=4), case_output(case, at=5))
    back = differences(case_output(case, at=5), case_output(case, at=6))
    assert [item.kinds for item in gone + back] == [("lapsed",), ("added",)]


def test_new_failing_studies_contradict_and_contexts_move() -> None:
    old = case_output(CASES / "14-rivals")[1]
    new = {
        **old,
        "hash": "other",
        "studies": {**old["studies"], "contradicting": ["s3", "s9"]},
        "contexts": [{"group": "C", "verdict": "suspected"}],
        "near_tie": True,
    }
    found = difference(old, new)
    assert found.kinds == ("contradicted",)
    assert "Context C is new: suspected." in found.words
    assert "The first two outcomes are a near tie now." in found.words
    assert found.as_json()["studies"]["contradicting"]["gained"] == ("s9",)


def test_losing_the_lead_alone_is_a_change() -> None:
    case = CASES / "16-codes-regrouped"
    old = next(body for body in case_output(case, at=0) if body["response"] == "z")
    new = next(body for body in case_output(case, at=1) if body["response"] == "z")
    found = difference(old, new)
    assert found.kinds == ("changed",)
    assert found.words[1:] == ("Other ties for the lead.",)


def test_a_difference_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one body"):
        difference(None, None)
