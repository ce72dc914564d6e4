"""What was only seen to fail is printed as failing, never as success or as its prevention."""

from dataclasses import replace

import pytest

from benchmarks.synthesis_bundle import read_inputs
from services.synthesis.engine import evidences, gaps_of, labels_of, recompute
from services.synthesis.engine.values import Review
from services.synthesis.report.domain.wording import wording
from tests.services.synthesis.report.test_no_phantoms import a_part
from tests.services.synthesis.report.test_synthesis_report import CASES


def toy() -> Review:
    return read_inputs(CASES / "01-toy").review()


@pytest.mark.parametrize(
    ("undesired", "failing", "other"),
    [
        (frozenset(), "STRAIN → fails: ENG", "TRUST → ENG"),
        (frozenset({"ENG"}), "STRAIN → leads to: ENG", "TRUST → prevents: ENG"),
    ],
)
def test_a_part_that_only_fails_is_not_printed_as_leading_to_the_outcome(undesired, failing, other):
    review = toy()
    (evidence,) = evidences(review, ["PT1"])
    part = replace(a_part(evidence.theory, recompute(review)), undesired=undesired)
    said = {standing.body["mechanism"]: part.short(standing.body) for standing in part.standings}
    assert said == {"STRAIN": failing, "TRUST": other}


def of_an_undesired_outcome() -> Review:
    """The toy case, its outcome one that nobody wishes for."""
    review = toy()
    ((name, book),) = review.codebooks.items()
    groups = tuple(
        replace(group, valence="undesired") if group.id == "ENG" else group for group in book.groups
    )
    return replace(review, codebooks={name: replace(book, groups=groups)})


def test_gaps_and_triggers_speak_of_the_prevention_of_an_undesired_outcome():
    review = of_an_undesired_outcome()
    bodies = recompute(review)
    details = [gap.detail for gap in gaps_of(review, "PT1", bodies)]
    of_outcome = [said for said in details if "ENG" in said]
    assert of_outcome
    assert all("'prevention of ENG'" in said for said in of_outcome), of_outcome
    assert labels_of(review, "PT1").counted("ENG") == "prevention of ENG"
    assert labels_of(toy(), "PT1").counted("ENG") == "ENG"


def _version(number, **state):
    return {"version": number, "at": "2024-01-01", "reason": "x", "state": state}


@pytest.mark.parametrize("statement", ["", "First idea"])
def test_a_statement_that_its_parts_replace_is_not_called_left_out(statement):
    first = {"statement": "First idea", "status": "initial"}
    last = {"statement": statement, "context": "No wrong door", "status": "final"}
    part = replace(
        a_part("PT1", []), state=last, history=[_version(1, **first), _version(2, **last)]
    )
    table = next(block for block in wording(part) if hasattr(block, "rows"))
    assert table.rows[0][:3] == ("Statement", "First idea", "replaced by the parts below")


def test_a_statement_that_nothing_replaces_is_left_out():
    first = {"statement": "First idea", "status": "initial", "context": "Doors"}
    last = {"statement": "", "context": "Doors", "status": "final"}
    part = replace(
        a_part("PT1", []), state=last, history=[_version(1, **first), _version(2, **last)]
    )
    table = next(block for block in wording(part) if hasattr(block, "rows"))
    assert table.rows[0] == ("Statement", "First idea", "left out")
