"""Does the ranking find includes as early as ASReview's default, and at what cost?

    python -m benchmarks.screening SET.csv.gz … [--seeds 0 1 …] [--living] [--speed]

One JSON line per run and model on standard output; the summary, one JSON
object, on standard error. `--living` and `--speed` run instead of the plain
comparison.
"""

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import wilcoxon

from benchmarks.screening_control import elas_u4
from benchmarks.screening_living import living_runs, living_summary
from benchmarks.screening_sets import LabelledSet, read_set
from benchmarks.screening_simulation import (
    Floats,
    Ints,
    Ranker,
    loss_ratio,
    merit,
    priors,
    simulate,
)
from benchmarks.screening_speed import speed_runs
from services.screening.ranking.domain.features import fit_features
from services.screening.ranking.domain.model import labels_of, train
from services.screening.stages.domain.record_text import RecordText

Run = dict[str, Any]


def retroduct(texts: Sequence[RecordText]) -> Ranker:
    """The service's own ranking."""
    _, features = fit_features(texts)

    def rank(rows: Ints, labels: Ints) -> Floats:
        return train(features, labels_of(rows, labels)).scores(features)

    return rank


MODELS: dict[str, Callable[[Sequence[RecordText]], Ranker]] = {
    "retroduct": retroduct,
    "elas_u4": elas_u4,
}


def plain_runs(sets: Iterable[LabelledSet], seeds: Sequence[int]) -> Iterator[Run]:
    """Every set, seed and model. `cpu_s` counts vectorising and all training and ranking."""
    for labelled in sets:
        for model, prepare in MODELS.items():
            begun = time.process_time()
            rank = prepare(labelled.texts)
            prepared = time.process_time() - begun
            for seed in seeds:
                yield _run(labelled, model, rank, seed, prepared)


def _run(labelled: LabelledSet, model: str, rank: Ranker, seed: int, prepared: float) -> Run:
    known = list(priors(labelled.included, seed))
    hidden = np.setdiff1d(np.arange(len(labelled.included)), known)
    begun = time.process_time()
    order = simulate(labelled.included, known, hidden, rank, start=len(known))
    spent = prepared + time.process_time() - begun
    found = {k: round(v, 6) for k, v in asdict(merit(order, len(hidden))).items()}
    return {"set": labelled.name, "seed": seed, "model": model, **found, "cpu_s": round(spent, 4)}


def summary(runs: Sequence[Run]) -> Run:
    """Ratios of mean losses per set, their mean and geometric mean, Wilcoxon over set and seed."""
    losses = {(r["set"], r["seed"], r["model"]): r["loss"] for r in runs}
    names = sorted({r["set"] for r in runs})
    ratio = {n: _ratio(runs, n) for n in names}
    pairs = [
        (loss, losses[name, seed, "elas_u4"])
        for (name, seed, model), loss in losses.items()
        if model == "retroduct"
    ]
    wss = {
        n: _mean(runs, n, "retroduct", "wss95") - _mean(runs, n, "elas_u4", "wss95") for n in names
    }
    cpu = {m: sum(r["cpu_s"] for r in runs if r["model"] == m) for m in MODELS}
    return {
        "loss_ratio": {n: round(v, 4) for n, v in ratio.items()},
        "mean_ratio": round(float(np.mean(list(ratio.values()))), 4),
        "geometric_mean_ratio": round(float(np.exp(np.mean(np.log(list(ratio.values()))))), 4),
        "worse_than_1.10": {n: round(v, 4) for n, v in ratio.items() if v > 1.10},
        "wilcoxon_p": _wilcoxon(pairs),
        "better_runs": sum(ours < theirs for ours, theirs in pairs),
        "runs": len(pairs),
        "wss95_points": round(100 * float(np.mean(list(wss.values()))), 2),
        "cpu_ratio": round(cpu["retroduct"] / cpu["elas_u4"], 3),
    }


def _mean(runs: Sequence[Run], name: str, model: str, figure: str) -> float:
    return float(np.mean([r[figure] for r in runs if r["set"] == name and r["model"] == model]))


def _ratio(runs: Sequence[Run], name: str) -> float:
    """Ours to theirs in mean loss."""
    return loss_ratio(*(_mean(runs, name, model, "loss") for model in MODELS))


def _wilcoxon(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Two-sided paired signed-rank test of the losses; None where every pair is tied."""
    difference = np.asarray([ours - theirs for ours, theirs in pairs])
    if not difference.any():
        return None
    return float(wilcoxon(difference).pvalue)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for. Exit code 1 where a set cannot be read; the others are run."""
    asked = _asked(arguments)
    sets = list(_readable(asked.sets))
    if asked.speed:
        _print(speed_runs(sets))
        return int(len(sets) < len(asked.sets))
    runs = _print(living_runs(sets, asked.seeds) if asked.living else plain_runs(sets, asked.seeds))
    if runs:
        figures = living_summary(runs) if asked.living else summary(runs)
        print(json.dumps({"summary": figures}), file=sys.stderr)
    return int(len(sets) < len(asked.sets))


def _readable(paths: Iterable[Path]) -> Iterator[LabelledSet]:
    """The sets that can be read; what is wrong with another is said on standard error.

    Two files of one name are told apart by a number.
    """
    names: Counter[str] = Counter()
    for path in paths:
        try:
            found = read_set(path)
            names[found.name] += 1
            times = names[found.name]
            yield found if times == 1 else replace(found, name=f"{found.name} ({times})")
        except (OSError, EOFError, ValueError, csv.Error) as error:
            print(f"{path} is left out: {error}", file=sys.stderr)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.screening", description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path, metavar="CSV", help=".csv or .csv.gz")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(range(10)))
    parser.add_argument("--living", action="store_true", help="old labels, new records")
    parser.add_argument("--speed", action="store_true", help="time and memory at 5,000 and 50,000")
    return parser.parse_args(arguments)


def _print(runs: Iterable[Run]) -> list[Run]:
    """Print each run as it ends."""
    done = []
    for run in runs:
        print(json.dumps(run), flush=True)
        done.append(run)
    return done


if __name__ == "__main__":
    sys.exit(main())
