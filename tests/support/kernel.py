"""Two small services of the kernel's own, joined by a real bus, for tests of its rules."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import lru_cache
from uuid import uuid4

from sqlalchemy import Column, Integer, Table, Text, func, select

from shared import db
from shared.bus.memory import MemoryBus
from shared.bus.rabbit import RabbitBus
from shared.clock import SystemClock
from shared.db import insert_ignoring_twins, kernel_metadata, upsert
from shared.events.search import RecordAdded, RecordState
from shared.kernel.service import Running, Service
from shared.ops.backlog import unsettled
from shared.ops.settings import Settings
from tests.support import schemas, servers

seen_tables = kernel_metadata()
seen = Table(
    "seen",
    seen_tables,
    Column("id", Text, primary_key=True),
    Column("title", Text),
    Column("times", Integer, nullable=False),
)
publisher_tables = kernel_metadata()
pool = Table("pool", publisher_tables, Column("id", Text, primary_key=True))


def a_record(id="r1", *, title="", review="rev", abstract=""):
    """A record_added event."""
    state = RecordState(record_id=id, title=title, abstract=abstract)
    return RecordAdded(review_id=review, record=state)


async def count_seen(added, tx):
    """A handler that is not idempotent by itself: only the inbox keeps it right."""
    for received in added:
        record = received.event.record
        stmt = upsert(tx.dialect, seen)
        stmt = stmt.on_conflict_do_update(
            index_elements=["id"], set_={"times": seen.c.times + 1, "title": stmt.excluded.title}
        )
        await tx.execute(stmt, {"id": record.record_id, "title": record.title, "times": 1})


def reader(handler=count_seen, *, name="screening", on=None, jobs=None):
    """A service that listens to record_added."""
    return Service(
        name=name,
        tables=seen_tables,
        on={RecordAdded: handler} if on is None else on,
        jobs=jobs or {},
    )


def publisher():
    """A service that only speaks."""
    return Service(name="search", tables=publisher_tables, on={})


def say(*events):
    """A use case that emits these events."""

    async def use_case(tx):
        for event in events:
            tx.emit(event)

    return use_case


async def times(tx):
    """How often each record was handled."""
    rows = await tx.execute(select(seen.c.id, seen.c.times))
    return {row.id: row.times for row in rows}


async def count(tx, table):
    """Rows in a table."""
    return (await tx.execute(select(func.count()).select_from(table))).scalar_one()


async def add_to_pool(tx, id):
    """Write a business row."""
    await tx.execute(insert_ignoring_twins(tx.dialect, pool), {"id": id})


class Pair:
    """A publisher and a reader; loops run only when `start` is called."""

    def __init__(self, publisher, reader, bus):
        self.publisher, self.reader, self.bus = publisher, reader, bus
        self.tasks = []

    async def start(self):
        self.tasks = [asyncio.create_task(r.run()) for r in (self.publisher, self.reader)]

    async def stop(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks = []

    async def settle(self, seconds=60):
        """Run until nothing moves, at two looks: one finds no request for history under way."""
        if not self.tasks:
            await self.start()
        quiet = 0
        async with asyncio.timeout(seconds):
            while quiet < 2:
                moving = unsettled([await r.backlog() for r in (self.publisher, self.reader)])
                quiet = 0 if moving else quiet + 1
                for task in self.tasks:
                    if task.done():
                        task.result()
                await asyncio.sleep(0.01 if moving else 0)


@lru_cache(8)
def _settings(home, database, schemas, amqp, prefix):
    return Settings(
        home=home,
        database_url=database,
        schema_prefix=schemas,
        amqp_url=amqp,
        queue_prefix=prefix,
        sqlite_synchronous="NORMAL",
    )


class Storage:
    """Where a test keeps its databases and queues: `sqlite`, `postgres` or `rabbit`.

    With `kept`, services find their tables made and empty, as after their first start.
    """

    def __init__(self, kind, home, *, kept=False):
        self.kind, self.home, self.kept = kind, home, kept
        self.prefix = f"t{uuid4().hex[:10]}"
        self.database = None if kind == "sqlite" else servers.require_database()
        self.schemas = schemas.kept_prefix() if kept and self.database else f"{self.prefix}_"
        self.amqp = servers.require_amqp() if kind == "rabbit" else None

    def settings(self):
        """Settings that point here."""
        return _settings(self.home, self.database, self.schemas, self.amqp, self.prefix)

    def connect(self, service, clock=None):
        """A database of one service."""
        settings = self.settings()
        if self.kept and not self.database:
            schemas.put_file(self.home, service)
        return db.connect(
            settings.url_of(service),
            service=service,
            schema=settings.schema_of(service),
            clock=clock or SystemClock(),
            synchronous="NORMAL",
        )

    async def bus(self):
        """A connected bus."""
        if self.amqp is None:
            return MemoryBus()
        bus = RabbitBus(self.amqp, prefix=self.prefix)
        await bus.connect()
        return bus

    async def clean(self):
        """Remove schemas and queues."""
        if self.database and self.kept:
            await schemas.give_back(self.database, self.schemas)
        elif self.database:
            await servers.drop_schemas(self.database, self.schemas)
        if self.amqp:
            await servers.delete_queues(self.amqp, self.prefix, ["search", "screening"])


@asynccontextmanager
async def pair(storage, *, listener=None, clock=None, workers=2, start=False):
    """A publisher and a reader over a storage."""
    settings = storage.settings().model_copy(update={"workers": workers})
    async with AsyncExitStack() as stack:
        bus = await storage.bus()
        stack.push_async_callback(bus.close)
        declared = [publisher(), listener or reader()]
        await bus.declare({s.name: s.subscriptions() for s in declared})
        runnings = []
        for service in declared:
            running = Running(service, storage.connect(service.name, clock), bus, settings)
            stack.push_async_callback(running.close)
            await running.open()
            runnings.append(running)
        both = Pair(*runnings, bus)
        stack.push_async_callback(both.stop)
        if start:
            await both.start()
        with suppress(asyncio.CancelledError):
            yield both
