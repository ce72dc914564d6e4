"""When may screening stop, and how sure may one be?

The default rule is the test of Callaghan & Müller-Hansen 2020
(doi 10.1186/s13643-020-01521-4): the tail of the screening order is treated as
an urn drawn at random from all that was then unread; `p` is the smallest
chance, over all tails, of seeing so few includes had the recall target been
missed. Ranked reading finds includes earlier than chance, so the test errs on
the safe side (`urns` computes it; this module knows what is asked and answered).

What is shown is `p`, a lower bound on recall and the reading still expected,
never a bare estimate of recall.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, exp, floor, lgamma, log, log1p
from typing import Literal

RULE = "callaghan-mueller-hansen"
RULE_VERSION = "1"
MINIMUM_INCLUDES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was fixed before screening began: recall wanted, and with what confidence."""

    recall: float = 0.95
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not (0 < self.recall < 1 and 0 < self.confidence < 1):
            raise ValueError("recall and confidence lie strictly between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One look at the stopping rule.

    `state`: `not_estimable` (under ten includes), `go_on`, `may_stop`,
    `finished` (nothing unread). `p` is None when not estimable.
    `recall_at_least` is the largest recall (in steps of 0.005) whose being
    missed the test rejects at the target's confidence. `expected_reading` is
    how many more records without an include would satisfy the test.
    `run_length` is a heuristic: the irrelevant records since the last include.
    """

    state: Literal["not_estimable", "go_on", "may_stop", "finished"]
    rule: str
    rule_version: str
    read: int
    unread: int
    includes: int
    p: float | None
    recall_at_least: float | None
    expected_reading: int | None
    run_length: int


def curve_of(labels: Sequence[int], points: int = 100) -> list[tuple[int, int]]:
    """Records read and includes among them, from nothing to now, in at most so many steps."""
    found = [0, *accumulate(labels)]
    step = max(1, len(labels) // points)
    at = sorted({*range(0, len(found), step), len(found) - 1})
    return [(read, found[read]) for read in at]


def run_length(labels: Sequence[int]) -> int:
    """Irrelevant records since the last include. A heuristic: it promises no recall."""
    count = 0
    for label in reversed(labels):
        if label:
            break
        count += 1
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomCheck:
    """A random sample of the unread, read in full, and what it says of the rest.

    `missed_at_most`: upper bound on includes among the unread outside the
    sample plus those found in it, at `confidence` (Clopper-Pearson, one-sided).
    """

    sampled: int
    found: int
    rate_at_most: float
    missed_at_most: int
    confidence: float


def random_check(sampled: int, found: int, unread: int, confidence: float = 0.95) -> RandomCheck:
    """Bound what is missed from `found` includes in `sampled` of `unread` records."""
    if not 0 <= found <= sampled <= unread:
        raise ValueError("a sample holds 0 to all of the unread records, and its own includes")
    rate = rate_at_most(sampled, found, confidence)
    return RandomCheck(
        sampled=sampled,
        found=found,
        rate_at_most=rate,
        missed_at_most=found + floor(rate * (unread - sampled)),
        confidence=confidence,
    )


def sample_needed(rate: float, confidence: float = 0.95) -> int:
    """Sample size without a find that shows the rate of includes to be at most `rate`."""
    return ceil(log(1 - confidence) / log(1 - rate))


def rate_at_most(sampled: int, found: int, confidence: float = 0.95) -> float:
    """Clopper-Pearson bound, one-sided: at this rate so few finds have chance 1 − confidence."""
    if found == sampled:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(found, sampled, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(found: int, sampled: int, rate: float) -> float:
    """Binomial probability of at most `found` in `sampled`."""
    logs = (
        lgamma(sampled + 1) - lgamma(k + 1) - lgamma(sampled - k + 1)
        + k * log(rate) + (sampled - k) * log1p(-rate)
        for k in range(found + 1)
    )  # fmt: skip
    return sum(exp(value) for value in logs)
