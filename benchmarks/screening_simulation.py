"""A review screened again in the order a ranking proposes, and how good that order was."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Ranker = Callable[[Ints, Ints], Floats]
"""From labelled rows and their labels to a score for every row."""
NEGLIGIBLE = 1e-3
"""Losses below this are one: a perfect order of a small set is no thousandfold better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merit:
    """How good an order was.

    `loss`: (best − area) / (best − worst) of the recall curve, 0 is perfect;
    `wss95`: reading saved at 95 % recall against random order; `recall10`:
    recall after 10 %; `atd`: mean share read before an include is found.
    """

    loss: float
    wss95: float
    recall10: float
    atd: float


def retrain_step(labels: int) -> int:
    """Labels until the next training: 1 up to 20, 5 up to 100, 25 up to 500, then 100."""
    return 1 if labels < 20 else 5 if labels < 100 else 25 if labels < 500 else 100


def priors(included: Ints, seed: int) -> tuple[int, int]:
    """One include and one exclude, drawn in that order."""
    rng = np.random.default_rng(seed)
    include = int(rng.choice(np.flatnonzero(included == 1)))
    exclude = int(rng.choice(np.flatnonzero(included == 0)))
    return include, exclude


def simulate(included: Ints, known: list[int], hidden: Ints, rank: Ranker, *, start: int) -> Ints:
    """Screen the `hidden` rows until the last include; give their labels in screening order.

    `known` rows are labelled from the start; `start` is the number of labels
    that the training schedule counts them as.
    """
    labelled, unread = list(known), np.zeros(len(included), dtype=bool)
    unread[hidden] = True
    left_to_find = int(included[hidden].sum())
    order: list[int] = []
    while left_to_find:
        rows = np.asarray(labelled, dtype=np.int64)
        scores = rank(rows, included[rows])
        left = np.flatnonzero(unread)
        step = retrain_step(start + len(order))
        for row in left[np.argsort(-scores[left], kind="stable")][:step]:
            labelled.append(int(row))
            unread[row] = False
            order.append(int(included[row]))
            left_to_find -= order[-1]
            if not left_to_find:
                break
    return np.asarray(order, dtype=np.int64)


def merit(order: Ints, records: int) -> Merit:
    """Merit of an order that ends at (or after) the last include of `records`."""
    found = np.flatnonzero(order) + 1
    m = len(found)
    best = records * m - m * (m - 1) / 2
    worst = m * (m + 1) / 2
    area = float((records - found + 1).sum())
    at95 = int(found[int(np.ceil(0.95 * m)) - 1])
    return Merit(
        loss=(best - area) / (best - worst),
        wss95=0.95 - at95 / records,
        recall10=float((found <= 0.1 * records).sum() / m),
        atd=float((found / records).mean()),
    )


def loss_ratio(ours: float, theirs: float) -> float:
    """One mean loss to another; two all but perfect orders are equal."""
    return max(ours, NEGLIGIBLE) / max(theirs, NEGLIGIBLE)
