"""One voice for each person when two records turn out to be one."""

from dataclasses import replace

import pytest

from services.screening.decisions.domain.entries import Entry
from services.screening.decisions.domain.vote_merge import Voices, heard, one_voice_each
from services.screening.decisions.domain.votes import Exclude, Include, Verdict, Vote

ANN, BEN = (Vote(person=p, verdict=Include()) for p in ("ann", "ben"))
SETTLED = Entry(
    stage="s", record_id="r", standing="settled", verdict=Include(), how="agreement", round=1
)


def test_a_voice_is_carried_once_and_kept_where_it_says_the_same() -> None:
    assert one_voice_each([ANN], [BEN]) == Voices(carried=("ben",))
    assert one_voice_each([ANN], [ANN]) == Voices()
    assert one_voice_each([], [ANN, BEN]) == Voices(carried=("ann", "ben"))
    reasons = [replace(ANN, verdict=Exclude(r)) for r in ("a", "b")]
    assert one_voice_each(reasons[:1], reasons[1:]) == Voices(), "the reason makes no difference"


def test_who_contradicts_themselves_has_no_voice_yet() -> None:
    other = replace(ANN, verdict=Exclude())
    assert one_voice_each([ANN, BEN], [other]) == Voices(aside=("ann",))


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
    found = heard(entry, spoken, [Vote(person="ann", verdict=verdict)])
    assert found.standing == standing
    assert (found.verdict is None) == (standing == "conflict")
