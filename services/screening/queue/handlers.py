"""The queue: a person's next records, held for them while they read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.screening.decisions.handlers.known import known_entries, known_stage
from services.screening.decisions.store import counts, holds, records
from services.screening.merges.handlers.holds import as_they_count
from services.screening.queue import store as queue_store
from services.screening.queue.store import QueueFilter
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import CriteriaVersion
from shared.db import Tx
from shared.events.workbench import Stage
from shared.http.problems import Invalid

MOST_COUNTED = 10_000
"""So many waiting records are counted; then it is "or more"."""
MOST_BESIDE = 1_000
"""So many beside a record that is read: they are counted anew after each decision."""
LONG_QUEUE = 10
"""With so many free records a reader may hold the one after as well: others lack none."""


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
class QueueWish:
    """What a person would hold: `record` if it is free, else the next `count`, with these words.

    `leave` is a record that they turn from: it comes only where there is no other. `ahead`: the
    one after it is held as well, while the queue is long.
    """

    person: str
    count: int = 1
    record: str | None = None
    leave: str | None = None
    text: str = ""
    ahead: bool = False


async def take_next(review_id: str, stage: str, wish: QueueWish, tx: Tx) -> QueuePage:
    """Hold records for the person for ten minutes, so that two do not collide.

    What the person holds already comes first: who asks again is given the same.
    """
    now = await stage_now(review_id, stage, tx)
    named = [name for name in (wish.record, wish.leave) if name]
    stands = await _begin(review_id, stage, named, tx)
    left = stands[wish.leave] if wish.leave else ""
    if left:
        await _end_hold(review_id, now.stage, left, wish.person, tx)
    asked = QueueFilter(
        person=wish.person, limit=wish.count, text=wish.text, without=(left,) if left else ()
    )
    page, by_others = None, False
    if wish.record:
        own = replace(asked, records=(stands[wish.record],), text="", without=())
        page, by_others = await _free(now, own, tx)
    if page is None:
        page = await _held_then_next(now, asked, tx)
    rows = page.rows[: wish.count]
    if not rows:
        whoever = replace(asked, without=(), whoever_holds=True, limit=1)
        by_others = bool((await now.page(whoever, tx)).rows)
    after = await _ahead(now, asked, rows, tx) if wish.ahead and rows else None
    held = [row.record_id for row in (*rows, *filter(None, [after]))]
    await holds.lease(tx, review_id, stage, wish.person, held)
    return replace(page, rows=rows, held_by_others=by_others, ahead=after)


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


async def hold(review_id: str, stage: str, record_id: str, person: str, tx: Tx) -> tuple[str, bool]:
    """Hold a record, or go on holding it; the record as it counts now, and whether it is held."""
    await known_stage(tx, review_id, stage)
    counts_as = (await _begin(review_id, stage, [record_id], tx))[record_id]
    asked = QueueFilter(person=person, limit=1, records=(counts_as,))
    found = (await queue_page(review_id, stage, asked, tx)).rows
    await holds.lease(tx, review_id, stage, person, [row.record_id for row in found])
    return counts_as, bool(found)


async def end_hold(review_id: str, stage: str, record_id: str, person: str, tx: Tx) -> None:
    """Hold a record no more; no effect where more than one person judges.

    There a hold runs out by itself: one that ended as its reader went on would
    show others that there is no vote.
    """
    _, found = await known_stage(tx, review_id, stage)
    stands = await _begin(review_id, stage, [record_id], tx)
    await _end_hold(review_id, found, stands[record_id], person, tx)


async def _end_hold(review_id: str, stage: Stage, record_id: str, person: str, tx: Tx) -> None:
    if stage.policy.kind == "single":
        as_one = [record_id, *await records.absorbed_by(tx, review_id, record_id)]
        await holds.release(tx, review_id, stage.name, person, as_one, kinds=("leases",))


async def _begin(review_id: str, stage: str, record_ids: Sequence[str], tx: Tx) -> dict[str, str]:
    """Lock what is held of the stage and sweep it; each record with the one it counts as."""
    stands = await as_they_count(tx, review_id, stage, record_ids)
    await tx.lock(f"{review_id}/{stage}/leases")
    await holds.forget_leases(tx, review_id, stage)
    return stands


async def _free(now: StageNow, asked: QueueFilter, tx: Tx) -> tuple[QueuePage | None, bool]:
    """A page of what is free of the named records; without any, whether others hold them."""
    page = await now.page(asked, tx)
    if page.rows:
        return page, False
    held = await now.page(replace(asked, whoever_holds=True), tx)
    return None, bool(held.rows)


async def _held_then_next(now: StageNow, asked: QueueFilter, tx: Tx) -> QueuePage:
    """What the person holds, then the best of the others; what they turn from where it is all."""
    page = await now.page(replace(asked, held=True), tx)
    if len(page.rows) >= asked.limit:
        return page
    have = {row.record_id for row in page.rows}
    others = await now.page(asked, tx)
    rows = [*page.rows, *(row for row in others.rows if row.record_id not in have)]
    if not rows and asked.without:
        return await now.page(replace(asked, without=()), tx)
    return replace(page, rows=rows)


async def _ahead(now: StageNow, asked: QueueFilter, rows: Sequence[Any], tx: Tx) -> Any | None:
    """The record after `rows`: one that the person holds already, or the next of a long queue."""
    others = replace(asked, without=(*asked.without, *(row.record_id for row in rows)))
    held = (await now.page(replace(others, held=True, limit=1), tx)).rows
    if held:
        return held[0]
    free = (await now.page(replace(others, titles=True, limit=LONG_QUEUE), tx)).rows
    if len(free) < LONG_QUEUE:
        return None
    named = replace(asked, records=(free[0].record_id,), text="", without=(), limit=1)
    return (await now.page(named, tx)).rows[0]


async def postpone(review_id: str, stage: str, record_id: str, person: str, tx: Tx) -> None:
    """Put a record behind everything else in the person's own queue.

    An assignment stays: the record is still theirs to read.
    """
    _, found = await known_stage(tx, review_id, stage)
    stands = await as_they_count(tx, review_id, stage, [record_id])
    await known_entries(tx, review_id, found, [record_id])
    record_id = stands[record_id]
    as_one = [record_id, *await records.absorbed_by(tx, review_id, record_id)]
    await holds.release(tx, review_id, stage, person, as_one)
    await holds.put(tx, review_id, stage, "postponed", [(record_id, person)])


async def assign(
    review_id: str, stage: str, person: str, record_ids: Sequence[str], count: int, tx: Tx
) -> list[str]:
    """Give a person these records, or the next `count` that nobody was given.

    Answers the records as they count now: for one that was absorbed, its survivor.
    """
    _, at = await known_stage(tx, review_id, stage)
    team = {m.person: m.present for m in await reviews.members(tx, review_id)}
    if not team.get(person, False):
        raise Invalid(f"'{person}' is not on the team; an owner adds members.", field="person")
    wanted = list(record_ids)
    if wanted:
        stands = await as_they_count(tx, review_id, stage, wanted)
        await known_entries(tx, review_id, at, wanted)
        wanted = list(dict.fromkeys(stands[record] for record in wanted))
    elif not count:
        raise Invalid("Say which 'records', or how many ('count') of the next.", field="count")
    else:
        wanted = await queue_store.unassigned(tx, review_id, stage, count)
    await holds.put(tx, review_id, stage, "assignments", [(r, person) for r in wanted])
    return wanted
