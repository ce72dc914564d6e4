"""A service, described once, runnable in one process or on its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from sqlalchemy import MetaData

from shared.bus import Bus
from shared.clock import Clock
from shared.db import Database
from shared.events import Event, type_name
from shared.events.kernel import ReplayRequested
from shared.kernel import inbox, migrations, replay, scrub
from shared.kernel.inbox import Handler
from shared.kernel.job_worker import JobFunction, JobWorker
from shared.kernel.leader import Leadership, leadership
from shared.kernel.relay import ReplayRange, relay
from shared.kernel.tx import Tx
from shared.kernel.worker import Wakeup, an_hour, forever, receive, supervise, work
from shared.ops.backlog import Backlog, backlog
from shared.ops.settings import Settings
from shared.ops.telemetry import log


@dataclass(slots=True, kw_only=True)
class Context:
    """What jobs and routes of a service may use."""

    service: str
    db: Database
    bus: Bus
    settings: Settings
    clock: Clock
    resources: Any = None
    peers: Any = None


Resources = Callable[[Settings, Database], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What `app.py` of every service declares: the wiring, as a table.

    `migrations` is the folder of its Alembic history; without one the tables are
    made as they are (a service of tests or benchmarks).
    """

    name: str
    tables: MetaData
    migrations: Path | None = None
    on: Mapping[type[Event], Handler]
    jobs: Mapping[str, JobFunction] = field(default_factory=dict)
    routes: Callable[[Context], APIRouter] | None = None
    pages: Callable[[Context], APIRouter] | None = None
    resources: Resources | None = None
    schedules: Callable[[Context], Awaitable[None]] | None = None

    def handlers(self) -> dict[type[Event], Handler]:
        """Own handlers and the kernel's."""
        return {**self.on, ReplayRequested: replay.on_replay_requested}

    def subscriptions(self) -> frozenset[str]:
        """The types whose events this service wants."""
        return frozenset(type_name(cls) for cls in self.handlers())


@asynccontextmanager
async def nothing(_settings: Settings, _db: Database) -> AsyncIterator[None]:
    """Resources of a service that needs none."""
    yield None


class Running:
    """A service joined to its database and a bus."""

    def __init__(self, service: Service, db: Database, bus: Bus, settings: Settings) -> None:
        self.service = service
        self.db = db
        self.bus = bus
        self.settings = settings
        self.health: dict[str, str] = {}
        self.context = Context(
            service=service.name, db=db, bus=bus, settings=settings, clock=db.clock
        )
        self._handlers = service.handlers()
        self._jobs: dict[str, JobFunction] = {
            **service.jobs,
            replay.JOB: replay.send_again,
            scrub.JOB: scrub.scrub,
        }
        self._relay_wakeup, self._inbox_wakeup, self._job_wakeup = Wakeup(), Wakeup(), Wakeup()
        self._leadership: Leadership = leadership(db)
        self._stack = AsyncExitStack()
        self._announcing: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Connect, migrate, let parked events go on, and ask for missing history."""
        await self.db.open()
        self._stack.push_async_callback(self.db.close)
        await migrations.upgrade(self.db, self.service.tables, self.service.migrations)
        self.db.commit_hooks.append(self._notify)
        resources = self.service.resources or nothing
        self.context.resources = await self._stack.enter_async_context(
            resources(self.settings, self.db)
        )
        await self.db.write(self._wake_up)

    async def _wake_up(self, tx: Tx) -> None:
        await inbox.resume_parked(tx)
        new = await inbox.new_subscriptions(tx, list(self._handlers))
        if not new:
            return
        again = await inbox.received_before(tx, new)
        await self._ask_for_history(tx, [name for name in new if name not in again], 0)
        await self._ask_for_history(tx, sorted(again), await inbox.next_replay(tx))

    async def _ask_for_history(self, tx: Tx, types: Sequence[str], number: int) -> None:
        """Ask the publishers for events; of types received before under a new replay number.

        Such a subscription was taken away, by a migration that wants the history anew: the
        inbox would drop it as second copies.
        """
        for publisher, some in replay.missing_publishers(types).items():
            if publisher == self.service.name:
                await replay.ask(tx, ReplayRange(to=publisher, types=some, number=number))
            else:
                tx.emit(
                    ReplayRequested(
                        review_id="*",
                        publisher=publisher,
                        to=self.service.name,
                        types=some,
                        number=number,
                    )
                )

    async def run(self, *, restarts: int = 0) -> None:
        """Receive, relay, handle and work until cancelled; ends only by an error.

        `restarts` is how often a dead loop is started again (embedded: 5).
        """
        await self.bus.subscribe(self.service.name, self._receive)
        if self.service.schedules is not None:
            await self.service.schedules(self.context)
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "relay": lambda: forever("relay", self._relay_round, self._relay_wakeup),
            "bus": self.bus.watch,
            "jobs": self._do_jobs,
            "housekeeping": lambda: forever(
                "housekeeping", self._housekeeping_round, Wakeup(), an_hour
            ),
        }
        for n in range(self.settings.workers if self.db.dialect == "postgresql" else 1):
            loops[f"inbox-{n}"] = lambda: forever("inbox", self._inbox_round, self._inbox_wakeup)
        async with asyncio.TaskGroup() as group:
            for name, loop in loops.items():
                group.create_task(
                    supervise(
                        f"{self.service.name}.{name}", loop, restarts=restarts, health=self.health
                    )
                )

    async def close(self) -> None:
        """Let go of everything; what is in the tables goes on after the next start."""
        await self._leadership.release()
        await self._stack.aclose()

    async def backlog(self) -> Backlog:
        """How much waits, and what has been published and received."""
        return await self.db.read(lambda tx: backlog(tx, self.service.subscriptions()))

    def is_ready(self) -> bool:
        """Whether every loop lives."""
        return not self.health

    async def _receive(self, bodies: Any) -> None:
        """Store messages; in SQLite, whose one writer would handle them next, also handle them."""
        handlers = self._handlers if self.db.dialect == "sqlite" else None
        if await receive(self.db, bodies, handlers):
            self._inbox_wakeup.notify()

    async def _relay_round(self) -> bool:
        if not await self._leadership.still_holds():
            await self._leadership.acquire(self._relay_wakeup.notify)
            log.debug("leads", service=self.service.name)
        return await relay(self.db, self.bus) > 0

    async def _inbox_round(self) -> bool:
        return await work(self.db, self._handlers) > 0

    async def _do_jobs(self) -> None:
        worker = JobWorker(
            self.db,
            self._jobs,
            self.context,
            at_once=self.settings.job_workers,
            wakeup=self._job_wakeup,
        )
        await worker.run()

    async def _housekeeping_round(self) -> bool:
        await self.db.write(lambda tx: inbox.forget_old(tx, self.settings.inbox_days))
        return False

    def _notify(self, events: bool, work: bool) -> None:
        if events:
            self._relay_wakeup.notify()
            if not self._leadership.holds():
                self._announcing = asyncio.ensure_future(self._leadership.announce())
        if work:
            self._job_wakeup.notify()
