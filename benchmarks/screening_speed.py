"""Time and memory of the ranking at 5,000 and 50,000 records.

Records beyond those of the given sets are stitched from their real sentences.
"""

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.screening_sets import LabelledSet, stitched
from services.screening.ranking.domain.features import fit_features, transform
from services.screening.ranking.domain.model import labels_of, train
from services.screening.stages.domain.record_text import RecordText

SIZES = ((5_000, 1_000), (50_000, 5_000))
ARRIVING = 1_000
REPEATS = 5


def speed_runs(sets: Sequence[LabelledSet]) -> Iterator[dict[str, Any]]:
    """One line per size: seconds (wall clock, median of five) and peak memory so far."""
    for records, labels in SIZES:
        texts = list(stitched(sets, records + ARRIVING))
        yield _size(texts[:records], texts[records:], labels)


def _size(
    texts: Sequence[RecordText], arriving: Sequence[RecordText], labels: int
) -> dict[str, Any]:
    begun = time.perf_counter()
    vocabulary, features = fit_features(texts)
    vectorised = time.perf_counter() - begun
    rng = np.random.default_rng(0)
    rows = rng.choice(len(texts), labels, replace=False)
    training = labels_of(rows, (rng.random(labels) < 0.05).astype(np.int64))
    seconds = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        np.argsort(-train(features, training).scores(features))
        seconds.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    grown = sparse.vstack([features, transform(vocabulary, arriving)], format="csr")
    np.argsort(-train(grown, training).scores(grown))
    extended = time.perf_counter() - begun
    return {
        "records": len(texts),
        "labels": labels,
        "features": vocabulary.size,
        "vectorise_s": round(vectorised, 3),
        "retrain_and_rank_s": round(float(np.median(seconds)), 4),
        "add_and_rerank_s": round(extended, 3),
        "added": len(arriving),
        "peak_memory_gb": round(_peak_gigabytes(), 3),
    }


def _peak_gigabytes() -> float:
    """Largest resident size of this process so far (Linux counts in KiB, macOS in bytes)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
