"""De-duplication against labelled sets: accuracy, speed, memory.

    python -m benchmarks.dedup CSV... [--stream] [--sqlite N] [--seed N]

Prints JSON. A set is a CSV (`.csv` or `.csv.gz`) with the columns record_id,
title, author, journal, year, volume, number, pages, doi, duplicate_set.
`cpu_s` counts folding, indexing, comparing and clustering; reading the CSV and
starting Python are left out. `proposed` counts records that a person would be
asked about (both sides of every open proposal are counted once per pair of
records as one record: the one that might go). `control` is the same scoring
for exact keys only. `--stream` feeds the records one at a time in random
order; `--sqlite N` places records against N stored in SQLite.
"""

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.dedup_reading import read_set
from benchmarks.dedup_scoring import Score, accept, score
from benchmarks.dedup_sqlite import against_sqlite
from services.search.library.domain.dedup import Features, Index, batch, normalise

Report = dict[str, Any]


def main() -> None:
    """Run the benchmark and print its JSON."""
    asked = _arguments()
    sets = [_apart(path, asked.stream, asked.seed) for path in asked.sets]
    report: Report = {"sets": [entry for entry, _ in sets], "pooled": pooled(sets)}
    if asked.sqlite:
        report["sqlite"] = against_sqlite(asked.sets, asked.sqlite, asked.seed)
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.dedup", description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path, metavar="CSV")
    parser.add_argument("--stream", action="store_true", help="one record at a time")
    parser.add_argument("--sqlite", type=int, metavar="N", help="place against N stored records")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


Scores = tuple[Score, Score, Score]


def _apart(path: Path, stream: bool, seed: int) -> tuple[Report, Scores]:
    """Measure one set in a process of its own, so that its peak memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, path, stream, seed).result()


def measure(path: Path, stream: bool, seed: int) -> tuple[Report, Scores]:
    """One set: its entry in the report, and the scores alone, with proposals, of the control."""
    cpu, truth, features = fold(path)
    began = time.process_time()
    clusters, open_pairs = batch(features)
    cpu += time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    position = {name: place for place, name in enumerate(truth)}
    ordered = [sorted(members, key=position.__getitem__) for members in clusters]
    where = {name: members[0] for members in ordered for name in members}
    asked = {tuple(sorted((where[a], where[b]))) for a, b in open_pairs} - {(n, n) for n in truth}
    alone = score(truth, ordered)
    helped = score(truth, accept(truth, ordered, open_pairs))
    control = score(truth, exact(features))
    entry = {
        "set": path.name.split(".")[0],
        "records": len(truth),
        "true_duplicates": alone.tp + alone.fn,
        **figures(alone),
        **asking(len(asked), len(truth)),
        "sensitivity_with_proposals": helped.sensitivity,
        "cpu_s": round(cpu, 3),
        "records_per_cpu_s": round(len(truth) / cpu),
        "peak_mb": round(peak, 1),
        "control": figures(control),
    }
    if stream:
        entry["stream"] = streamed(features, ordered, seed)
    return entry, (alone, helped, control)


def fold(path: Path) -> tuple[float, dict[str, str], dict[str, Features]]:
    """CPU seconds of folding, the truth and the features of one set."""
    cpu, truth, features = 0.0, {}, {}
    for row in read_set(path):
        began = time.process_time()
        features[row.id] = normalise(row.bibliography)
        cpu += time.process_time() - began
        truth[row.id] = row.group
    return cpu, truth, features


def figures(counts: Score) -> Report:
    """The ratios of a score."""
    return {
        "sensitivity": counts.sensitivity,
        "specificity": counts.specificity,
        "precision": counts.precision,
        "false_positives": counts.fp,
    }


def asking(proposed: int, records: int) -> Report:
    """How many records a person is asked about, and what share of all they are."""
    return {
        "proposed": proposed,
        "share_proposed": round(proposed / records, 5) if records else 0.0,
    }


def exact(features: dict[str, Features]) -> Iterable[list[str]]:
    """The control: one DOI, or one title, year and first page."""
    first: dict[tuple[object, ...], str] = {}
    clusters: dict[str, list[str]] = {}
    for name, f in features.items():
        keys = [("doi", f.doi)] if f.doi else []
        if f.title:
            keys.append(("title", f"{f.squeezed}|{f.year}|{f.first}"))
        head = next((first[key] for key in keys if key in first), name)
        for key in keys:
            first.setdefault(key, head)
        clusters.setdefault(head, []).append(name)
    return clusters.values()


def streamed(features: dict[str, Features], clusters: list[list[str]], seed: int) -> Report:
    """Feed the records in random order, one at a time; is the partition that of the batch?"""
    order = list(features)
    random.Random(seed).shuffle(order)
    index, times = Index(), []
    began = time.process_time()
    for name in order:
        start = time.perf_counter()
        index.add([(name, features[name])])
        times.append(1000 * (time.perf_counter() - start))
    cpu = time.process_time() - began
    times.sort()
    return {
        "equals_batch": index.partition() == {frozenset(members) for members in clusters},
        "records_per_cpu_s": round(len(order) / cpu),
        "p50_ms": round(times[len(times) // 2], 3),
        "p99_ms": round(times[int(len(times) * 0.99)], 3),
    }


def pooled(sets: list[tuple[Report, Scores]]) -> Report:
    """All sets as if they were one: counts are added, not averaged."""
    none = Score(0, 0, 0, 0)
    alone, helped, control = (sum((scores[i] for _, scores in sets), none) for i in range(3))
    records = sum(entry["records"] for entry, _ in sets)
    cpu = sum(entry["cpu_s"] for entry, _ in sets)
    return {
        "records": records,
        "true_duplicates": alone.tp + alone.fn,
        **figures(alone),
        **asking(sum(entry["proposed"] for entry, _ in sets), records),
        "sensitivity_with_proposals": helped.sensitivity,
        "cpu_s": round(cpu, 3),
        "records_per_cpu_s": round(records / cpu) if cpu else 0,
        "peak_mb": max(entry["peak_mb"] for entry, _ in sets),
        "control": figures(control),
    }


if __name__ == "__main__":
    main()
