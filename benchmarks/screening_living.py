"""A living update: the oldest 70 % are settled, the newest 30 % arrive.

Warm: the old settlements train the ranking, features come from the vocabulary
frozen on the old records. Cold: the new batch alone, from one include and one
exclude of it. Both are measured on the same records: the new batch without
those two.
"""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.screening_sets import LabelledSet
from benchmarks.screening_simulation import Floats, Ints, loss_ratio, merit, priors, simulate
from services.screening.ranking.domain.features import fit_features, transform
from services.screening.ranking.domain.model import labels_of, train

OLD_SHARE = 0.7


def living_runs(sets: Iterable[LabelledSet], seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Warm and cold runs of every set that has years and enough includes in both parts."""
    for labelled in sets:
        if labelled.years is None or not labelled.years.any():
            print(f"{labelled.name}: no years, left out", file=sys.stderr)
            continue
        order = np.argsort(labelled.years, kind="stable")
        cut = round(OLD_SHARE * len(order))
        old, new = order[:cut], order[cut:]
        arriving = labelled.included[new]
        if not _can_be_screened(arriving, labelled.included[old]):
            print(
                f"{labelled.name}: needs two includes and two excludes in the newest 30 %, one of "
                "each before; left out",
                file=sys.stderr,
            )
            continue
        for start, known, included, features in (
            ("warm", len(old), labelled.included[order], _extended(labelled, old, new)),
            ("cold", 0, arriving, fit_features(labelled.part(new))[1]),
        ):
            for seed in seeds:
                yield _run(labelled.name, start, known, included, features, seed)


def _can_be_screened(arriving: Ints, old: Ints) -> bool:
    """Two of each verdict arrive (one of each is known from the start), one of each is old."""
    includes, earlier = int(arriving.sum()), int(old.sum())
    return 2 <= includes <= len(arriving) - 2 and 0 < earlier < len(old)


def _extended(labelled: LabelledSet, old: Ints, new: Ints) -> sparse.csr_matrix:
    """Features of the old records, and of the new ones by the old vocabulary."""
    vocabulary, features = fit_features(labelled.part(old))
    return sparse.vstack([features, transform(vocabulary, labelled.part(new))], format="csr")


def _run(
    name: str, start: str, known: int, included: Ints, features: sparse.csr_matrix, seed: int
) -> dict[str, Any]:
    """One simulation over the new batch, which follows the `known` old rows."""

    def rank(rows: Ints, labels: Ints) -> Floats:
        return train(features, labels_of(rows, labels)).scores(features)

    spared = [known + row for row in priors(included[known:], seed)]
    hidden = np.setdiff1d(np.arange(known, len(included)), spared)
    begun = time.process_time()
    labelled = list(range(known)) if known else spared
    order = simulate(included, labelled, hidden, rank, start=2)
    spent = time.process_time() - begun
    found = {k: round(v, 6) for k, v in asdict(merit(order, len(hidden))).items()}
    return {
        "set": name, "seed": seed, "model": "retroduct", "start": start, **found,
        "cpu_s": round(spent, 4),
    }  # fmt: skip


def living_summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Ratio of mean losses, warm to cold, per set and over all."""
    ratios = {}
    for name in sorted({r["set"] for r in runs}):
        warm, cold = (
            np.mean([r["loss"] for r in runs if r["set"] == name and r["start"] == start])
            for start in ("warm", "cold")
        )
        ratios[name] = round(loss_ratio(float(warm), float(cold)), 4)
    return {"warm_to_cold": ratios, "mean_ratio": round(float(np.mean(list(ratios.values()))), 4)}
