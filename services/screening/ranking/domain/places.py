"""Places of the records in a queue, of which a further ranking changes few.

A place is a key to sort by. Those of the first records are negative numbers far apart, so that
a record which comes between two others takes a number between theirs and nothing else is
written; behind them a place is the rank that a ranking found.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

Ranked = tuple[str, int, float, str | None]
"""A record's id, rank (or place), score and the reason for it."""

LOWEST, START, GAP = -(1 << 46), -(1 << 45), 1 << 24


class Held(NamedTuple):
    """What an earlier ranking gave a record that waits."""

    place: int
    score: float | None
    why: str | None


def changed_places(ranked: Sequence[Ranked], held: Mapping[str, Held], top: int) -> list[Ranked]:
    """What of a ranking must be written, with places instead of ranks.

    `ranked` is in order of rank and holds every rank below `top`; `held` is what was given to
    the records that were first before. What place, score and reason stay for is left out.
    """
    first = [one for one in ranked if one[1] < top]
    before = [held[record].place if record in held else None for record, *_ in first]
    found = [
        (record, place, score, why)
        for (record, _, score, why), place in zip(first, places_of(before), strict=True)
    ]
    fresh = [one for one in found if held.get(one[0]) != one[1:]]
    return fresh + [one for one in ranked if one[1] >= top]


def places_of(before: Sequence[int | None]) -> list[int]:
    """Increasing places below 0, as many of them as possible those before.

    All are given anew where most would change, or no number is left between two of them.
    """
    anew = [START + i * GAP for i in range(len(before))]
    staying = _longest_increasing(before)
    if 2 * len(staying) < len(before):
        return anew
    places = dict(staying)
    bounds = [(-1, None), *staying, (len(before), None)]
    for (left, low), (right, high) in pairwise(bounds):
        between = _between(low, high, right - left - 1)
        if between is None:
            return anew
        places |= dict(enumerate(between, start=left + 1))
    return [places[i] for i in range(len(before))]


def _between(low: int | None, high: int | None, count: int) -> Sequence[int] | None:
    """So many places between two others, or beyond one; None where there is no room."""
    if low is not None and high is not None:
        step = (high - low) // (count + 1)
        return range(low + step, high, step)[:count] if step else None
    if high is not None:
        found = range(high - count * GAP, high, GAP)
    else:
        found = range((low or START) + GAP, (low or START) + (count + 1) * GAP, GAP)
    return found if not found or (found[0] > LOWEST and found[-1] < 0) else None


def _longest_increasing(before: Sequence[int | None]) -> list[tuple[int, int]]:
    """`(index, place)` of a longest increasing run through the places below 0 (patience sort)."""
    ends: list[int] = []
    at: list[int] = []
    previous: dict[int, int | None] = {}
    for i, place in enumerate(before):
        if place is None or place >= 0:
            continue
        pile = bisect_left(ends, place)
        previous[i] = at[pile - 1] if pile else None
        ends[pile : pile + 1] = [place]
        at[pile : pile + 1] = [i]
    found: list[tuple[int, int]] = []
    index = at[-1] if at else None
    while index is not None:
        place = before[index]
        assert place is not None
        found.append((index, place))
        index = previous[index]
    return found[::-1]
