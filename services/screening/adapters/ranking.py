"""The ranking in a process of its own, so that training never holds up a decision.

The process keeps the features of the reviews it was told of last. If it dies,
the next task tells it everything again.
"""

import asyncio
import os
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import TypeVar

from services.screening.domain.entries import UNRANKED
from services.screening.domain.ranking.features import RecordText
from services.screening.domain.ranking.library import FeatureLibrary, version_of_features
from services.screening.domain.stopping import Assessment, Target, assess
from services.screening.ports import Ranker, RankingDone, RankingTask, Told

T = TypeVar("T")
KEPT_REVIEWS = 3

_libraries: OrderedDict[str, FeatureLibrary] = OrderedDict()


class ForgottenReview(RuntimeError):
    """The process no longer holds this review's features; tell it everything again."""


def _begin() -> None:
    """Give way to the process that answers people."""
    if hasattr(os, "nice"):
        os.nice(5)
    threading.Thread(target=_end_with_the_parent, name="parent", daemon=True).start()


def _end_with_the_parent() -> None:
    """A killed parent cannot tell us to stop, so wait for its end and follow."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


def _learn(review_id: str, told: Sequence[tuple[str, RecordText]], *, anew: bool) -> None:
    if anew:
        _libraries[review_id] = FeatureLibrary()
        while len(_libraries) > KEPT_REVIEWS:
            _libraries.popitem(last=False)
    if review_id not in _libraries:
        raise ForgottenReview(review_id)
    _libraries.move_to_end(review_id)
    _libraries[review_id].learn(told)


def _rank(task: RankingTask) -> RankingDone:
    library = _libraries.get(task.review_id)
    if library is None:
        raise ForgottenReview(task.review_id)
    _libraries.move_to_end(task.review_id)
    model, version = library.model(task.labels, task.query, task.seeds, task.seed)
    before = dict(task.waiting)
    order = library.order(model, [r for r, _ in task.waiting], task.seed, task.random_share)
    places: list[tuple[str, int, float, str | None]] = []
    for place, (record, score) in enumerate(order):
        old = before[record]
        if place < task.top or old < task.top or old >= UNRANKED:
            why = library.why(model, record) if place < task.explained else None
            places.append((record, place, score, why))
    return RankingDone(
        places=places,
        model_version=version,
        feature_version=version_of_features(),
        records=len(order),
    )


@dataclass(slots=True)
class ProcessRanker:
    """Fulfils `Ranker` with one worker process, started at the first task."""

    _pool: ProcessPoolExecutor | None = None
    _known: dict[str, dict[str, int]] = field(default_factory=dict)

    def stamp(self, review_id: str) -> tuple[int, int]:
        known = self._known.get(review_id, {})
        return len(known), sum(known.values())

    def outdated(self, review_id: str, versions: dict[str, int]) -> list[str]:
        known = self._known.get(review_id, {})
        return [record for record, version in versions.items() if known.get(record) != version]

    async def learn(self, review_id: str, told: Sequence[Told]) -> None:
        texts = [(record, text) for record, _, text in told]
        anew = review_id not in self._known
        await self._run(review_id, _learn, review_id, texts, anew=anew)
        known = self._known.setdefault(review_id, {})
        known.update({record: version for record, version, _ in told})

    async def rank(self, task: RankingTask) -> RankingDone:
        return await self._run(task.review_id, _rank, task)

    async def assess(self, labels: Sequence[int], records: int, target: Target) -> Assessment:
        return await asyncio.to_thread(assess, labels, records, target)

    async def _run(
        self, review_id: str, function: Callable[..., T], *arguments: object, **named: object
    ) -> T:
        """Run in the process. What it lost is noted, so that the retried job tells it again."""
        loop = asyncio.get_running_loop()
        pool = self._pool = self._pool or ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_begin
        )
        try:
            return await loop.run_in_executor(pool, partial(function, *arguments, **named))
        except ForgottenReview:
            self._known.pop(review_id, None)
            raise
        except BrokenProcessPool:
            self._known.clear()
            self._pool = None
            raise

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


@dataclass(frozen=True, slots=True)
class Resources:
    """What the service's jobs and routes are lent."""

    ranker: Ranker


@asynccontextmanager
async def resources(_settings: object, _clock: object) -> AsyncIterator[Resources]:
    """The ranker for as long as the service runs."""
    ranker = ProcessRanker()
    try:
        yield Resources(ranker=ranker)
    finally:
        await asyncio.to_thread(ranker.close)
