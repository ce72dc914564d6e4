"""The ranking in a process of its own, so that training never holds up a decision.

The process keeps the features of the reviews it was told of last, as many as fit. If it dies,
the next task tells it everything again.
"""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any

from services.screening.ranking.ports import (
    ForgottenReview,
    Ranker,
    RankingDone,
    RankingTask,
    RecordTexts,
)
from services.screening.stopping.domain.stopping import Assessment, Target

PROCESS = "services.screening.ranking.adapters.worker"


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


def _call(name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Run a function of the process's own module, which only the process imports."""
    return getattr(import_module(PROCESS), name)(*arguments, **named)


@dataclass(slots=True)
class _Known:
    """What the process knows of a review: versions of texts with their sum, lists of stages."""

    versions: dict[str, int] = field(default_factory=dict)
    total: int = 0
    lists: dict[str, int] = field(default_factory=dict)

    def growth(self, told: Mapping[str, int]) -> int:
        """By how much these versions make the sum larger."""
        return sum(version - self.versions.get(record, 0) for record, version in told.items())

    def take(self, told: Mapping[str, int]) -> None:
        """Note versions that the process was told."""
        self.total += self.growth(told)
        self.versions.update(told)


@dataclass(slots=True)
class ProcessRanker:
    """Fulfils `Ranker` with one worker process, started at the first task."""

    _pool: ProcessPoolExecutor | None = None
    _known: dict[str, _Known] = field(default_factory=dict)

    def stamp(self, review_id: str, more: Mapping[str, int] = {}) -> tuple[int, int]:
        """The stamp of the texts that the process knows of a review, with what it is to be told."""
        known = self._known.get(review_id, _Known())
        fresh = sum(record not in known.versions for record in more)
        return len(known.versions) + fresh, known.total + known.growth(more)

    def outdated(self, review_id: str, versions: Mapping[str, int]) -> list[str]:
        """Ids whose text the process lacks or knows at an older version."""
        known = self._known.get(review_id, _Known()).versions
        return [record for record, version in versions.items() if known.get(record) != version]

    async def learn(self, review_id: str, parts: AsyncIterator[Sequence[RecordTexts]]) -> None:
        """Send texts to the process, part by part."""
        anew = review_id not in self._known
        versions: dict[str, int] = {}
        await self._run(review_id, "expect")
        async for part in parts:
            await self._run(review_id, "bring", [(record, text) for record, _, text in part])
            versions |= {record: version for record, version, _ in part}
        await self._run(review_id, "learn", review_id, len(versions), anew=anew)
        self._known.setdefault(review_id, _Known()).take(versions)

    async def rank(self, task: RankingTask) -> RankingDone:
        """Train and rank; raises `ForgottenReview` where the process lacks texts or list.

        Its list of what waits is not relied on again before `keep_list`.
        """
        if known := self._known.get(task.review_id):
            known.lists.pop(task.stage, None)
        done: RankingDone = await self._run(task.review_id, "rank", task)
        return done

    def listed(self, review_id: str, stage: str) -> int | None:
        """After which change of the stage's entries the process's list of what waits was right."""
        known = self._known.get(review_id)
        return known.lists.get(stage) if known else None

    def keep_list(self, review_id: str, stage: str, changes: int) -> None:
        """Note that what was ranked last at a stage is what waits there after so many changes."""
        if known := self._known.get(review_id):
            known.lists[stage] = changes

    async def assess(self, labels: Sequence[int], records: int, target: Target) -> Assessment:
        """The stopping rule's answer for labels in reading order.

        It needs nothing that the process was told, so that another one can give it where the
        process has died: whoever opens a page notices nothing.
        """
        asked = ("look", list(labels), records, target)
        try:
            seen: Assessment = await self._run("", *asked)
        except BrokenProcessPool:
            seen = await self._run("", *asked)
        return seen

    async def _run(self, review_id: str, function: str, *arguments: object, **named: object) -> Any:
        """Run in the process. What it lost is noted, so that it is told again."""
        loop = asyncio.get_running_loop()
        pool = self._pool = self._pool or ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_begin
        )
        try:
            return await loop.run_in_executor(pool, _call, function, arguments, named)
        except ForgottenReview:
            self._known.pop(review_id, None)
            raise
        except BrokenProcessPool:
            if self._pool is pool:
                self._known.clear()
                self._pool = None
            raise

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


@dataclass(frozen=True, slots=True)
class RankingResources:
    """What the service's jobs and routes are lent.

    `turn`: held from telling the ranker a review's texts until it has ranked
    them, so that no other review pushes them out in between.
    """

    ranker: Ranker
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@asynccontextmanager
async def resources(_settings: object, _db: object) -> AsyncIterator[RankingResources]:
    """The ranker for as long as the service runs."""
    ranker = ProcessRanker()
    try:
        yield RankingResources(ranker=ranker)
    finally:
        await asyncio.to_thread(ranker.close)
