"""What was only seen to fail is printed as failing, never as success or as its prevention."""

from dataclasses import replace

import pytest

from benchmarks.synthesis_bundle import read_inputs
from services.synthesis.engine import evidences, gaps_of, labels_of, recompute
from services.synthesis.engine.values import Element, Review
from services.synthesis.report.domain.pictures import configuration_figure
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
    """The toy case, its outcome one that nobody wishes for and every state of it turned round."""
    review = toy()
    fragments = {
        name: replace(one, elements=tuple(map(_turned, one.elements)))
        for name, one in review.fragments.items()
    }
    ((name, book),) = review.codebooks.items()
    groups = tuple(
        replace(group, valence="undesired") if group.id == "ENG" else group for group in book.groups
    )
    books = {name: replace(book, groups=groups)}
    return replace(review, codebooks=books, fragments=fragments)


def _turned(element: Element) -> Element:
    other = {"occurred": "failed", "failed": "occurred"}
    return replace(element, state=other.get(element.state, element.state))


def test_gaps_and_triggers_speak_of_the_prevention_of_an_undesired_outcome():
    review = of_an_undesired_outcome()
    bodies = recompute(review)
    details = [gap.detail for gap in gaps_of(review, "PT1", bodies)]
    assert not [said for said in details if "failure" in said]
    assert [said for said in details if "the prevention of 'ENG'" in said]
    labels = labels_of(review, "PT1")
    went = {body["mechanism"]: labels.went(body) for body in bodies}
    assert went == {"STRAIN": "leads to: ENG", "TRUST": "prevents: ENG"}


def test_what_only_leads_to_an_undesired_outcome_is_not_said_to_prevent_it():
    """The gaps of STRAIN, of which one study reports nothing but the outcome itself."""
    review = of_an_undesired_outcome()
    bodies = [{**body, "leading": True} for body in recompute(review)]
    details = " ".join(gap.detail for gap in gaps_of(review, "PT1", bodies))
    assert "Only one study reports 'STRAIN' with 'ENG'." in details
    assert "'STRAIN' is reported only with 'ENG': look for one case" in details


def test_a_figure_in_words_says_what_was_only_seen_to_fail_and_who_joins_all_parts():
    review = of_an_undesired_outcome()
    figure = configuration_figure("PT1", recompute(review), {}, frozenset({"ENG"}))
    assert "HC → STRAIN → leads to: ENG (STRAIN: 1 study, with all parts)" in figure.words
    assert "NWD → TRUST → prevents: ENG (TRUST: 3 studies, with all parts)" in figure.words


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
