"""The control: ASReview's default model, ELAS u4, with its published settings."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.screening_simulation import Floats, Ints, Ranker
from services.screening.stages.domain.record_text import RecordText

COST = 0.11
BALANCE = 9.8


def elas_u4(texts: Sequence[RecordText]) -> Ranker:
    """Vectorise once (words and pairs of title and abstract) and rank by a linear SVM."""
    features = _features(texts)

    def rank(rows: Ints, labels: Ints) -> Floats:
        machine = LinearSVC(loss="squared_hinge", C=COST)
        machine.fit(features[rows], labels, sample_weight=_balanced(labels))
        scores: npt.NDArray[np.float64] = machine.decision_function(features)
        return scores

    return rank


def _features(texts: Sequence[RecordText]) -> sparse.csr_matrix:
    """TF-IDF of words and pairs; one empty column where no word tells records apart."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1, max_df=0.95)
    try:
        return vectorizer.fit_transform([f"{text.title} {text.abstract}" for text in texts])
    except ValueError:
        return sparse.csr_matrix((len(texts), 1))


def _balanced(labels: Ints) -> Floats:
    """1 for includes, n1/(9.8·n0) for excludes, scaled to sum to n."""
    included = labels == 1
    weight = np.where(included, 1.0, included.sum() / (BALANCE * (~included).sum()))
    return np.asarray(weight * len(labels) / weight.sum())
