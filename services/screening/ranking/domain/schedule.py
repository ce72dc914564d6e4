"""When a ranking is trained again."""

from collections.abc import Sequence

_STEPS = ((20, 1), (100, 5), (500, 25))
_LAST_STEP = 100
_ONE_IN = 500


def labels_until_next(labels: int) -> int:
    """How many further settlements make training worth while after `labels` of them.

    Every one up to 20, every 5 up to 100, every 25 up to 500, then every 100:
    early labels change the ranking most, and the quality of training after each
    ten is kept with fewer fits.
    """
    return next((step for limit, step in _STEPS if labels < limit), _LAST_STEP)


def is_due(trained_on: int, labels: int) -> bool:
    """Whether a ranking trained on `trained_on` settlements is to be renewed at `labels`."""
    return labels - trained_on >= labels_until_next(trained_on)


def texts_changed(ranked: Sequence[int] | None, now: Sequence[int]) -> bool:
    """Whether enough texts changed since a ranking: one in 500 records, and one at least.

    Both are `(records, sum of their versions)`; `ranked` is None for a ranking that kept none.
    """
    if ranked is None:
        return True
    changes = abs(now[1] - ranked[1]) + abs(now[0] - ranked[0])
    return changes > now[0] // _ONE_IN
