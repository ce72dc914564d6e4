"""The ranking model: a linear support vector machine on settled records.

It learns from settlements alone; a model that had seen an open vote would show
it. Includes are few, so exclusions are weighted down to a fixed ratio.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC

from services.screening.ranking.domain.features import Floats, Ints

MODEL_VERSION = "linear-svm-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """`cost`: SVM's C. `balance`: how much more all includes weigh than all exclusions."""

    cost: float = 0.11
    balance: float = 20.0
    tolerance: float = 1e-2


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLabels:
    """Settled records as training data.

    `rows` are rows of the feature matrix, `included` 1 or 0, `weight` how much
    each counts (1 for the stage's own settlements, less for priors from
    another stage). All have the same length.
    """

    rows: Ints
    included: Ints
    weight: Floats

    @property
    def teaches(self) -> bool:
        """Whether both verdicts occur, without which there is nothing to tell apart."""
        return bool(self.included.any()) and not bool(self.included.all())


@dataclass(frozen=True, slots=True)
class Model:
    """A direction in feature space: a record's score is its features along it."""

    direction: Floats

    def scores(self, features: sparse.csr_matrix) -> Floats:
        """One score per row; only their order means anything."""
        return np.asarray(features @ self.direction, dtype=np.float64)


def labels_of(
    rows: Sequence[int] | Ints,
    included: Sequence[int] | Ints,
    weight: Sequence[float] | None = None,
) -> TrainingLabels:
    """Training data from plain sequences; weight 1 each unless given."""
    return TrainingLabels(
        rows=np.asarray(rows, dtype=np.int64),
        included=np.asarray(included, dtype=np.int64),
        weight=np.ones(len(rows)) if weight is None else np.asarray(weight, dtype=np.float64),
    )


def train(
    features: sparse.csr_matrix,
    labels: TrainingLabels,
    seed: int = 0,
    settings: ModelSettings | None = None,
) -> Model:
    """Fit the model to the labelled rows. The same input and seed give the same model.

    Where no word tells records apart (none has a text, or all have the same) it
    scores them alike. ValueError unless both verdicts occur (see `start_from`).
    """
    if not labels.teaches:
        raise ValueError("a model needs at least one include and one exclude")
    if not features.shape[1]:
        return Model(np.zeros(0))
    settings = settings or ModelSettings()
    machine = LinearSVC(
        C=settings.cost, dual=True, tol=settings.tolerance, random_state=seed % 2**32
    )
    machine.fit(features[labels.rows], labels.included, sample_weight=_balanced(labels, settings))
    return Model(np.ascontiguousarray(machine.coef_[0]))


def _balanced(labels: TrainingLabels, settings: ModelSettings) -> Floats:
    """Weights whose mean is 1, the includes together weighing `balance` times the rest."""
    included = labels.included == 1
    weight = labels.weight.copy()
    weight[~included] *= weight[included].sum() / (settings.balance * weight[~included].sum())
    return np.asarray(weight * len(weight) / weight.sum(), dtype=np.float64)


def start_from(features: sparse.csr_matrix, seeds: Sequence[int] | Ints) -> Model:
    """A model before anything was excluded: likeness to the mean of the seed rows."""
    mean = np.asarray(features[np.asarray(seeds, dtype=np.int64)].mean(axis=0)).ravel()
    return Model(mean)


def start_from_query(query: sparse.csr_matrix) -> Model:
    """A model before any record is known: likeness to the query terms' own features (one row)."""
    return Model(np.asarray(query.todense()).ravel())


def combined(models: Sequence[Model]) -> Model:
    """The sum of directions of unit length (query terms and seed records together)."""
    total: npt.NDArray[np.float64] = np.zeros_like(models[0].direction)
    for model in models:
        length = float(np.linalg.norm(model.direction))
        total = total + (model.direction / length if length else 0.0)
    return Model(total)
