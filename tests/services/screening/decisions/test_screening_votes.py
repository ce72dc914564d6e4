"""When votes make a verdict, and who may cast, change and resolve them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.decisions.domain.votes import (
    Accepted,
    Conflict,
    DecisionState,
    Exclude,
    Include,
    Maybe,
    Refused,
    Repeated,
    Settled,
    Vote,
    Waiting,
    first_reason,
    in_sample,
    judge_vote,
    may_resolve,
    outcome,
    verdict_from,
    votes_needed,
)
from shared.events.workbench import Policy

A_INCLUDES = Vote(person="a", verdict=Include())
B_INCLUDES = Vote(person="b", verdict=Include(("PT1",)))
B_EXCLUDES = Vote(person="b", verdict=Exclude("population"))


def test_one_vote_settles_under_single_screening() -> None:
    assert outcome([A_INCLUDES], 1) == Settled(Include(), "single")


def test_a_first_of_two_votes_settles_nothing() -> None:
    assert outcome([A_INCLUDES], 2) == Waiting(1)
    assert outcome([], 0) == Waiting(1)


def test_two_inclusions_agree_and_join_their_theories() -> None:
    assert outcome([A_INCLUDES, B_INCLUDES], 2) == Settled(Include(("PT1",)), "agreement")


def test_votes_that_differ_open_a_conflict_that_names_the_voters() -> None:
    assert outcome([A_INCLUDES, B_EXCLUDES], 2) == Conflict(("a", "b"))
    assert outcome([A_INCLUDES, Vote(person="b", verdict=Maybe())], 2) == Conflict(("a", "b"))


def test_two_exclusions_agree_and_the_stages_first_reason_counts() -> None:
    votes = [Vote(person="a", verdict=Exclude("design")), B_EXCLUDES]
    assert outcome(votes, 2, ["population", "design"]) == Settled(
        Exclude("population"), "agreement"
    )
    assert first_reason(["zeta", "alpha"], ["zeta"]) == "zeta"
    assert first_reason([], ["zeta"]) is None


def test_the_same_vote_again_is_a_repeat_and_a_different_one_is_refused() -> None:
    changed = Vote(person="a", verdict=Exclude())
    assert judge_vote(A_INCLUDES, [A_INCLUDES], 2, "open") == Repeated()
    assert judge_vote(changed, [A_INCLUDES], 2, "open") == Refused("different_second_vote")
    assert judge_vote(changed, [A_INCLUDES], 2, "open", changing=True) == Accepted(replaces=True)


@pytest.mark.parametrize("standing", ["settled", "conflict"])
def test_no_vote_changes_what_is_settled_or_in_conflict(standing: DecisionState) -> None:
    changed = Vote(person="a", verdict=Exclude())
    votes = [A_INCLUDES, B_INCLUDES]
    assert judge_vote(changed, votes, 2, standing, changing=True) == Refused(standing)  # type: ignore[arg-type]
    assert judge_vote(A_INCLUDES, votes, 2, standing) == Repeated()
    assert judge_vote(Vote(person="c", verdict=Maybe()), votes, 2, standing) != Accepted()


def test_a_maybe_may_be_decided_later() -> None:
    assert judge_vote(A_INCLUDES, [], 1, "maybe") == Accepted()
    assert judge_vote(Vote(person="a", verdict=Maybe()), [], 1, "maybe") == Repeated()
    assert judge_vote(B_EXCLUDES, [B_INCLUDES], 2, "maybe") == Refused("different_second_vote")


def test_no_more_votes_are_taken_than_are_needed() -> None:
    assert judge_vote(B_INCLUDES, [A_INCLUDES], 1, "open") == Refused("enough_votes")


@given(st.integers(0, 2**31), st.text(max_size=40))
def test_the_keyed_sample_is_fixed_and_grows_with_its_share(seed: int, record: str) -> None:
    assert in_sample(seed, record, 1.0)
    assert not in_sample(seed, record, 0.0)
    assert in_sample(seed, record, 0.1) <= in_sample(seed, record, 0.2)
    assert in_sample(seed, record, 0.1) == in_sample(seed, record, 0.1)


def test_the_keyed_sample_holds_its_rate() -> None:
    drawn = sum(in_sample(7, f"record {i}", 0.1) for i in range(20_000))
    assert 1_850 < drawn < 2_150


def test_policies_say_how_many_must_judge() -> None:
    assert votes_needed(Policy(), 1, "r") == 1
    assert votes_needed(Policy(kind="dual"), 1, "r") == 2
    assert votes_needed(Policy(kind="sample", share=1.0), 1, "r") == 2
    assert votes_needed(Policy(kind="sample", share=0.0), 1, "r") == 1
    until = Policy(kind="dual_until_kappa", kappa=0.8)
    assert votes_needed(until, 1, "r") == 2
    assert votes_needed(until, 1, "r", kappa_reached=True) == 1


def test_a_resolver_who_is_no_party_resolves() -> None:
    team = ["a", "b", "c"]
    assert may_resolve("c", ["a", "b"], team, ["c"])
    assert not may_resolve("a", ["a", "b"], team, ["a", "c"])
    assert not may_resolve("d", ["a", "b"], team, ["c"])


def test_no_conflict_is_stuck_for_want_of_a_resolver() -> None:
    assert may_resolve("a", ["a", "b"], ["a", "b"], ["a"]), "the only resolver is a party"
    assert not may_resolve("b", ["a", "b"], ["a", "b"], ["a"])
    assert may_resolve("b", ["a", "b"], ["a", "b"], []), "there is no resolver at all"
    assert may_resolve("a", ["a", "b"], ["a", "b"], ["a", "gone"]), "the other one left"


def test_discussion_belongs_to_the_voters_until_one_of_them_leaves() -> None:
    assert may_resolve("a", ["a", "b"], ["a", "b", "c"], ["c"], "discussion")
    assert not may_resolve("d", ["a", "b"], ["a", "b", "d"], ["c"], "discussion")
    assert not may_resolve("a", ["a", "b"], ["a", "c"], ["c"], "discussion")
    assert may_resolve("c", ["a", "b"], ["a", "c"], ["c"], "discussion")


def test_an_unknown_verdict_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="include, exclude or maybe"):
        verdict_from("perhaps", None, [])
    assert verdict_from("include", None, ["PT2", "PT1", "PT2"]) == Include(("PT1", "PT2"))
    assert verdict_from("exclude", "", []) == Exclude(None)
