"""Faults of former days, put back to prove that the schedules find them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import update

from benchmarks.schedules.world import World
from shared.db.bulk import bulk_insert_new
from shared.db.rows import put
from shared.kernel import inbox, relay
from shared.kernel.outbox import of_kind, outbox, raise_counters
from shared.kernel.tx import Tx
from shared.kernel.worker import receive


async def _count_what_was_read(tx: Tx, rows: Sequence[Any]) -> None:
    """The mark as it was: positions and counts from the rows that were read."""
    last = await relay.published_position(tx)
    for number, row in enumerate(rows, start=1):
        mark = update(outbox).where(outbox.c.position == row.position, outbox.c.sent.is_(False))
        await tx.execute(mark.values(sent=True, published_position=last + number))
    published = of_kind("published", Counter(row.type for row in rows))
    await raise_counters(tx, {**published, ("relay", "position"): len(rows)})


async def _count_by_id(tx: Tx, arrived: Sequence[dict[str, Any]]) -> set[inbox.Key]:
    """The count as it was: a replay's new row let its twin count as received again."""
    rows = list({(row["id"], row["replay"]): row for row in arrived}.values())
    new = await bulk_insert_new(tx, inbox.inbox, rows, ("id", "replay"))
    ids = {id for id, _ in new}
    first = Counter(row["type"] for row in rows if row["id"] in ids and row["replay"] == 0)
    await raise_counters(tx, of_kind("received", first))
    return new


_store = inbox._store


async def _keep_twins(tx: Tx, arrived: Sequence[dict[str, Any]]) -> set[inbox.Key]:
    """An inbox without its unique key: every copy is a row."""
    stored: set[inbox.Key] = set()
    for row in arrived:
        while not (new := await _store(tx, [row])):
            row = {**row, "replay": row["replay"] + 1000}
        stored |= new
    return stored


async def _acknowledge_first(
    world: World, reader: str, picked: Sequence[Any], *, handling: bool = False
) -> None:
    """A reader that acknowledges what it has not stored yet."""
    world.bus.acknowledge(reader, picked)
    await receive(world.readers[reader], [delivery.body for delivery in picked])


async def _mark_first(db: Any, bus: Any, *, batch: int = relay.BATCH) -> int:
    """A relay that marks events sent before the bus has them."""
    rows = await db.read(lambda tx: relay._unsent(tx, batch))
    await db.write(lambda tx: relay._mark_sent(tx, rows))
    await bus.publish([relay.message(row) for row in rows])
    return len(rows)


async def _keep_latest_arrival(tx: Tx, table: Any, rows: Sequence[Any]) -> int:
    """A projection that keeps what came last, not what is newest."""
    key = [column.name for column in table.primary_key]
    return await put(tx, table, list({tuple(r[k] for k in key): r for r in rows}.values()))


FAULTS: dict[str, Callable[[], Any]] = {
    "positions of rows read": lambda: patch.object(relay, "_mark_sent", _count_what_was_read),
    "new rows by id alone": lambda: patch.object(inbox, "_store", _count_by_id),
    "twins kept": lambda: patch.object(inbox, "_store", _keep_twins),
    "acknowledged before stored": lambda: patch.object(World, "deliver", _acknowledge_first),
    "marked before published": lambda: patch("benchmarks.schedules.world.relay", _mark_first),
    "latest arrival wins": lambda: patch(
        "benchmarks.schedules.world.newest.keep_newest", _keep_latest_arrival
    ),
}


@contextmanager
def fault(name: str | None) -> Iterator[None]:
    """The kernel with this fault, or as it is."""
    if name is None:
        yield
        return
    with FAULTS[name]():
        yield
