"""Why a record stands where it does, in its own words."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from services.screening.ranking.domain.features import Vocabulary
from services.screening.ranking.domain.model import Model


def raising_words(
    vocabulary: Vocabulary, features: sparse.csr_matrix, model: Model, row: int, most: int = 3
) -> tuple[str, ...]:
    """The words and pairs of the record that raise its score most, strongest first.

    A word that a chosen pair already holds is not repeated. Empty when nothing
    in the record speaks for it.
    """
    begin, end = features.indptr[row], features.indptr[row + 1]
    columns = features.indices[begin:end]
    gain = features.data[begin:end] * model.direction[columns]
    chosen: list[str] = []
    for place in np.argsort(-gain, kind="stable")[: 4 * most]:
        if gain[place] <= 0 or len(chosen) == most:
            break
        name = vocabulary.name(int(columns[place]))
        if not _said(name, chosen):
            chosen = [c for c in chosen if c not in name.split()] + [name]
    return tuple(chosen)


def _said(name: str, chosen: Sequence[str]) -> bool:
    return any(name in other.split() or name == other for other in chosen)


def reason(words: Sequence[str]) -> str:
    """`raised by: housing, assertive outreach`, or that nothing raised it."""
    return f"raised by: {', '.join(words)}" if words else "nothing in its text raised it"
