"""Which merges of a batch do not touch each other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def independent_runs(merges: Iterable[T], pair: Callable[[T], tuple[str, str]]) -> list[list[T]]:
    """Cut merges, in their order, into runs in which no record is absorbed and met again.

    `pair` gives `(survivor, absorbed)`. Within a run every record is absorbed at most once, and
    none that absorbs is itself absorbed; several may be merged into the same survivor.
    """
    runs: list[list[T]] = []
    survivors: set[str] = set()
    absorbed: set[str] = set()
    for one in merges:
        into, gone = pair(one)
        if not runs or into in absorbed or gone in absorbed or gone in survivors:
            runs.append([])
            survivors, absorbed = set(), set()
        runs[-1].append(one)
        survivors.add(into)
        absorbed.add(gone)
    return runs
