"""A change names the events that moved it, and none that could not have."""

from services.synthesis.projections.store.marks import Cause, causes_of

CODED, STATED = Cause(frozenset({"f9"})), Cause(frozenset())


def test_a_number_that_other_fragments_moved_is_not_put_down_to_an_argument():
    """Coverage moves by fragments that the configuration does not have."""
    assert causes_of({"stated": STATED, "coded": CODED}, {"f1"}) == ["coded"]
    assert causes_of({"stated": STATED, "coded": CODED}, {"f9"}) == ["coded"]


def test_an_argument_is_moved_by_its_own_wording():
    causes = {"stated": STATED, "coded": CODED}
    assert causes_of(causes, {"f1"}, "stated") == ["stated"]
    assert causes_of(causes, {"f9"}, "stated") == ["stated", "coded"]


def test_what_may_touch_everything_is_named_and_something_always_is():
    causes = {"book": Cause(None), "coded": CODED}
    assert causes_of(causes, {"f1"}) == ["book"]
    assert causes_of({"stated": STATED}, {"f1"}) == ["stated"]
