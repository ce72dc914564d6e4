"""What the next update of a living search will bring, from the log of those before.

Arrivals are counted as a Poisson process over the time between the first run, which
brought everything older, and the last. Ranges are 95 % (Byar's approximation of the
exact interval); they widen as little was seen, and say nothing of a year unlike the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from shared.review.numbers import counted

DAY = 24 * 3600
YEAR = 365.25 * DAY
SHORTEST = 28 * DAY  # seconds of observation from which a rate is told
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Update:
    """A run that succeeded: when it ended and how many new records it added."""

    ended: datetime
    added: int


@dataclass(frozen=True, slots=True)
class Range:
    """An expected number with its 95 % range."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """A year of updates: records that arrive, of these the includes to expect; None where
    too little is known, and `words` says why.

    `years` were observed in `updates` runs after the first; `added` records came in them,
    of which `settled` have a verdict and `included` were included at some stage.
    """

    years: float
    updates: int
    added: int
    settled: int
    included: int
    records_a_year: Range | None
    includes_a_year: Range | None
    words: str


def forecast(
    updates: Iterable[Update], settled: int, included: int, *, followed: bool = True
) -> Forecast:
    """The forecast from all successful runs of one search, in any order.

    `followed` says whether the log knows which run found which record: without it nothing is
    known of the verdicts.
    """
    runs = sorted(updates, key=lambda one: one.ended)
    later = runs[1:]
    observed = (later[-1].ended - runs[0].ended).total_seconds() if later else 0.0
    added, years = sum(one.added for one in later), observed / YEAR
    days = int(observed // DAY)
    if observed < SHORTEST:
        words = (
            "Too little was observed: a forecast needs updates over four weeks or more after the "
            f"first run, and {counted(len(later), 'update')} over {counted(days, 'day')} "
            f"{'is' if len(later) == 1 else 'are'} known."
        )
        return Forecast(years, len(later), added, settled, included, None, None, words)
    arriving = _a_year(added, years)
    if not settled:
        why = (
            "None has a verdict yet" if followed else "Which of them were included is not followed"
        )
        words = f"{_said(arriving)} new records a year. {why}: includes are unknown."
        return Forecast(years, len(later), added, settled, included, arriving, None, words)
    share = Range(*(value / settled for value in _byar(included)))
    kept = Range(
        arriving.expected * share.expected,
        arriving.expected * share.low,
        arriving.expected * min(share.high, 1.0),
    )
    words = f"{_said(arriving)} new records a year, of these {_said(kept)} to include."
    return Forecast(years, len(later), added, settled, included, arriving, kept, words)


def _a_year(count: int, years: float) -> Range:
    return Range(*(value / years for value in _byar(count)))


def _byar(count: int) -> tuple[float, float, float]:
    """A count with Byar's 95 % interval of its Poisson mean."""
    low = 0.0
    if count:
        low = count * (1 - 1 / (9 * count) - _Z / (3 * sqrt(count))) ** 3
    above = count + 1
    high = above * (1 - 1 / (9 * above) + _Z / (3 * sqrt(above))) ** 3
    return float(count), max(low, 0.0), high


def _said(value: Range) -> str:
    return f"{value.expected:.0f} ({value.low:.0f} to {value.high:.0f})"
