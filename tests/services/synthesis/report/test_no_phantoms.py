"""On generated reviews nothing is printed or drawn as linked that no study links."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.synthesis.engine import Evidence, ccmocs_of, evidences, readable_id
from services.synthesis.engine.values import Unit, part_unit
from services.synthesis.report.domain.findings import _named
from services.synthesis.report.domain.material import JudgedConfiguration, TheoryPart
from services.synthesis.report.domain.pictures import configuration_figure
from tests.support.generated import examples
from tests.support.generated_reviews import THEORIES, a_review

SAYS_SO = ("(joined)", "(assembled)", "(stated with the mechanism only)", "(from theory)")


def a_part(theory, bodies):
    """The part of a report that tells of a theory, with groups called by their ids."""
    nothing = dict.fromkeys(("history", "notes", "ranking", "saturation", "standings"), ()) | {
        name: {} for name in ("state", "labels", "kinds", "passages")
    }
    standings = [JudgedConfiguration(body, "conjectured", False, 1) for body in bodies]
    given_here = {"standings": standings, "pin": None, "fragments": 0, "studies": 0}
    return TheoryPart(id=theory, **{**nothing, **given_here})


def stated(evidence: Evidence, outcome: str, *units: Unit) -> bool:
    """Whether one row says all of the units, in whatever state, and the outcome with a sign."""
    return any(
        all(unit in row.signs for unit in units)
        for row in evidence.rows
        if row.entries and outcome in row.occurred | row.failed
    )


def check(evidence: Evidence, part: TheoryPart, standing: JudgedConfiguration) -> None:
    """Every cell that says nothing of its tier is stated with part and outcome in one row."""
    body = standing.body
    contexts, resource, response, _ = _named(part, standing)
    counted = part_unit(body["role"], body["mechanism"])
    partner = response if body["role"] == "resource" else resource
    if partner != "not linked" and not partner.endswith(SAYS_SO):
        other = part_unit("response" if body["role"] == "resource" else "resource", partner)
        assert stated(evidence, body["outcome"], counted, other), (body["id"], partner)
    for said in contexts.split("; ") if contexts != "not stated" else ():
        group, _, verdict = said.partition(" (")
        if f"({verdict}" not in SAYS_SO:
            assert stated(evidence, body["outcome"], counted, Unit("context", group)), said


@settings(max_examples=examples(150), deadline=None)
@given(st.integers(0, 2**32))
def test_no_printed_configuration_joins_what_no_study_joins_without_saying_so(seed):
    review = a_review(Random(seed))
    for evidence in evidences(review, THEORIES):
        bodies = ccmocs_of(evidence, readable_id)
        part = a_part(evidence.theory, bodies)
        for standing in part.standings:
            check(evidence, part, standing)


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 2**32))
def test_no_line_of_the_drawing_is_solid_without_a_statement(seed):
    review = a_review(Random(seed))
    for evidence in evidences(review, THEORIES):
        bodies = ccmocs_of(evidence, readable_id)
        figure = configuration_figure(evidence.theory, bodies, {})
        assembled = {
            body["slots"]["partner"]
            for body in bodies
            if body["slots"]["partner_tier"] == "assembled"
        }
        told = figure.words.split("; ")
        shown = {item.split(" (")[0] for chain in told for item in chain.split(" → ")}
        counted = {body["mechanism"] for body in bodies}
        linked = {
            body["slots"]["partner"]
            for body in bodies
            if body["slots"]["partner_tier"] in ("stated", "joined")
        }
        assert not (shown & assembled) - counted - linked
