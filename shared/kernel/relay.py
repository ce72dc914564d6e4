"""From the outbox to the bus, in order, by one leader per service."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, update

from shared.bus import Bus, Message
from shared.db import Database
from shared.db.among import among
from shared.db.types import upsert
from shared.kernel.outbox import NOT_SENT, counters, of_kind, outbox, raise_counters
from shared.kernel.tx import Tx
from shared.ops.failpoints import reach

BATCH = 500


async def relay(db: Database, bus: Bus, *, batch: int = BATCH) -> int:
    """Hand the oldest unsent envelopes to the bus; returns how many.

    Nothing is locked while the bus works. A crash before the mark sends the
    batch again, and the inboxes drop it. Only the leader may call this; a second one
    costs twins and order, never a count.
    """
    rows = await db.read(lambda tx: _unsent(tx, batch))
    if not rows:
        return 0
    reach("outbox.before_publish")
    await bus.publish([message(row) for row in rows])
    reach("outbox.before_mark")
    await db.write(lambda tx: _mark_sent(tx, rows))
    reach("outbox.after_mark")
    return len(rows)


def message(row: Any, body: bytes | None = None) -> Message:
    """An outbox row as a message."""
    return Message(
        id=row.id,
        type=row.type,
        routing_key=f"{row.type}.v{row.version}.{row.review_id}",
        body=row.envelope if body is None else body,
    )


async def _unsent(tx: Tx, batch: int) -> Sequence[Row[Any]]:
    columns = (
        outbox.c.position,
        outbox.c.id,
        outbox.c.type,
        outbox.c.version,
        outbox.c.review_id,
        outbox.c.envelope,
    )
    oldest = select(*columns).where(NOT_SENT).order_by(outbox.c.position)
    return (await tx.execute(oldest.limit(batch))).all()


async def _mark_sent(tx: Tx, rows: Sequence[Row[Any]]) -> None:
    """Give the gap-free published positions, in the order of publishing.

    The counter's row lock comes first, so that a second leader waits here and then finds
    these rows sent: positions and counts come from the rows that this update changes.
    """
    last = await _lock_position(tx)
    listed = [row.position for row in rows]
    order = func.row_number().over(order_by=outbox.c.position)
    unsent_yet = (
        select(outbox.c.position, order.label("number"))
        .where(among(tx.dialect, outbox.c.position, listed), outbox.c.sent.is_(False))
        .subquery()
    )
    marking = (
        update(outbox)
        .where(outbox.c.position == unsent_yet.c.position)
        .values(sent=True, published_position=last + unsent_yet.c.number)
        .returning(outbox.c.type)
    )
    types = (await tx.execute(marking)).scalars().all()
    published = of_kind("published", Counter(types))
    await raise_counters(tx, {**published, ("relay", "position"): len(types)})


async def _lock_position(tx: Tx) -> int:
    """The last position that was given, its row locked until the transaction ends."""
    row = {"kind": "relay", "name": "position", "count": 0}
    locking = (
        upsert(tx.dialect, counters)
        .values(row)
        .on_conflict_do_update(index_elements=["kind", "name"], set_={"count": counters.c.count})
        .returning(counters.c.count)
    )
    return int((await tx.execute(locking)).scalar_one())


async def published_position(tx: Tx) -> int:
    """The last position that was given; 0 before the first."""
    count = select(counters.c.count).where(
        counters.c.kind == "relay", counters.c.name == "position"
    )
    return (await tx.execute(count)).scalar_one_or_none() or 0


async def unsent(tx: Tx) -> int:
    """How many events wait to leave."""
    waiting = select(func.count()).select_from(outbox).where(NOT_SENT)
    return int((await tx.execute(waiting)).scalar_one())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRange:
    """Which part of history to send again, and as which replay."""

    to: str
    types: tuple[str, ...] = ()
    review_id: str | None = None
    since: int = 0
    number: int = 0


async def history(tx: Tx, replay_range: ReplayRange, after: int, batch: int) -> Sequence[Row[Any]]:
    """Published events of a replay_range, in the order in which they were published."""
    asked = select(outbox).where(
        outbox.c.published_position > max(after, replay_range.since), outbox.c.sent.is_(True)
    )
    if replay_range.types:
        asked = asked.where(outbox.c.type.in_(replay_range.types))
    if replay_range.review_id:
        asked = asked.where(outbox.c.review_id == replay_range.review_id)
    return (await tx.execute(asked.order_by(outbox.c.published_position).limit(batch))).all()
