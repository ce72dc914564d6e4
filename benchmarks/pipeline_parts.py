"""What is measured of ours: relay, receive with inbox and handler, and whole ways."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Column, MetaData, Table, Text, func, select

from benchmarks.pipeline_clock import Timing, cpu_seconds
from shared import db as databases
from shared.bus import Bus
from shared.bus.memory import MemoryBus
from shared.bus.rabbit import RabbitBus
from shared.db import Database, insert_ignoring_twins, kernel_metadata
from shared.events import Received
from shared.events.search import RecordAdded, RecordState
from shared.kernel.leader import leadership
from shared.kernel.relay import relay
from shared.kernel.service import Running, Service
from shared.kernel.tx import Tx
from shared.ops.process import freeze_memory, share_process
from shared.ops.settings import Settings

ABSTRACT = "x" * 620  # with the envelope around it, the message has about 1,000 bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measurement keeps its tables and queues; picklable."""

    home: str
    database_url: str | None
    amqp_url: str | None
    prefix: str
    packed: bool = False

    def settings(self) -> Settings:
        """As the kernel's settings."""
        return Settings.model_validate(
            {
                "home": self.home,
                "database_url": self.database_url,
                "schema_prefix": f"{self.prefix}_",
                "amqp_url": self.amqp_url,
                "queue_prefix": self.prefix,
                "pack_events": self.packed,
            }
        )


def _tables() -> tuple[MetaData, Table]:
    metadata = kernel_metadata()
    columns = (Column("id", Text, primary_key=True), Column("at", Text))
    return metadata, Table("seen", metadata, *columns)


SEEN_METADATA, SEEN = _tables()
latencies: list[float] = []


async def keep(added: Sequence[Received[RecordAdded]], tx: Tx) -> None:
    """The handler under measure: one row a record."""
    rows = [{"id": r.event.record.record_id, "at": r.event.record.label} for r in added]
    await tx.execute(insert_ignoring_twins(tx.dialect, SEEN), rows)
    now = time.time()
    latencies.extend(now - float(row["at"]) for row in rows if row["at"])


READER = Service(name="screening", tables=SEEN_METADATA, on={RecordAdded: keep})
PUBLISHER = Service(name="search", tables=kernel_metadata(), on={})
TOPOLOGY = {s.name: s.subscriptions() for s in (READER, PUBLISHER)}


def connect(place: Place, service: Service) -> Database:
    """The database of one of the two services."""
    settings = place.settings()
    return databases.connect(
        settings.url_of(service.name),
        service=service.name,
        schema=settings.schema_of(service.name),
    )


@asynccontextmanager
async def opened(place: Place, *services: Service) -> AsyncIterator[tuple[Bus, list[Running]]]:
    """The services joined to a bus; loops do not run yet."""
    share_process()
    async with AsyncExitStack() as stack:
        bus: Any = MemoryBus()
        if place.amqp_url:
            bus = RabbitBus(place.amqp_url, prefix=place.prefix, packed=place.packed)
            await bus.connect()
        stack.push_async_callback(bus.close)
        await bus.declare(TOPOLOGY)
        runnings = []
        for service in services:
            running = Running(service, connect(place, service), bus, place.settings())
            stack.push_async_callback(running.close)
            await running.open()
            runnings.append(running)
        freeze_memory()
        yield bus, runnings


def _event(name: str, stamp: str = "") -> RecordAdded:
    state = RecordState(record_id=name, abstract=ABSTRACT, label=stamp)
    return RecordAdded(review_id="bench", record=state)


async def emit_many(tx: Tx, names: Sequence[str]) -> None:
    """One use case that says several events."""
    for name in names:
        tx.emit(_event(name))


async def emit_now(tx: Tx, name: str) -> None:
    """One use case that says one event, stamped with the time."""
    tx.emit(_event(name, str(time.time())))


async def bulk(db: Database, count: int, label: str) -> None:
    """`count` events, a hundred a transaction."""
    for start in range(0, count, 100):
        names = [f"{label}-{n}" for n in range(start, start + 100)]
        await db.write(partial(emit_many, names=names))


async def single(db: Database, count: int, label: str, writers: int) -> None:
    """`count` events, one a transaction, from several writers at once."""

    async def one(writer: int) -> None:
        for n in range(count // writers):
            await db.write(partial(emit_now, name=f"{label}-{writer}-{n}"))

    await asyncio.gather(*(one(w) for w in range(writers)))


async def seen(db: Database) -> int:
    """How many events have been handled."""

    async def count(tx: Tx) -> int:
        return int((await tx.execute(select(func.count()).select_from(SEEN))).scalar_one())

    return await db.read(count)


async def until_seen(db: Database, target: int) -> None:
    """Wait until so many have been handled."""
    while await seen(db) < target:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def drain_relay(place: Place, count: int) -> Timing:
    """Relay alone: a full outbox to RabbitMQ."""
    async with opened(place, PUBLISHER) as (bus, (running,)):
        await bulk(running.db, count, place.prefix)
        start, cpu = time.perf_counter(), cpu_seconds()
        while await relay(running.db, bus):
            pass
        return Timing(count, time.perf_counter() - start, cpu_seconds() - cpu)


async def receive_all(place: Place, count: int) -> Timing:
    """Receive, inbox and handler: a full queue into the reader's tables."""
    async with opened(place, READER) as (_, (running,)):
        start, cpu = time.perf_counter(), cpu_seconds()
        loops = asyncio.create_task(running.run())
        await until_seen(running.db, count)
        timing = Timing(count, time.perf_counter() - start, cpu_seconds() - cpu)
        loops.cancel()
        await asyncio.gather(loops, return_exceptions=True)
        return timing


async def produce(place: Place, count: int, kind: str) -> tuple[float, float]:
    """The producing process; returns when it began and its processor time."""
    db = connect(place, PUBLISHER)
    await db.open()
    elsewhere = leadership(db)
    bells: list[asyncio.Task[None]] = []
    db.commit_hooks.append(lambda *_: bells.append(asyncio.create_task(elsewhere.announce())))
    cpu, start = cpu_seconds(), time.time()
    if kind == "bulk":
        await bulk(db, count, f"{place.prefix}-{kind}")
    else:
        await single(db, count, f"{place.prefix}-{kind}", 8)
    await asyncio.sleep(0.02)
    await elsewhere.release()
    await db.close()
    return start, cpu_seconds() - cpu


async def carry(place: Place, count: int) -> tuple[float, float]:
    """The other process: relay, receiver and handler; returns when it ended and its cpu."""
    async with opened(place, PUBLISHER, READER) as (_, runnings):
        cpu = cpu_seconds()
        loops = [asyncio.create_task(r.run()) for r in runnings]
        await until_seen(runnings[1].db, count)
        end = time.time()
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        return end, cpu_seconds() - cpu


async def prepare(place: Place) -> None:
    """Make tables and queues before the clock runs."""
    async with opened(place, PUBLISHER, READER):
        pass


async def steady(place: Place, per_second: int, seconds: int) -> list[float]:
    """Latencies from just before the commit to handled, in ms, at a steady rate."""
    async with opened(place, PUBLISHER, READER) as (_, runnings):
        loops = [asyncio.create_task(r.run()) for r in runnings]
        latencies.clear()
        start = time.perf_counter()
        for n in range(per_second * seconds):
            await asyncio.sleep(max(0.0, start + n / per_second - time.perf_counter()))
            await runnings[0].db.write(partial(emit_now, name=f"steady-{n}"))
        await until_seen(runnings[1].db, per_second * seconds)
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        return [1000 * value for value in latencies]


async def embedded(place: Place, count: int, kind: str) -> Timing:
    """All in one process on SQLite with `synchronous=FULL`, to the reader's own file."""
    async with opened(place, PUBLISHER, READER) as (_, runnings):
        loops = [asyncio.create_task(r.run()) for r in runnings]
        start, cpu = time.perf_counter(), cpu_seconds()
        if kind == "bulk":
            await bulk(runnings[0].db, count, kind)
        else:
            await single(runnings[0].db, count, kind, 16)
        await until_seen(runnings[1].db, count)
        timing = Timing(count, time.perf_counter() - start, cpu_seconds() - cpu)
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        return timing
