"""A person's next records, and what stands around the one that they read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.screening.decisions.handlers.known import known_stage
from services.screening.decisions.store import counts
from services.screening.queue import store as queue_store
from services.screening.queue.store import QueueFilter
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import CriteriaVersion
from shared.db import Tx
from shared.events.workbench import Stage

MOST_COUNTED = 10_000
"""So many waiting records are counted; then it is "or more"."""
MOST_BESIDE = 1_000
"""So many beside a record that is read: they are counted anew after each decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Rows of the queue (one more than asked for, if there is more) and what they belong to.

    `ahead` is the record after them, held as well.
    """

    rows: Sequence[Any]
    criteria_version: int
    stopped: str
    held_by_others: bool = False
    ahead: Any | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCount:
    """What waits for a person at a stage, and how many records they decided today."""

    waiting: int
    today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageNow:
    """A stage as one transaction finds it, looked up once for all that is asked of its queue."""

    review_id: str
    stage: Stage
    criteria: CriteriaVersion
    stopped: str

    async def page(self, asked: QueueFilter, tx: Tx) -> QueuePage:
        """A page of what the person may judge next; empty once the stage is stopped."""
        asked = replace(asked, closing=self.stopped == "closing")
        rows = []
        if self.stopped != "stopped":
            rows = await queue_store.queue(tx, self.review_id, self.stage.name, asked)
        return QueuePage(rows=rows, criteria_version=self.criteria.version, stopped=self.stopped)

    async def own(self, asked: QueueFilter, midnight: datetime, tx: Tx) -> OwnCount:
        """How many records wait for a person, up to the limit, and what they decided today."""
        asked = replace(asked, closing=self.stopped == "closing")
        name, waiting = self.stage.name, 0
        if self.stopped != "stopped":
            waiting = await queue_store.count(tx, self.review_id, name, asked)
        today = await queue_store.cast_since(tx, self.review_id, name, asked.person, midnight)
        return OwnCount(waiting=waiting, today=today)


async def stage_now(review_id: str, stage: str, tx: Tx) -> StageNow:
    """The stage, its newest criteria, and whether screening has ended there."""
    _, found = await known_stage(tx, review_id, stage)
    state = await reviews.stage_state(tx, review_id, stage)
    criteria = await reviews.criteria(tx, review_id, stage)
    return StageNow(review_id=review_id, stage=found, criteria=criteria, stopped=state["stopped"])


async def queue_page(review_id: str, stage: str, asked: QueueFilter, tx: Tx) -> QueuePage:
    """A page of what the person may judge next; empty once the stage is stopped."""
    return await (await stage_now(review_id, stage, tx)).page(asked, tx)


async def count_own(
    review_id: str, stage: str, asked: QueueFilter, midnight: datetime, tx: Tx
) -> OwnCount:
    """How many records wait for a person, up to the limit, and how many they decided today."""
    return await (await stage_now(review_id, stage, tx)).own(asked, midnight, tx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What stands around a reader: titles of the next records, criteria, words to mark, their day.

    `current` is the record to read, where none is held for them.
    """

    queue: QueuePage
    current: Any | None
    criteria: CriteriaVersion
    highlights: Sequence[Any]
    own: OwnCount


async def desk(
    review_id: str,
    stage: str,
    asked: QueueFilter,
    midnight: datetime,
    tx: Tx,
    *,
    record: str | None = None,
    held: bool = False,
) -> Desk:
    """All that stands around a reader, read at once; `record` is theirs to read if it waits."""
    now = await stage_now(review_id, stage, tx)
    current = None if held else await _to_read(now, asked, record, tx)
    return Desk(
        queue=await now.page(replace(asked, titles=True), tx),
        current=current,
        criteria=now.criteria,
        highlights=await counts.highlights(tx, review_id),
        own=await now.own(replace(asked, text="", limit=MOST_BESIDE + 1), midnight, tx),
    )


async def _to_read(now: StageNow, asked: QueueFilter, record: str | None, tx: Tx) -> Any | None:
    """The record that is asked for if it waits, else the first of the queue."""
    rows: Sequence[Any] = ()
    if record:
        rows = (await now.page(replace(asked, records=(record,), limit=1), tx)).rows
    if not rows:
        rows = (await now.page(replace(asked, limit=1), tx)).rows
    return rows[0] if rows else None
