"""Cutting a search into windows that PubMed can answer whole.

ESearch hands out the first 9,999 records of a query and no more. A larger
result is cut by creation date into closed windows of days, and a day that is
still too large by PMID. The windows of a cut never overlap and leave nothing
out, so their results add up to the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

LIMIT = 9_999
"""Most records that one ESearch reaches (`retstart` 9998 is the last accepted)."""
FIRST_DAY = date(1800, 1, 1)
LAST_DAY = date(3000, 12, 31)
LAST_PMID = 999_999_999
LONG = 3_653
"""Days in ten years."""

DateField = Literal["crdt", "mhda"]


@dataclass(frozen=True, slots=True)
class Window:
    """Days `first` to `last` of `field`, both included; on one day also a range of PMIDs."""

    first: date
    last: date
    field: DateField = "crdt"
    pmids: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"a window from {self.first} to {self.last} holds no day")

    @property
    def days(self) -> int:
        """Number of days in the window."""
        return (self.last - self.first).days + 1


def within(query: str, window: Window | None) -> str:
    """`query` limited to `window`, as the stored and replayable PubMed search.

    The query stands in parentheses, because PubMed reads from left to right.
    """
    if window is None:
        return query
    first, last = f"{window.first:%Y/%m/%d}", f"{window.last:%Y/%m/%d}"
    term = f'({query}) AND ("{first}"[{window.field}] : "{last}"[{window.field}])'
    if window.pmids is None:
        return term
    low, high = window.pmids
    return f"{term} AND ({low}:{high}[uid])"


def everything(today: date) -> tuple[Window, Window]:
    """Windows that hold every record there is or will be, cut after `today`."""
    return Window(FIRST_DAY, today), Window(today + timedelta(days=1), LAST_DAY)


def halves(window: Window, sample: Sequence[int] = ()) -> tuple[Window, Window]:
    """Two windows that share nothing and together hold what `window` holds.

    Days are cut in the middle, a long time before its last eighth, where most
    of PubMed's records are. A single day is cut by PMID, at the median of
    `sample` (some PMIDs found in it) or else in the middle of the range.
    """
    if window.days > 1:
        share = 2 if window.days <= LONG else 8
        cut_day = window.last - timedelta(days=max(1, window.days // share) - 1)
        return (
            replace(window, last=cut_day - timedelta(days=1)),
            replace(window, first=cut_day),
        )
    low, high = window.pmids or (1, LAST_PMID)
    if low >= high:
        raise ValueError(f"PMID {low} alone cannot be cut")
    cut = _median(sample, low, high)
    return replace(window, pmids=(low, cut - 1)), replace(window, pmids=(cut, high))


def _median(sample: Sequence[int], low: int, high: int) -> int:
    """A PMID p with low < p <= high, so that neither side is empty of PMIDs."""
    inside = sorted(pmid for pmid in set(sample) if low < pmid <= high)
    return inside[len(inside) // 2] if inside else (low + high) // 2 + 1


@dataclass(frozen=True, slots=True)
class Leaf:
    """A window that was answered whole: PubMed's count and the PMIDs it gave."""

    window: Window
    count: int
    ids: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether PubMed gave as many PMIDs as it counted."""
        return len(self.ids) == self.count


def union(leaves: Iterable[Leaf]) -> tuple[str, ...]:
    """PMIDs of all `leaves`, each once, in order of arrival."""
    return tuple(dict.fromkeys(pmid for leaf in leaves for pmid in leaf.ids))


def adds_up(leaves: Sequence[Leaf], total: int) -> bool:
    """Whether the windows hold exactly what the undivided search counted."""
    counted = sum(leaf.count for leaf in leaves)
    return counted == total == len(union(leaves)) and all(leaf.complete for leaf in leaves)


def moved(leaves: Sequence[Leaf], recounted: Sequence[int]) -> tuple[Leaf, ...]:
    """Leaves to search again: their count has changed or their PMIDs were too few."""
    return tuple(
        leaf
        for leaf, count in zip(leaves, recounted, strict=True)
        if count != leaf.count or not leaf.complete
    )
