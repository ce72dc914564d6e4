"""TF-IDF features of records: stemmed words and neighbouring pairs, fields weighted.

A vocabulary is fitted once on the records of a stage and frozen: new records
are transformed by it alone, so that an update costs what it adds. It is
rebuilt in the background when it has grown stale (`stale_share`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from services.screening.stages.domain.record_text import RecordText
from services.screening.stages.domain.words import stem, words_of

FEATURE_VERSION = "stemmed-words-and-pairs-1"

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_PAIR_BASE = 1 << 31
_SLICE = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSettings:
    """How text becomes numbers. Weights multiply counts before `1 + log(count)`.

    `pair_share` scales the block of pairs against that of words;
    `pair_min_records`: pairs seen in fewer records are dropped;
    `max_share`: words in more than this share of records are dropped.
    """

    title_weight: float = 3.0
    title_pair_weight: float = 2.0
    keyword_weight: float = 1.0
    pair_share: float = 1.0
    pair_min_records: int = 2
    max_share: float = 0.95


class _Columns(dict[str, int]):
    """`word → column of its stem`; a new word gets one until the columns are frozen."""

    def __init__(self) -> None:
        super().__init__()
        self.stems: dict[str, int] = {}
        self.shown: list[str] = []
        self.frozen = False

    def __missing__(self, word: str) -> int:
        key = stem(word)
        column = self.stems.get(key, -1)
        if column < 0 and not self.frozen:
            column = self.stems[key] = len(self.shown)
            self.shown.append(word)
        if not self.frozen:
            self[word] = column
        return column


@dataclass(frozen=True, slots=True)
class _Counts:
    """Weighted counts of some records: words by column, pairs by place in `pair_keys`."""

    words: sparse.csr_matrix
    pairs: sparse.csr_matrix
    pair_keys: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A frozen vocabulary with its weights; made by `fit_features`, used by `transform`."""

    settings: FeatureSettings
    columns: _Columns
    words: Ints
    word_idf: Floats
    pairs: Ints
    pair_idf: Floats
    records: int

    @property
    def size(self) -> int:
        """Number of features: words kept and pairs kept."""
        return len(self.words) + len(self.pairs)

    def name(self, feature: int) -> str:
        """The feature as people read it: `housing` or `assertive outreach`."""
        shown: list[str] = self.columns.shown
        if feature < len(self.words):
            return shown[int(self.words[feature])]
        first, second = divmod(int(self.pairs[feature - len(self.words)]), _PAIR_BASE)
        return f"{shown[first]} {shown[second]}"


def fit_features(
    texts: Sequence[RecordText], settings: FeatureSettings | None = None
) -> tuple[Vocabulary, sparse.csr_matrix]:
    """Fit a vocabulary on the records and give their features, one row each.

    Rows have unit length (a record without words is a row of zeros). Shape:
    records by `Vocabulary.size`. Works in slices, so that 50,000 records fit
    in little more memory than their features.
    """
    settings = settings or FeatureSettings()
    columns = _Columns()
    slices = [_counts(part, columns, settings) for part in _sliced(texts)]
    columns.frozen = True
    n = len(texts)
    words, word_idf = _kept_words(slices, len(columns.shown), n, settings.max_share)
    pairs, pair_idf = _kept_pairs(slices, n, settings)
    vocabulary = Vocabulary(
        settings=settings, columns=columns, words=words, word_idf=word_idf,
        pairs=pairs, pair_idf=pair_idf, records=n,
    )  # fmt: skip
    return vocabulary, _stacked(vocabulary, slices)


def transform(vocabulary: Vocabulary, texts: Sequence[RecordText]) -> sparse.csr_matrix:
    """Features of further records by a frozen vocabulary; unknown words count for nothing."""
    parts = _sliced(texts)
    slices = (_counts(part, vocabulary.columns, vocabulary.settings) for part in parts)
    return _stacked(vocabulary, slices)


def stale_share(vocabulary: Vocabulary, records: int) -> float:
    """Share of the records that came after the vocabulary was fitted (rebuild from 0.3 on)."""
    return 1 - vocabulary.records / records if records else 0.0


def _sliced(texts: Sequence[RecordText]) -> Iterator[Sequence[RecordText]]:
    return (texts[i : i + _SLICE] for i in range(0, len(texts), _SLICE))


def _counts(texts: Sequence[RecordText], columns: _Columns, settings: FeatureSettings) -> _Counts:
    """Read every field of every record once and count words and neighbouring pairs."""
    column: list[int] = []
    fields: list[tuple[int, int, float, float]] = []
    for i, text in enumerate(texts):
        for field, weight, pair_weight in _weighted_fields(text, settings):
            before = len(column)
            column.extend(map(columns.__getitem__, words_of(field)))
            fields.append((len(column) - before, i, weight, pair_weight))
    facts = np.asarray(fields, dtype=np.float64).reshape(-1, 4)
    lengths = facts[:, 0].astype(np.int64)
    field_of = np.repeat(np.arange(len(fields)), lengths)
    record = facts[:, 1].astype(np.int64)[field_of]
    word = np.asarray(column, dtype=np.int64)
    known = word >= 0
    whole = (field_of[:-1] == field_of[1:]) & known[:-1] & known[1:]
    keys, place = np.unique(word[:-1][whole] * _PAIR_BASE + word[1:][whole], return_inverse=True)
    pair_weights = facts[:, 3][field_of][:-1][whole]
    shape = (len(texts), len(columns.shown))
    return _Counts(
        _summed(facts[:, 2][field_of][known], record[known], word[known], shape),
        _summed(pair_weights, record[:-1][whole], place, (len(texts), len(keys))),
        keys,
    )


def _weighted_fields(
    text: RecordText, settings: FeatureSettings
) -> Iterator[tuple[str, float, float]]:
    """Each field with the weight of its words and of its pairs."""
    yield text.title, settings.title_weight, settings.title_pair_weight
    yield text.abstract, 1.0, 1.0
    for keyword in text.keywords:
        yield keyword, settings.keyword_weight, 1.0


def _summed(
    weight: Floats, record: Ints, column: Ints, shape: tuple[int, int]
) -> sparse.csr_matrix:
    counts = sparse.csr_matrix((weight.astype(np.float32), (record, column)), shape=shape)
    counts.sum_duplicates()
    return counts


def _kept_words(
    slices: Sequence[_Counts], width: int, n: int, max_share: float
) -> tuple[Ints, Floats]:
    """Words that not too many records hold, and their idf."""
    held = np.zeros(width, dtype=np.int64)
    for counts in slices:
        held += np.bincount(counts.words.indices, minlength=width)
    kept = np.flatnonzero(held <= max(max_share * n, 1))
    return kept, _idf(held[kept], n)


def _kept_pairs(
    slices: Sequence[_Counts], n: int, settings: FeatureSettings
) -> tuple[Ints, Floats]:
    """Pairs that enough and not too many records hold, and their idf."""
    keys = [np.zeros(0, dtype=np.int64), *(c.pair_keys for c in slices)]
    times = [np.bincount(c.pairs.indices, minlength=len(c.pair_keys)) for c in slices]
    pairs, place = np.unique(np.concatenate(keys), return_inverse=True)
    held = np.bincount(place, weights=np.concatenate([np.zeros(0), *times]), minlength=len(pairs))
    kept = (held >= settings.pair_min_records) & (held <= max(settings.max_share * n, 1))
    return pairs[kept], _idf(held[kept], n)


def _idf(held: npt.NDArray[Any], n: int) -> Floats:
    """Smoothed inverse document frequency."""
    return np.asarray(np.log((1 + n) / (1 + held)) + 1, dtype=np.float64)


def _stacked(vocabulary: Vocabulary, slices: Iterable[_Counts]) -> sparse.csr_matrix:
    rows = [_rows(vocabulary, counts) for counts in slices]
    if not rows:
        return sparse.csr_matrix((0, vocabulary.size))
    return sparse.vstack(rows, format="csr")


def _rows(vocabulary: Vocabulary, counts: _Counts) -> sparse.csr_matrix:
    """Both blocks, each of unit length, pairs scaled, the whole of unit length again."""
    columns = np.arange(counts.words.shape[1])
    words = _block(counts.words, columns, vocabulary.words, vocabulary.word_idf)
    pairs = _block(counts.pairs, counts.pair_keys, vocabulary.pairs, vocabulary.pair_idf)
    pairs.data *= vocabulary.settings.pair_share
    return _unit(sparse.hstack([words, pairs], format="csr"))


def _block(counts: sparse.csr_matrix, keys: Ints, kept: Ints, idf: Floats) -> sparse.csr_matrix:
    """`(1 + log(count)) · idf` of the kept keys, each row of unit length."""
    if not len(kept):
        return sparse.csr_matrix((counts.shape[0], 0))
    place = np.minimum(np.searchsorted(kept, keys), len(kept) - 1)
    column = np.where(kept[place] == keys, place, -1)[counts.indices]
    known = column >= 0
    ends = np.append(0, np.cumsum(known))[counts.indptr]
    data = (1 + np.log(counts.data[known].astype(np.float64))) * idf[column[known]]
    shape = (counts.shape[0], len(kept))
    return _unit(sparse.csr_matrix((data, column[known].astype(np.int32), ends), shape=shape))


def _unit(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows scaled to length 1 in place (rows of zeros stay)."""
    lengths = np.sqrt(np.add.reduceat(np.append(rows.data**2, 0.0), rows.indptr[:-1]))
    lengths[np.diff(rows.indptr) == 0] = 1.0
    rows.data /= np.repeat(lengths, np.diff(rows.indptr))
    return rows
