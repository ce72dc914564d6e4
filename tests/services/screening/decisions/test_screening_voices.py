"""One voice for each person when two records turn out to be one."""

from dataclasses import replace

import pytest

from services.screening.decisions.domain.entries import Entry
from services.screening.decisions.domain.vote_merge import (
    MergedVotes,
    after_open_votes,
    merge_votes,
)
from services.screening.decisions.domain.votes import Exclude, Include, Verdict, Vote

ANN, BEN = (Vote(person=p, verdict=Include()) for p in ("ann", "ben"))
SETTLED = Entry(
    stage="s", record_id="r", standing="settled", verdict=Include(), how="agreement", round=1
)


def test_a_voice_is_carried_once_and_kept_where_it_says_the_same() -> None:
    assert merge_votes([ANN], [BEN]) == MergedVotes(carried=("ben",))
    assert merge_votes([ANN], [ANN]) == MergedVotes()
    assert merge_votes([], [ANN, BEN]) == MergedVotes(carried=("ann", "ben"))
    reasons = [replace(ANN, verdict=Exclude(r)) for r in ("a", "b")]
    assert merge_votes(reasons[:1], reasons[1:]) == MergedVotes(), "the reason makes no difference"


def test_who_contradicts_themselves_has_no_voice_yet() -> None:
    other = replace(ANN, verdict=Exclude())
    assert merge_votes([ANN, BEN], [other]) == MergedVotes(aside=("ann",))


@pytest.mark.parametrize(
    ("verdict", "spoken", "how", "standing"),
    [
        (Include(), set(), "agreement", "settled"),
        (Exclude(), set(), "agreement", "conflict"),
        (Exclude(), set(), "single", "conflict"),
        (Exclude(), {"ann"}, "agreement", "settled"),
        (Exclude(), set(), "resolution", "settled"),
    ],
)
def test_a_settlement_hears_new_voices(
    verdict: Verdict, spoken: set[str], how: str, standing: str
) -> None:
    entry = replace(SETTLED, how=how)
    found = after_open_votes(entry, spoken, [Vote(person="ann", verdict=verdict)])
    assert found.standing == standing
    assert (found.verdict is None) == (standing == "conflict")
