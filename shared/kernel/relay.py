"""From the outbox to the bus, in order, by one leader per service."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Integer, Row, bindparam, func, select, text, update

from shared.bus import Bus, Message
from shared.db import Database
from shared.kernel.outbox import counters, outbox, raise_counters
from shared.kernel.tx import Tx

BATCH = 500

_MARK_ONE = (
    update(outbox)
    .where(outbox.c.position == bindparam("at", type_=Integer), outbox.c.sent.is_(False))
    .values(sent=True, published_position=bindparam("number", type_=Integer))
)
_MARK_MANY = text(
    "UPDATE outbox SET sent = true, published_position = given.number "
    "FROM unnest(CAST(:at AS bigint[]), CAST(:number AS bigint[])) AS given(at, number) "
    "WHERE position = given.at AND NOT sent"
).bindparams(bindparam("at", type_=ARRAY(BigInteger)), bindparam("number", type_=ARRAY(BigInteger)))


async def relay(db: Database, bus: Bus, *, batch: int = BATCH) -> int:
    """Hand the oldest unsent envelopes to the bus; returns how many.

    Nothing is locked while the bus works. A crash before the mark sends the
    batch again, and the inboxes drop it. Only the leader may call this.
    """
    rows = await db.read(lambda tx: _unsent(tx, batch))
    if not rows:
        return 0
    await bus.publish([message(row) for row in rows])
    await db.write(lambda tx: _mark_sent(tx, rows))
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
    oldest = select(*columns).where(outbox.c.sent.is_(False)).order_by(outbox.c.position)
    return (await tx.execute(oldest.limit(batch))).all()


async def _mark_sent(tx: Tx, rows: Sequence[Row[Any]]) -> None:
    """Give the gap-free published positions, in the order of publishing."""
    last = await published_position(tx)
    numbers = [{"at": row.position, "number": last + n} for n, row in enumerate(rows, start=1)]
    if tx.dialect == "postgresql":
        turned = {key: [pair[key] for pair in numbers] for key in ("at", "number")}
        await tx.execute(_MARK_MANY, turned)
    else:
        await tx.execute(_MARK_ONE, numbers)
    await raise_counters(tx, "published", Counter(row.type for row in rows))
    await raise_counters(tx, "relay", {"position": len(rows)})


async def published_position(tx: Tx) -> int:
    """The last position that was given; 0 before the first."""
    count = select(counters.c.count).where(
        counters.c.kind == "relay", counters.c.name == "position"
    )
    return (await tx.execute(count)).scalar_one_or_none() or 0


async def unsent(tx: Tx) -> int:
    """How many events wait to leave."""
    waiting = select(func.count()).select_from(outbox).where(outbox.c.sent.is_(False))
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
