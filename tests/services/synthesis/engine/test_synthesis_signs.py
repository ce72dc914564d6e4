"""Signs that cancel each other: what is stated without a sign, and what is met and opposed."""

from services.synthesis.engine import Review, recompute, reevaluate
from services.synthesis.engine.values import (
    CONTEXT,
    OUTCOME,
    RESOURCE,
    RESPONSE,
    Argument,
    Citation,
    Codebook,
    Element,
    Fragment,
    Group,
    Membership,
    Prediction,
    Term,
    Unit,
)
from tests.support.plain_arguments import plain_arguments
from tests.support.plain_ccmocs import plain_ccmocs

P, R = Element(RESPONSE, "P", "present"), Element(RESOURCE, "R", "present")
C, G = Element(CONTEXT, "C", "present"), Element(OUTCOME, "g", "occurred")
H, NO_R = Element(OUTCOME, "h", "occurred"), Element(RESOURCE, "R", "absent")


def review_of(*said: tuple[Element, ...], **more) -> Review:
    """One fragment of one study per tuple of elements; outcome H is the opposite of G."""
    outcomes = (
        Group(OUTCOME, "G", (Membership("g"),)),
        Group(OUTCOME, "H", (Membership("h"),), opposite_of=("G",)),
    )
    fragments = {
        f"f{n}": Fragment(f"f{n}", ("T",), elements, (Citation("s"),))
        for n, elements in enumerate(said)
    }
    codebooks = {"T": Codebook(outcomes)}
    return Review(theories=("T",), fragments=fragments, codebooks=codebooks, **more)


def test_two_opposite_outcomes_that_both_occurred_are_stated_without_a_sign() -> None:
    review = review_of((P, G), (P, C, G, H))
    body = next(b for b in recompute(review) if b["outcome"] == "G")
    assert body["contexts"] == [], "a row that states the outcome is no trigger"
    assert body["fragments"] == ["f0"]
    assert [body["mechanism"] for body in plain_ccmocs(review)] == ["P"]


def test_a_named_part_with_both_signs_meets_what_a_prediction_is_given() -> None:
    given = Term(Unit(RESOURCE, "R"), True)
    expected = Term(Unit(OUTCOME, "G"), True)
    argument = Argument(
        "a", "T", "G", True, (), "R", "P", predictions=(Prediction("p", (given,), expected),)
    )
    review = review_of((P, R, G), (P, NO_R), arguments=(argument,))
    body = reevaluate(review)[0]
    assert body["predictions"] == [{"id": "p", "observed": ["s"], "refuted": []}]
    assert body["mixed"] == ["s"]
    assert plain_arguments(review)[0]["predictions"] == body["predictions"]
