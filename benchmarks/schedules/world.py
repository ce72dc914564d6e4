"""A publisher and two readers over the real kernel, joined by a simulated broker."""

from collections.abc import Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, Text, select, update

from benchmarks.schedules.processes import Delivery, Process, SteppedBus, SteppedDatabase
from shared.clock import ManualClock
from shared.db import kernel_metadata, upsert
from shared.db.rows import put
from shared.events import Received
from shared.events.search import RecordAmended, RecordState
from shared.kernel import jobs, replay
from shared.kernel.inbox import Handlers, inbox
from shared.kernel.jobs import Job
from shared.kernel.outbox import outbox
from shared.kernel.relay import relay
from shared.kernel.tx import Tx
from shared.kernel.worker import receive, work
from shared.ops.backlog import backlog, unsettled
from shared.projections import newest

START = datetime(2026, 1, 1, tzinfo=UTC)
REVIEW = "rev"
RECORDS = ("a", "b", "c")
READERS = ("screening", "extraction")
AMENDED = "search.record_amended"
MOST_ROUNDS = 12
COUNT_JOB = "count"
BAD = "cannot be handled"

publisher_tables = kernel_metadata()
library = Table(
    "library",
    publisher_tables,
    Column("record_id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("survivor", Text, nullable=False),
)
reader_tables = kernel_metadata()
handled = Table(
    "handled",
    reader_tables,
    Column("id", Text, primary_key=True),
    Column("replay", Integer, primary_key=True),
    Column("times", Integer, nullable=False),
)
records = Table(
    "records",
    reader_tables,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("subject_version", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
)
aliases = Table(
    "aliases",
    reader_tables,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("subject_version", BigInteger, nullable=False),
    Column("survivor", Text, nullable=False),
    Column("merged", Boolean, nullable=False),
)


class World:
    """The databases, the broker, and every process that runs at the moment."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(START)
        self.publisher = SteppedDatabase(folder, "search", publisher_tables, self.clock)
        self.readers = {n: SteppedDatabase(folder, n, reader_tables, self.clock) for n in READERS}
        self.bus = SteppedBus({name: [] for name in READERS})
        self.processes: list[Process] = []
        self.begin()

    def begin(self) -> None:
        """Forget everything, for the next schedule."""
        for process in self.processes:
            process.crash()
        for database in (self.publisher, *self.readers.values()):
            database.empty()
        for name in READERS:
            self.bus.queues[name] = []
        self.processes = []
        self.acknowledged: list[str] = []
        self.asked: list[tuple[str, int]] = []
        self.done: dict[str, int] = {}
        self.moment = 0
        self.clock.set(START)

    def close(self) -> None:
        """Close every file."""
        for database in (self.publisher, *self.readers.values()):
            database.dispose()

    async def command(self, changes: dict[str, tuple[str, str]], *, job: str | None) -> None:
        """A use case: new titles and survivors of records, with the events that say so."""
        said: list[str] = []
        asked: list[tuple[str, int]] = []

        async def use_case(tx: Tx) -> None:
            for record_id, (title, survivor) in changes.items():
                row = {"record_id": record_id, "title": title, "survivor": survivor}
                await put(tx, library, [row])
                state = RecordState(record_id=record_id, title=title, label=survivor)
                said.append(tx.emit(RecordAmended(review_id=REVIEW, record=state)))
            if job is not None:
                await tx.enqueue(COUNT_JOB, key=job)
                asked.append((job, self.moment))

        await self.publisher.write(use_case)
        self.acknowledged += said
        self.asked += asked

    async def relay(self, batch: int) -> None:
        """One round of a relay that takes itself for the leader."""
        await relay(self.publisher, self.bus, batch=batch)  # type: ignore[arg-type]

    async def deliver(
        self, reader: str, picked: Sequence[Delivery], *, handling: bool = False
    ) -> None:
        """Store these messages, perhaps `handling` them at once, then acknowledge them."""
        handlers = HANDLERS if handling else None
        await receive(self.readers[reader], [delivery.body for delivery in picked], handlers)
        self.bus.acknowledge(reader, picked)

    async def work(self, reader: str, batch: int) -> None:
        """One round of a worker."""
        await work(self.readers[reader], HANDLERS, batch=batch)

    async def send_again(self, reader: str, number: int, since: int) -> None:
        """Replay `number` of the history after a position."""
        payload: dict[str, Any] = {
            "to": reader,
            "types": [],
            "review_id": None,
            "since": since,
            "number": number,
        }
        job = Job(id=f"replay {number}", name=replay.JOB, key="", payload=payload, attempts=0)
        await replay.send_again(job, SimpleNamespace(db=self.publisher, bus=self.bus))

    async def do_job(self) -> None:
        """Claim a job, do it, finish it if the lease still holds."""
        claimed: list[int] = []

        async def claim(tx: Tx) -> Job | None:
            claimed.append(self.moment)
            return await jobs.claim(tx, [COUNT_JOB], tx.now())

        job = await self.publisher.write(claim)
        if job is None:
            return
        self.done[job.key] = max(claimed[-1], self.done.get(job.key, -1))
        await self.publisher.write(lambda tx: jobs.finish(tx, job, tx.now()))

    def lose_leases(self) -> None:
        """Every running job's lease runs out, as when its worker stands still."""
        running = update(jobs.jobs).where(jobs.jobs.c.state == "running")

        async def expire(tx: Tx) -> None:
            await tx.execute(running.values(lease_until=0.0))

        self.publisher.write_now(expire)

    def settle(self) -> None:
        """End every process, then let each part work until nothing moves."""
        for process in self.processes:
            process.crash()
        self.processes = []
        self.lose_leases()
        for _ in range(MOST_ROUNDS):
            for part in self._parts():
                process = Process("settling", part)
                while process.proceed():
                    self.moment += 1
            if self._is_idle():
                return
            self.clock.advance(timedelta(hours=2))

    def _parts(self) -> Iterator[Coroutine[Any, Any, None]]:
        yield self.relay(100)
        yield self.do_job()
        for name in READERS:
            if queue := list(self.bus.queues[name]):
                yield self.deliver(name, queue)
            yield self.work(name, 100)

    def _is_idle(self) -> bool:
        """Whether nothing waits in outbox, queues, inboxes and jobs."""
        if any(self.bus.queues.values()) or self.publisher.read_now(_open_in_publisher):
            return False
        return not any(reader.read_now(_open_in_inbox) for reader in self.readers.values())

    def moving(self) -> Mapping[str, dict[str, int]]:
        """What is not settled, as every service's backlog tells."""
        lines = []
        for database in (self.publisher, *self.readers.values()):
            types = frozenset({AMENDED} if database.service in READERS else ())
            lines.append(database.read_now(partial(backlog, subscriptions=types)))
        return unsettled(lines)


_UNSENT = select(outbox.c.position).where(outbox.c.sent.is_(False)).limit(1)
_OPEN_JOBS = select(jobs.jobs.c.position).where(jobs.jobs.c.state != "dead").limit(1)
_WAITING = select(inbox.c.position).where(inbox.c.state == "waiting").limit(1)
_SEEN = upsert("sqlite", handled).on_conflict_do_update(
    index_elements=["id", "replay"], set_={"times": handled.c.times + 1}
)


async def _open_in_publisher(tx: Tx) -> bool:
    found = [(await tx.execute(query)).first() for query in (_UNSENT, _OPEN_JOBS)]
    return any(row is not None for row in found)


async def _open_in_inbox(tx: Tx) -> bool:
    return (await tx.execute(_WAITING)).first() is not None


async def on_amended(amended: Sequence[Received[RecordAmended]], tx: Tx) -> None:
    """Count what is handled, and keep the newest state of records and aliases."""
    if any(received.event.record.title == BAD for received in amended):
        raise LookupError(BAD)
    for received in amended:
        await tx.execute(_SEEN, {"id": received.id, "replay": received.replay, "times": 1})
    await newest.keep_newest(tx, records, [_record(received) for received in amended])
    await newest.keep_newest(tx, aliases, [_alias(received) for received in amended])


def _record(received: Received[RecordAmended]) -> dict[str, Any]:
    return {**_key(received), "title": received.event.record.title}


def _alias(received: Received[RecordAmended]) -> dict[str, Any]:
    survivor = received.event.record.label
    return {**_key(received), "survivor": survivor, "merged": bool(survivor)}


def _key(received: Received[RecordAmended]) -> dict[str, Any]:
    return {
        "review_id": REVIEW,
        "record_id": received.event.record.record_id,
        "subject_version": received.subject_version,
    }


HANDLERS: Handlers = {RecordAmended: on_amended}
