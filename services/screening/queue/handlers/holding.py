"""Records are held for a person while they read, so that two do not collide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.screening.decisions.handlers.known import known_stage
from services.screening.decisions.store import holds, records
from services.screening.merges.handlers.holds import as_they_count
from services.screening.queue.handlers.pages import QueuePage, StageNow, queue_page, stage_now
from services.screening.queue.store import QueueFilter
from shared.db import Tx
from shared.events.workbench import Stage

LONG_QUEUE = 10
"""With so many free records a reader may hold the one after as well: others lack none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWish:
    """What a person would hold: `record` if it is free, else the next `count`, with these words.

    `leave` is a record that they turn from: it comes only where there is no other. `ahead`:
    the one after it is held as well, while the queue is long, of so many that are listed.
    """

    person: str
    count: int = 1
    record: str | None = None
    leave: str | None = None
    text: str = ""
    ahead: int = 0


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
    after = await _ahead(now, asked, rows, wish.ahead, tx) if wish.ahead and rows else None
    held = [row.record_id for row in (*rows, *filter(None, [after]))]
    await holds.lease(tx, review_id, stage, wish.person, held)
    return replace(page, rows=rows, held_by_others=by_others, ahead=after)


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


async def _ahead(
    now: StageNow, asked: QueueFilter, rows: Sequence[Any], listed: int, tx: Tx
) -> Any | None:
    """The record after `rows` of those `listed`: one behind them that the person holds already, or
    the next of a long queue; where nothing is behind them, the first.
    """
    last = rows[-1].record_id
    gone = {*asked.without, *(row.record_id for row in rows)}
    listing = replace(asked, without=(), titles=True, limit=listed)
    ids = [row.record_id for row in (await now.page(listing, tx)).rows]
    held = {row.record_id for row in (await now.page(replace(listing, held=True), tx)).rows} - gone
    free = [one for one in ids if one not in gone]
    behind = ids[ids.index(last) + 1 :] if last in ids else []
    ordered = [one for one in behind if one in free] or free
    mine = [one for one in ordered if one in held]
    if not mine and len(free) < LONG_QUEUE:
        return None
    after = (mine or ordered)[0]
    named = replace(asked, records=(after,), text="", without=(), limit=1)
    return (await now.page(named, tx)).rows[0]
