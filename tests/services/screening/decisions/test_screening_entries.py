"""How an entry changes as votes, merges and reopenings come."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.screening.decisions.domain.entries import (
    UNRANKED,
    Basis,
    Entry,
    after_votes,
    as_words,
    from_words,
    merged,
    new_entry,
    reopen,
    settle,
)
from services.screening.decisions.domain.votes import (
    Conflict,
    Exclude,
    Include,
    Maybe,
    Settled,
    Waiting,
)
from shared.events.workbench import Policy, Stage

BASIS = Basis(at=datetime(2026, 1, 1, tzinfo=UTC), criteria_version=2)
OPEN = Entry(stage="title", record_id="r")

verdicts: st.SearchStrategy[Include | Exclude | Maybe] = st.sampled_from(
    [Include(), Include(("PT1",)), Exclude(None), Exclude("x"), Maybe()]
)
entries = st.one_of(
    st.just(OPEN),
    st.just(replace(OPEN, standing="conflict")),
    verdicts.map(lambda v: settle(OPEN, v, "single", BASIS)),
)


def test_a_new_entry_knows_how_many_must_judge_it() -> None:
    dual = Stage(name="s", policy=Policy(kind="dual"))
    assert new_entry(dual, "r", 1).needed == 2
    until = Stage(name="s", policy=Policy(kind="dual_until_kappa", kappa=0.7))
    assert new_entry(until, "r", 1).needed == 0
    assert new_entry(dual, "r", 1).place >= UNRANKED
    assert new_entry(dual, "r", 1) == new_entry(dual, "r", 1)


def test_outcomes_move_an_entry() -> None:
    assert after_votes(OPEN, Waiting(1), BASIS) == OPEN
    assert after_votes(OPEN, Conflict(("a", "b")), BASIS).standing == "conflict"
    kept = after_votes(OPEN, Settled(Maybe(), "single"), BASIS)
    assert (kept.standing, kept.voting_round) == ("maybe", 2)
    decided = after_votes(kept, Settled(Include(), "single"), BASIS)
    assert (decided.round, decided.includes) == (2, True)
    assert reopen(decided).standing == "open"
    assert reopen(decided).round == 3
    assert reopen(kept).round == 2, "votes that gather unseen stay unseen"


def test_an_inactive_entry_says_nothing() -> None:
    settled = settle(OPEN, Include(), "single", BASIS)
    assert settled.stands
    assert replace(settled, active=False).said == OPEN.said
    assert not replace(settled, active=False).includes


@given(entries, entries)
def test_merging_never_loses_a_settlement_silently(one: Entry, other: Entry) -> None:
    found = merged(one, replace(other, record_id="other"))
    assert found.record_id == "r"
    if one.standing == other.standing == "open":
        assert found.standing == "open"
    if one.stands and other.stands:
        same = as_words(one.verdict)[0] == as_words(other.verdict)[0]
        assert (found.standing == "conflict") == (not same)


@given(verdicts)
def test_verdicts_survive_being_written_down(verdict: Include | Exclude | Maybe) -> None:
    assert from_words(*as_words(verdict)) == verdict
    assert from_words(*as_words(None)) is None
