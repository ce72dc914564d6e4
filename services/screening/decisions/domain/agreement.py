"""How far independent screeners agree, from first decisions only.

A figure that the data cannot give is an `Undefined` that says why, never a
number: kappa has no value when chance agreement is certain, and PABAK or AC1
none without pairs.

Sources: Cohen 1960; Fleiss, Levin & Paik 2003 (standard error of kappa);
Byrt, Bishop & Carlin 1993 (PABAK); Gwet 2008 (AC1); Fleiss 1971.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Undefined:
    """A figure that cannot be computed from these decisions, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its 95 % interval; `low` and `high` lie within [-1, 1]."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """Two raters over the records that both judged first-hand.

    `table[(a, b)]` counts records the first called `a` and the second `b`;
    `categories` are all that were used, sorted.
    """

    records: int
    categories: tuple[str, ...]
    table: Mapping[tuple[str, str], int]
    percent: float | Undefined
    kappa: Interval | Undefined
    pabak: float | Undefined
    ac1: float | Undefined


NO_PAIRS = Undefined("no record has two independent first decisions yet")
CHANCE_CERTAIN = Undefined(
    "both screeners used one and the same verdict for every record, "
    "so agreement by chance is certain and kappa has no value"
)
ONE_CATEGORY = Undefined("only one verdict was ever used")


def pair_agreement(pairs: Sequence[tuple[str, str]]) -> PairAgreement:
    """Agreement of two raters from `(first rater, second rater)` verdicts.

    Only independent first decisions belong in `pairs`: a vote changed after
    the other was seen would flatter every figure.
    """
    table = Counter(pairs)
    categories = tuple(sorted({verdict for pair in pairs for verdict in pair}))
    n = len(pairs)
    if n == 0:
        return PairAgreement(
            records=0, categories=(), table={}, percent=NO_PAIRS, kappa=NO_PAIRS,
            pabak=NO_PAIRS, ac1=NO_PAIRS,
        )  # fmt: skip
    observed = sum(table[c, c] for c in categories) / n
    first = {c: sum(table[c, d] for d in categories) / n for c in categories}
    second = {c: sum(table[d, c] for d in categories) / n for c in categories}
    return PairAgreement(
        records=n,
        categories=categories,
        table=dict(table),
        percent=observed,
        kappa=_kappa(table, first, second, n),
        pabak=_pabak(observed, len(categories)),
        ac1=_ac1(observed, [(first[c] + second[c]) / 2 for c in categories]),
    )


def _kappa(
    table: Mapping[tuple[str, str], int],
    first: Mapping[str, float],
    second: Mapping[str, float],
    n: int,
) -> Interval | Undefined:
    """Cohen's kappa with the large-sample interval of Fleiss, Cohen & Everitt (1969)."""
    chance = sum(first[c] * second[c] for c in first)
    if 1 - chance < 1e-12:
        return CHANCE_CERTAIN
    share = {cell: count / n for cell, count in table.items()}
    observed = sum(share.get((c, c), 0.0) for c in first)
    kappa = (observed - chance) / (1 - chance)
    on = sum(
        share.get((c, c), 0.0) * (1 - (first[c] + second[c]) * (1 - kappa)) ** 2 for c in first
    )
    off = (1 - kappa) ** 2 * sum(
        share.get((a, b), 0.0) * (first[b] + second[a]) ** 2 for a in first for b in first if a != b
    )
    rest = (kappa - chance * (1 - kappa)) ** 2
    error = sqrt(max(on + off - rest, 0.0) / n) / (1 - chance)
    return Interval(
        value=kappa, low=max(-1.0, kappa - Z_95 * error), high=min(1.0, kappa + Z_95 * error)
    )


def _pabak(observed: float, categories: int) -> float:
    """Prevalence- and bias-adjusted kappa, `(k·po − 1)/(k − 1)`: `2·po − 1` for two verdicts."""
    k = max(categories, 2)
    return (k * observed - 1) / (k - 1)


def _ac1(observed: float, shares: Sequence[float]) -> float | Undefined:
    """Gwet's AC1: chance agreement from the mean share of each verdict."""
    if len(shares) < 2:
        return ONE_CATEGORY
    chance = sum(p * (1 - p) for p in shares) / (len(shares) - 1)
    return (observed - chance) / (1 - chance)


def fleiss_kappa(ratings: Sequence[Sequence[str]]) -> float | Undefined:
    """Fleiss' kappa of records that were each judged by the same number of raters (> 1)."""
    if not ratings:
        return Undefined("no record was judged by every rater")
    raters = len(ratings[0])
    if raters < 2 or any(len(row) != raters for row in ratings):
        return Undefined("Fleiss' kappa needs the same number of raters, two or more, per record")
    totals: Counter[str] = Counter()
    agreement = 0.0
    for row in ratings:
        counts = Counter(row)
        totals.update(counts)
        agreement += sum(c * (c - 1) for c in counts.values()) / (raters * (raters - 1))
    n = len(ratings)
    chance = sum((count / (n * raters)) ** 2 for count in totals.values())
    if 1 - chance < 1e-12:
        return CHANCE_CERTAIN
    return (agreement / n - chance) / (1 - chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAgreement:
    """All agreement figures of one stage.

    `pooled` sets the two first decisions of every dually screened record side
    by side, whoever made them; `pairs` does so per pair of people; `fleiss`
    speaks only where three or more judged the same records.
    """

    pooled: PairAgreement
    pairs: Mapping[tuple[str, str], PairAgreement]
    fleiss: float | Undefined


def stage_agreement(first_decisions: Sequence[Mapping[str, str]]) -> StageAgreement:
    """Agreement of a stage from one mapping `person → first verdict` per record.

    The pooled table orders each pair by person id, so that it does not depend
    on who was faster. Records with fewer than two decisions are left out.
    """
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    many: list[list[str]] = []
    for votes in first_decisions:
        people = sorted(votes)
        for a, b in combinations(people, 2):
            pairs.setdefault((a, b), []).append((votes[a], votes[b]))
        if len(people) > 2:
            many.append([votes[p] for p in people])
    pooled = [pair for listed in pairs.values() for pair in listed]
    return StageAgreement(
        pooled=pair_agreement(pooled),
        pairs={people: pair_agreement(listed) for people, listed in sorted(pairs.items())},
        fleiss=fleiss_kappa(_same_size(many)) if many else Undefined(
            "fewer than three people judged the same record"
        ),
    )  # fmt: skip


def _same_size(ratings: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The rows with the commonest number of raters (Fleiss needs one number for all)."""
    size: Hashable = Counter(len(r) for r in ratings).most_common(1)[0][0]
    return [r for r in ratings if len(r) == size]
