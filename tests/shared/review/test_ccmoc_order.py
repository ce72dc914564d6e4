"""Configurations are told in the order of the method wherever they are told."""

import random

import pytest

from shared.review.ccmoc_order import place
from tests.support.generated_reviews import a_review
from tests.support.plain_ccmocs import plain_ccmocs


def body(mechanism, **more):
    studies = dict.fromkeys(
        ("positive", "contradicting", "not_fired", "inferred_positive", "inferred_contradicting"),
        (),
    )
    known = {key: more.pop(key) for key in list(more) if key in studies}
    return {
        "outcome_rank": 1,
        "role": "response",
        "mechanism": mechanism,
        "participants": 0,
        "sites": 0,
        "supporting_share": [len(known.get("positive", ())), 3],
        "coverage": [len(known.get("positive", ())), 3],
        "studies": {**studies, **known},
        **more,
    }


def test_each_step_of_the_order_decides_where_those_before_it_are_equal():
    two = ("s1", "s2")
    ordered = [
        body("more studies", positive=(*two, "s3"), supporting_share=[3, 6]),
        body("larger share", positive=two, supporting_share=[2, 2], coverage=[2, 9]),
        body("covers more", positive=two, coverage=[2, 3]),
        body("participants", positive=two, coverage=[2, 4], participants=2),
        body("sites", positive=two, coverage=[2, 4], participants=1, sites=3),
        body("inferred", positive=two, coverage=[2, 4], participants=1, inferred_positive=("i",)),
        body("a resource", positive=two, coverage=[2, 4], participants=1, role="resource"),
        body("fails in two", contradicting=two),
        body("fails in one", contradicting=("s1",)),
        body("inferred by two", inferred_positive=("a",), inferred_contradicting=("b",)),
        body("inferred by one", inferred_positive=("a",), inferred_contradicting=("a",)),
        body("not fired", not_fired=two),
        body("second outcome", positive=(*two, "s3", "s4"), outcome_rank=2),
    ]
    shuffled = random.Random(3).sample(ordered, len(ordered))
    found = [item["mechanism"] for item in sorted(shuffled, key=place)]
    assert found == [item["mechanism"] for item in ordered]


@pytest.mark.parametrize("seed", range(5))
def test_the_leading_configuration_stands_first_in_its_outcome(seed):
    bodies = sorted(plain_ccmocs(a_review(random.Random(seed), most=80)), key=place)
    seen = set()
    for one in bodies:
        outcome = (one["theory"], one["outcome"])
        assert not one["leading"] or outcome not in seen
        seen.add(outcome)
    assert seen
