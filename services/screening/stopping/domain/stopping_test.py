"""The stopping test's arithmetic: urns drawn from the tail of the screening order.

`p` equals that of the rule's authors' package for bias 1. Needs numpy and
scipy, so only the ranking's own process loads it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln
from scipy.stats import hypergeom

from services.screening.stopping.domain.stopping import (
    MINIMUM_INCLUDES,
    RULE,
    RULE_VERSION,
    Assessment,
    Target,
    run_length,
)

RECALL_STEP = 0.005

LabelArray = npt.NDArray[np.int64]


def missed_target_p(labels: Sequence[int], records: int, recall: float = 0.95) -> float:
    """The test's `p`: how likely so poor a tail is if recall were below `recall`.

    `labels` are 0 or 1 in screening order, `records` the size of the pool
    (read and unread). A target that cannot be missed any more gives 0;
    without a label nothing is known and it is 1.
    """
    if len(labels) == 0:
        return 1.0
    tail = np.asarray(labels, dtype=np.int64)[::-1]
    seen = np.cumsum(tail)
    found = int(seen[-1])
    drawn = np.arange(1, len(tail) + 1)
    at_least = np.floor(found / recall + 1 - (found - seen))
    population = records - (len(tail) - drawn)
    if at_least[0] > population[0]:
        return 0.0
    return float(_smallest(seen, population, at_least, drawn))


def _smallest(
    seen: LabelArray, population: LabelArray, at_least: LabelArray, drawn: LabelArray
) -> float:
    """The least probability over the urns.

    Between two includes a longer tail is always the stronger evidence, so only
    the urns that end just before an include (and the whole order) are tried.
    """
    ends = np.flatnonzero(np.append(np.diff(seen) > 0, True))
    urns = (seen[ends], population[ends], at_least[ends], drawn[ends])
    least = np.argsort(_lower_tails(*urns), kind="stable")[:_EXACT]
    p = hypergeom.cdf(*(part[least] for part in urns))
    return float(np.nanmin(p))


_EXACT = 5
"""Urns whose probability is computed exactly, after all were compared approximately."""
_NEGLIGIBLE = 1e-13


def _lower_tails(
    seen: LabelArray, population: LabelArray, includes: LabelArray, drawn: LabelArray
) -> npt.NDArray[np.float64]:
    """P(at most `seen` of the includes among the drawn), good to about nine digits.

    That is enough to find the least. Summed away from the middle, where terms
    fall: below it from `seen` down, above it from `seen` + 1 up and taken from 1.
    """
    urns = [part.astype(float) for part in (seen, includes, drawn, population)]
    x, k, n, size = urns
    above = x * size >= n * k
    tails = np.empty(len(x))
    for side, is_upper in ((above, True), (~above, False)):
        total = _summed(*(part[side] for part in urns), up=is_upper)
        tails[side] = 1 - total if is_upper else total
    return tails


def _summed(
    x: npt.NDArray[np.float64],
    k: npt.NDArray[np.float64],
    n: npt.NDArray[np.float64],
    size: npt.NDArray[np.float64],
    *,
    up: bool,
) -> npt.NDArray[np.float64]:
    """The probabilities from `x` down, or from `x` + 1 up, until they no longer matter."""
    x = x + up
    term = np.exp(_log_chance(x, k, n, size))
    total = term.copy()
    while np.any(term > _NEGLIGIBLE * total):
        if up:
            term = term * (k - x) * (n - x) / ((x + 1) * (size - k - n + x + 1))
        else:
            term = term * x * (size - k - n + x) / ((k - x + 1) * (n - x + 1))
        term = np.maximum(term, 0.0)
        total += term
        x = x + (1 if up else -1)
    return total


def _log_chance(
    x: npt.NDArray[np.float64],
    k: npt.NDArray[np.float64],
    n: npt.NDArray[np.float64],
    size: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Log of the hypergeometric probability of exactly `x`; minus infinity where impossible."""
    possible = (k - x >= 0) & (size - k - n + x >= 0)
    safe = np.where(possible, x, np.minimum(n, k))
    value = (
        _log_choose(k, safe)
        + _log_choose(size - k, np.where(possible, n - safe, 0))
        - _log_choose(size, n)
    )
    return np.where(possible, value, -np.inf)


def _log_choose(n: npt.NDArray[np.float64], k: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    chosen: npt.NDArray[np.float64] = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return chosen


def recall_at_least(labels: Sequence[int], records: int, confidence: float = 0.95) -> float:
    """The largest recall, in steps of 0.005, whose being missed is rejected at `confidence`.

    0 when not even the smallest step is.
    """
    low, high = 0, round(1 / RECALL_STEP) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if missed_target_p(labels, records, middle * RECALL_STEP) < 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return low * RECALL_STEP


def expected_reading(labels: Sequence[int], records: int, target: Target) -> int:
    """How many more records, all irrelevant, must be read before the test lets one stop.

    A lower bound in truth (a further include lengthens it); found by bisection,
    since `p` falls with every irrelevant record.
    """
    low, high = 0, records - len(labels)
    while low < high:
        middle = (low + high) // 2
        p = missed_target_p([*labels, *([0] * middle)], records, target.recall)
        if p < 1 - target.confidence:
            high = middle
        else:
            low = middle + 1
    return low


def assess(labels: Sequence[int], records: int, target: Target) -> Assessment:
    """Look at the rule after `labels` of `records` were settled, in screening order."""
    includes, unread = sum(labels), records - len(labels)
    common = {"rule": RULE, "rule_version": RULE_VERSION}
    if unread > 0 and includes < MINIMUM_INCLUDES:
        return Assessment(
            state="not_estimable", read=len(labels), unread=unread, includes=includes, p=None,
            recall_at_least=None, expected_reading=None, run_length=run_length(labels), **common,
        )  # fmt: skip
    p = missed_target_p(labels, records, target.recall) if unread else 0.0
    stop = p < 1 - target.confidence
    return Assessment(
        state="finished" if not unread else "may_stop" if stop else "go_on",
        read=len(labels),
        unread=unread,
        includes=includes,
        p=p,
        recall_at_least=recall_at_least(labels, records, target.confidence) if unread else 1.0,
        expected_reading=0 if stop else expected_reading(labels, records, target),
        run_length=run_length(labels),
        **common,
    )
