"""What a vote from elsewhere makes of a settlement, and what a merge makes of two entries."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.screening.decisions.domain.entries import (
    Basis,
    Entry,
    after_late_vote,
    merged,
    overturn,
)
from services.screening.decisions.domain.votes import Exclude, Include, Maybe, Verdict, Vote

SETTLED = Entry(
    stage="s", record_id="r", standing="settled", verdict=Include(), how="agreement", round=1
)
OPEN = Entry(stage="s", record_id="w", needed=2)


@pytest.mark.parametrize(
    ("verdict", "how", "standing"),
    [
        (Include(), "agreement", "settled"),
        (Include(("PT1",)), "agreement", "settled"),
        (Exclude(), "agreement", "conflict"),
        (Exclude(), "single", "conflict"),
        (Exclude(), "resolution", "settled"),
    ],
)
def test_a_settlement_hears_votes_from_elsewhere(verdict: Verdict, how: str, standing: str) -> None:
    entry = replace(SETTLED, how=how)
    found = after_late_vote(entry, Vote(person="ann", verdict=verdict))
    assert found.standing == standing
    assert (found.verdict is None) == (standing == "conflict")


@pytest.mark.parametrize("verdict", [Include(), Exclude(), Maybe()])
@pytest.mark.parametrize("number", [1, 4])
def test_a_verdict_that_a_waiting_record_takes_over_closes_no_round(
    verdict: Verdict, number: int
) -> None:
    standing = "maybe" if isinstance(verdict, Maybe) else "settled"
    waiting = replace(OPEN, round=number)
    found = merged(waiting, replace(SETTLED, verdict=verdict, standing=standing, round=3))
    assert (found.record_id, found.standing, found.verdict) == ("w", standing, verdict)
    assert found.closed_round == waiting.closed_round, "votes that wait stay unseen"
    assert found.needed == 2


def test_two_waiting_records_make_one_that_waits_for_its_own_votes() -> None:
    assert merged(OPEN, replace(OPEN, record_id="x", needed=1, round=5)) == OPEN


def test_two_settlements_that_differ_are_a_conflict_in_the_closed_round() -> None:
    for standing, verdict in (("settled", Exclude()), ("maybe", Maybe())):
        survivor = replace(SETTLED, standing=standing, verdict=verdict, round=2)
        found = merged(survivor, SETTLED)
        assert (found.standing, found.closed_round) == ("conflict", 2 if standing else 1)


def test_an_overturned_record_keeps_what_waits_unseen() -> None:
    found = overturn(OPEN, Exclude(), Basis(at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert (found.standing, found.how) == ("settled", "resolution")
    assert found.closed_round == OPEN.closed_round
