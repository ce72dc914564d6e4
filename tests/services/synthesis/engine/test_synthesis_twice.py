"""The engine against a plain second implementation of the method, on generated reviews."""

import random

import pytest
from hypothesis import given, settings

from services.synthesis.engine import Review, recompute, reevaluate
from tests.support.generated import examples
from tests.support.generated_reviews import a_review, reviews
from tests.support.plain_arguments import plain_arguments
from tests.support.plain_ccmocs import plain_ccmocs


def without_hash(bodies):
    return [{name: value for name, value in body.items() if name != "hash"} for body in bodies]


@settings(max_examples=examples(150), deadline=None)
@given(reviews)
def test_two_implementations_of_the_method_agree_on_ccmocs(review: Review) -> None:
    assert without_hash(recompute(review)) == plain_ccmocs(review)


@settings(max_examples=examples(150), deadline=None)
@given(reviews)
def test_two_implementations_of_the_method_agree_on_arguments(review: Review) -> None:
    assert without_hash(reevaluate(review)) == plain_arguments(review)


@pytest.mark.parametrize("seed", range(3))
def test_they_agree_on_a_dense_review(seed: int) -> None:
    review = a_review(random.Random(f"dense {seed}"), most=120)
    assert without_hash(recompute(review)) == plain_ccmocs(review)
    assert without_hash(reevaluate(review)) == plain_arguments(review)


def test_generated_reviews_reach_every_verdict_and_every_list() -> None:
    """The comparison would be worth little if chance never made a kind of thing."""
    seen: set[str] = set()
    for seed in range(250):
        review = a_review(random.Random(seed), most=60)
        for body in recompute(review):
            seen.add(body["pattern"])
            seen.update(f"context {item['verdict']}" for item in body["contexts"])
            seen.update(f"partner {item['tier']}" for item in body["partners"])
            seen.update(item["kind"] for case in body["failures"] for item in case["explained_by"])
            seen.update(name for name in ("leading_ties", "conjunctions", "counter") if body[name])
        for body in reevaluate(review):
            seen.update(
                f"list {name}" for name in ("boundary", "exceptions", "mixed") if body[name]
            )
            seen.update(f"support {how}" for how, cases in body["supports"].items() if cases)
            seen.update("refuted" for item in body["predictions"] if item["refuted"])
    wanted = {"occurs", "fails", "both", "inferred", "not_fired", "leading_ties", "counter"}
    wanted |= {f"partner {tier}" for tier in ("stated", "joined", "assembled")}
    verdicts = ("enabling", "helpful", "recurs", "recurs_failing", "suspected", "undecided")
    wanted |= {f"context {name}" for name in (*verdicts, "trigger")}
    wanted |= {"enabling_absent", "suspected", "list boundary", "list exceptions", "list mixed"}
    wanted |= {"support full", "support partial", "support bare", "refuted"}
    assert wanted <= seen
