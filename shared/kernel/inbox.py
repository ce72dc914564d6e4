"""Events arrive in this table once, and wait here until they are handled."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    text,
    update,
)

from shared.db.bulk import bulk_insert_new, is_one_of
from shared.db.types import BigKey, UtcDateTime, chunks, insert_ignoring_twins
from shared.events import Event, Received, type_name
from shared.events.codec import newest
from shared.kernel import envelope
from shared.kernel.arrivals import arrival, unreadable
from shared.kernel.envelope import Envelope, Undecodable, UnknownEvent
from shared.kernel.failures import delay, describe, fingerprint
from shared.kernel.outbox import counters, of_kind, raise_counters
from shared.kernel.tx import Tx
from shared.ops.failpoints import reach

Handler = Callable[[Sequence[Received[Any]], Tx], Awaitable[None]]
Handlers = Mapping[type[Event], Handler]
Key = tuple[Any, ...]

metadata = MetaData()
inbox = Table(
    "inbox",
    metadata,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("replay", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("review_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_version", BigInteger, nullable=False),
    Column("envelope", LargeBinary),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("reason", Text),
    Column("fingerprint", Text),
    Column("received_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    UniqueConstraint("id", "replay", name="uq_inbox_id_replay"),
    Index(
        "ix_inbox_open",
        "position",
        postgresql_where=text("state = 'waiting'"),
        sqlite_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_inbox_stuck",
        "state",
        postgresql_where=text("state IN ('dead', 'parked')"),
        sqlite_where=text("state IN ('dead', 'parked')"),
    ),
    Index("ix_inbox_done_at", "done_at"),
)
STUCK = text("state IN ('dead', 'parked')")
"""The words of the partial index: SQLite uses it for these words only."""
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("type", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)


async def receive(tx: Tx, bodies: Sequence[bytes]) -> int:
    """Store messages; second copies are dropped here and nowhere else.

    Returns how many are new. Undecodable bytes are kept as dead at once, under
    their hash; unknown types and versions are parked until a program knows them.
    """
    now = tx.now()
    return len(await _store(tx, [arrival(body, now).row for body in bodies]))


async def receive_and_handle(tx: Tx, bodies: Sequence[bytes], handlers: Handlers) -> None:
    """Store messages as handled, and handle those that are new, all in this transaction.

    Their bytes are stored only where they are undecodable or unknown. What a handler raises
    is raised, and nothing is stored.
    """
    now = tx.now()
    arrived = [arrival(body, now) for body in bodies]
    known = [one for one in arrived if one.row["state"] == "waiting"]
    for one in known:
        one.row.update(state="done", done_at=now, envelope=None)
    new = await _store(tx, [one.row for one in arrived])
    fresh = {one.key: one.envelope for one in known if one.key in new}
    await _hand_over(tx, handlers, filter(None, fresh.values()))
    reach("inbox.after_handle")


async def receive_dead(tx: Tx, body: bytes, error: Exception) -> int:
    """Keep a message as dead whose row the database refused, with the database's reason.

    Nothing of what it says is stored but its type, so that it counts as received.
    """
    refused = {**unreadable(body, tx.now()), "reason": f"refused: {describe(error)}"}
    refused["fingerprint"] = fingerprint(error)
    try:
        name, _ = envelope.open_bytes(body).event_type
    except Undecodable:
        name = ""
    return len(await _store(tx, [{**refused, "type": name if newest(name) else ""}]))


async def _store(tx: Tx, arrived: Sequence[dict[str, Any]]) -> set[Key]:
    """Insert what is new, and count by type what is no replay; returns the keys of the new."""
    rows = list({(row["id"], row["replay"]): row for row in arrived}.values())
    if not rows:
        return set()
    # A twin within one batch must never reach the insert.
    new = await bulk_insert_new(tx, inbox, rows, ("id", "replay"))
    first = Counter(row["type"] for row in rows if (row["id"], 0) in new and row["replay"] == 0)
    await raise_counters(tx, of_kind("received", first))
    reach("inbox.after_store")
    return new


async def handle(
    tx: Tx, handlers: Handlers, *, batch: int, only: Sequence[int] | None = None
) -> int:
    """Claim what waits, handle it and mark it, all in this transaction.

    Claiming inside is what makes four workers count three events as three.
    """
    due = select(inbox.c.position, inbox.c.envelope).where(
        inbox.c.state == "waiting", inbox.c.not_before <= tx.now()
    )
    if only is not None:
        due = due.where(inbox.c.position.in_(only))
    due = due.order_by(inbox.c.position).limit(batch).with_for_update(skip_locked=True)
    rows = (await tx.execute(due)).all()
    if not rows:
        return 0
    reach("inbox.after_claim")
    await _hand_over(tx, handlers, (envelope.open_bytes(row.envelope) for row in rows))
    reach("inbox.after_handle")
    positions = [row.position for row in rows]
    done = update(inbox).where(is_one_of(tx.dialect, inbox.c.position, positions))
    await tx.execute(
        done.values(state="done", done_at=tx.now(), envelope=None, reason=None, fingerprint=None)
    )
    reach("inbox.after_done")
    return len(rows)


async def _hand_over(tx: Tx, handlers: Handlers, envelopes: Iterable[Envelope]) -> None:
    """Give the events to the handlers of their types, those of one type together."""
    groups: dict[type[Event], list[Received[Any]]] = {}
    for one in envelopes:
        received = envelope.receive(one)
        groups.setdefault(type(received.event), []).append(received)
    for cls, group in groups.items():
        if cls in handlers:
            with tx.handling(group):
                await handlers[cls](group, tx)


async def due_positions(tx: Tx, batch: int) -> list[Row[Any]]:
    """What the next round would claim: position and attempts."""
    due = select(inbox.c.position, inbox.c.attempts).where(
        inbox.c.state == "waiting", inbox.c.not_before <= tx.now()
    )
    return list((await tx.execute(due.order_by(inbox.c.position).limit(batch))).all())


async def note_failure(tx: Tx, position: int, attempts: int, error: Exception) -> None:
    """Back off, or give up: the row stays, with reason and fingerprint.

    Only if it still waits after as many attempts as before: another worker may have
    handled it meanwhile, or have noted the same failure.
    """
    now = tx.now()
    values: dict[str, Any] = {
        "attempts": attempts + 1,
        "reason": describe(error),
        "fingerprint": fingerprint(error),
    }
    wait = None if isinstance(error, Undecodable) else delay(attempts)
    if isinstance(error, UnknownEvent):
        values |= {"state": "parked", "attempts": attempts}
    elif wait is None:
        values |= {"state": "dead"}
    else:
        values |= {"not_before": now + wait}
    waiting = update(inbox).where(
        inbox.c.position == position, inbox.c.state == "waiting", inbox.c.attempts == attempts
    )
    await tx.execute(waiting.values(values))


async def resume_parked(tx: Tx) -> int:
    """Let parked events go on whose type and version are known by now."""
    parked = select(inbox.c.position, inbox.c.type, inbox.c.version).where(
        inbox.c.state == "parked"
    )
    rows = (await tx.execute(parked)).all()
    ready = [row.position for row in rows if row.version <= newest(row.type)]
    for part in chunks(ready, 500):
        again = update(inbox).where(inbox.c.position.in_(part))
        await tx.execute(again.values(state="waiting", reason=None, not_before=tx.now()))
    return len(ready)


async def retry_dead(tx: Tx, ids: Sequence[str] | None = None) -> int:
    """Give dead events another full round of attempts; undecodable ones stay dead."""
    dead = update(inbox).where(inbox.c.state == "dead", inbox.c.type != "")
    if ids is not None:
        dead = dead.where(inbox.c.id.in_(ids))
    values = {"state": "waiting", "attempts": 0, "not_before": tx.now()}
    return (await tx.execute(dead.values(values))).rowcount


async def forget_old(tx: Tx, days: int) -> int:
    """Drop the ids of events handled more than `days` ago."""
    before = tx.now() - timedelta(days=days)
    old = delete(inbox).where(inbox.c.state == "done", inbox.c.done_at < before)
    return (await tx.execute(old)).rowcount


async def received_before(tx: Tx, names: Collection[str]) -> set[str]:
    """Those of these types of which an event ever arrived."""
    counted = select(counters.c.name).where(
        counters.c.kind == "received", counters.c.name.in_(sorted(names))
    )
    return set((await tx.execute(counted)).scalars())


async def next_replay(tx: Tx) -> int:
    """A number that no replay has which the inbox remembers."""
    highest = (await tx.execute(select(func.max(inbox.c.replay)))).scalar_one_or_none()
    return (highest or 0) + 1


async def new_subscriptions(tx: Tx, types: Sequence[type[Event]]) -> list[str]:
    """Which of these types this service subscribes to for the first time."""
    names = sorted({type_name(cls) for cls in types})
    known = {row.type for row in await tx.execute(select(subscriptions.c.type))}
    new = [name for name in names if name not in known]
    if new:
        await tx.execute(
            insert_ignoring_twins(tx.dialect, subscriptions),
            [{"type": name, "since": tx.now()} for name in new],
        )
    return new
