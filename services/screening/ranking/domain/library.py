"""Features of one review's records, kept and extended, and a ranking from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from services.screening.ranking.domain.explain import raising_words, reason
from services.screening.ranking.domain.features import (
    FEATURE_VERSION,
    Floats,
    Vocabulary,
    fit_features,
    stale_share,
    transform,
)
from services.screening.ranking.domain.model import (
    MODEL_VERSION,
    Model,
    combined,
    labels_of,
    start_from,
    start_from_query,
    train,
)
from services.screening.stages.domain.order import ShuffleKeys, queue_order
from services.screening.stages.domain.record_text import RecordText

STALE = 0.3
"""Share of records after the vocabulary was fitted from which on it is fitted anew."""
FITTED_ANEW = 500
"""Libraries of at most so many records are fitted anew at every change, half a second at most.

In a small one a single word more or less in the vocabulary moves records, so that the order
would hang on which of them had arrived when it was fitted.
"""

_ROW_BYTES, _FEATURE_BYTES, _WAITING_BYTES, _KEY_BYTES = 500, 40, 150, 150
"""Measured besides the texts: objects of a record, of a word or pair, of an id that waits, of its
key in the shuffle."""


@dataclass(slots=True)
class FeatureLibrary:
    """A review's features: in a large one no row is vectorised twice between two fits."""

    texts: list[RecordText] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    vocabulary: Vocabulary | None = None
    features: sparse.csr_matrix | None = None
    waiting: dict[str, dict[str, None]] = field(default_factory=dict)
    shuffle: ShuffleKeys = field(default_factory=lambda: ShuffleKeys(0))

    @property
    def nbytes(self) -> int:
        """About how many bytes of memory texts, features and vocabulary take."""
        texts = sum(len(text.title) + len(text.abstract) for text in self.texts)
        total = texts + _ROW_BYTES * len(self.texts)
        total += _WAITING_BYTES * sum(map(len, self.waiting.values()))
        total += _KEY_BYTES * len(self.shuffle)
        if self.features is not None:
            total += sum(
                part.nbytes
                for part in (self.features.data, self.features.indices, self.features.indptr)
            )
        return total + (_FEATURE_BYTES * self.vocabulary.size if self.vocabulary else 0)

    def learn(self, told: Sequence[tuple[str, RecordText]]) -> None:
        """Add records (or newer texts of known ones) to the features."""
        for record_id, text in told:
            self.rows[record_id] = len(self.texts)
            self.texts.append(text)
        fresh = self.texts[-len(told) :] if told else []
        vocabulary, features = self.vocabulary, self.features
        if vocabulary is None or features is None or self._is_stale(vocabulary, fresh):
            self._refit()
        elif fresh:
            added = transform(vocabulary, fresh)
            self.features = sparse.vstack([features, added], format="csr")

    def waits(self, stage: str, listed: Sequence[str] | None, came: Sequence[str]) -> list[str]:
        """What waits at a stage: as listed, or else what waited when last asked and what came.

        KeyError where nothing was listed yet.
        """
        if listed is not None:
            self.waiting[stage] = dict.fromkeys(listed)
        self.waiting[stage].update(dict.fromkeys(came))
        return list(self.waiting[stage])

    def _is_stale(self, vocabulary: Vocabulary, fresh: Sequence[RecordText]) -> bool:
        """Whether to fit anew: a small library at any change, a large one at a share of it."""
        if len(self.rows) <= FITTED_ANEW:
            return bool(fresh)
        return stale_share(vocabulary, len(self.texts)) > STALE

    def _refit(self) -> None:
        """Fit the vocabulary on the newest text of every record, in the order of their ids."""
        kept = sorted(self.rows.items())
        self.texts = [self.texts[row] for _, row in kept]
        self.rows = {record_id: i for i, (record_id, _) in enumerate(kept)}
        self.vocabulary, self.features = fit_features(self.texts)

    def model(
        self,
        labels: Sequence[tuple[str, int, float]],
        query: str,
        seeds: Sequence[str],
        seed: int,
    ) -> tuple[Model | None, str]:
        """The best model there can be, with its version: trained, started cold, or none."""
        if self.features is None or self.vocabulary is None:
            return None, "shuffle"
        known = [(self.rows[r], y, w) for r, y, w in labels if r in self.rows]
        training = labels_of([k[0] for k in known], [k[1] for k in known], [k[2] for k in known])
        if training.teaches:
            return train(self.features, training, seed), MODEL_VERSION
        starts: list[Model] = []
        if query.strip():
            starts.append(start_from_query(transform(self.vocabulary, [RecordText(title=query)])))
        liked = [self.rows[r] for r in seeds if r in self.rows] + [k[0] for k in known if k[1]]
        if liked:
            starts.append(start_from(self.features, liked))
        return (combined(starts), "cold-start-1") if starts else (None, "shuffle")

    def order(
        self, model: Model | None, waiting: Sequence[str], seed: int, random_share: float
    ) -> list[tuple[str, float]]:
        """`(record, score)` in reading order."""
        scores: dict[str, float] = {}
        if model is not None and self.features is not None:
            known = [r for r in waiting if r in self.rows]
            rows = np.asarray([self.rows[r] for r in known], dtype=np.int64)
            found: Floats = model.scores(self.features)[rows] if len(rows) else np.zeros(0)
            scores = dict(zip(known, found.tolist(), strict=True))
        if self.shuffle.seed != seed:
            self.shuffle = ShuffleKeys(seed)
        placed = queue_order(waiting, scores, self.shuffle, random_share)
        return [(record, scores.get(record, 0.0)) for record in placed]

    def why(self, model: Model | None, record_id: str) -> str | None:
        """The plain reason for a record's place; None where no model spoke."""
        if model is None or record_id not in self.rows:
            return None
        assert self.vocabulary is not None
        assert self.features is not None
        row = self.rows[record_id]
        return reason(raising_words(self.vocabulary, self.features, model, row))


def version_of_features() -> str:
    """Name of the way in which text becomes features."""
    return FEATURE_VERSION
