"""Everything in one process: all services in one event loop, on SQLite by default."""

import asyncio
import fcntl
import importlib.util
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from runtime.browser_backups import BrowserBackups
from runtime.browser_bundles import BrowserBundles
from runtime.catalogue import services, topology
from runtime.peers import InProcessPeers, SignedFor
from runtime.standing import LocalStanding
from shared import db
from shared.bus.memory import MemoryBus
from shared.clock import Clock, SystemClock
from shared.http.application import build_app, prepare_routes
from shared.http.auth import IN_PROCESS, Authenticator, Principal, check_secret, loops_back
from shared.http.problems import Unavailable
from shared.kernel.service import Running
from shared.ops import failpoints
from shared.ops.backlog import Backlog, unsettled
from shared.ops.process import freeze_memory, share_process
from shared.ops.secret_file import kept_secret
from shared.ops.settings import Settings

RESTARTS = 5
BASE = "http://127.0.0.1"

Builder = Callable[[Sequence[Running], Authenticator], FastAPI]


def in_process(app: FastAPI, **more: Any) -> httpx.AsyncClient:
    """An HTTP client that calls an application without a network, and is nobody by itself."""
    _know_that_missing("sniffio")
    transport = httpx.ASGITransport(app=app, client=(IN_PROCESS, 0))
    return httpx.AsyncClient(transport=transport, base_url=BASE, timeout=600, **more)


def _know_that_missing(module: str) -> None:
    """Have an import of a module that is not installed fail at once.

    At each request without a network httpx imports `sniffio`, and Python would look for it on
    every path each time, which takes a tenth as long as the request.
    """
    if importlib.util.find_spec(module) is None:
        sys.modules[module] = None  # type: ignore[assignment]


class System:
    """The running services, the application in front of them, and clients of it."""

    def __init__(self, runnings: Mapping[str, Running], app: FastAPI, settings: Settings) -> None:
        self.services = runnings
        self.app = app
        self.settings = settings
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def client(self, *, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        """An HTTP client in process: the local owner's, unless the headers name somebody."""
        return in_process(self.app, headers=headers or {}, auth=SignedFor(self.authenticator))

    def client_as(self, person: Principal) -> httpx.AsyncClient:
        """An HTTP client in process that is a person."""
        return in_process(self.app, auth=SignedFor(self.authenticator, person))

    @property
    def authenticator(self) -> Authenticator:
        """What signs and verifies tokens here."""
        found: Authenticator = self.app.state.authenticator
        return found

    async def settled(self) -> bool:
        """Whether every outbox, inbox and dirty set is empty, at two looks one after the other.

        Services are looked at in turn: a request for history that one sends just then reaches
        another that was looked at before, and is counted for neither.
        """
        return await self._seems_settled() and await self._seems_settled()

    async def _seems_settled(self) -> bool:
        """Whether one look finds nothing that moves; looks no further than needed."""
        found: list[Backlog] = []
        for running in self.services.values():
            found.append(await running.backlog())
            if unsettled(found[-1:]):
                return False
        return not unsettled(found)

    async def drain(self, seconds: float = 60.0) -> None:
        """Wait until nothing moves; raises `TimeoutError` saying what still does."""
        try:
            async with asyncio.timeout(seconds):
                pause = 0.01
                while not await self.settled():
                    await asyncio.sleep(pause)
                    pause = min(0.2, 1.2 * pause)  # looking costs five services' figures
        except TimeoutError:
            left = unsettled([await r.backlog() for r in self.services.values()])
            raise TimeoutError(f"after {seconds:g} s still moving: {dict(left)}") from None


@asynccontextmanager
async def open_system(
    settings: Settings,
    clock: Clock | None = None,
    *,
    build: Builder = build_app,
    prepared: bool = True,
) -> AsyncIterator[System]:
    """Start every service, and stop them all at the end.

    `build` puts an application in front of the services, whose routes are all `prepared` unless
    only a few are to be asked. Raises `Unavailable` when another process holds the home folder,
    or a database refuses the login.
    """
    failpoints.arm(settings.failpoints, host=settings.host)
    share_process()
    async with AsyncExitStack() as stack:
        settings.home.mkdir(parents=True, exist_ok=True)
        stack.enter_context(only_process(settings.home))
        system = await _assemble(settings, clock or SystemClock(), build, stack)
        if prepared:
            prepare_routes(system.app)
        peers = InProcessPeers(system.services, in_process(system.app))
        stack.push_async_callback(peers.client.aclose)
        peers.bundles = BrowserBundles(settings.home, system.client_as)
        peers.backups = BrowserBackups(settings)
        for running in system.services.values():
            running.context.peers = peers
        freeze_memory()
        tasks = asyncio.create_task(_run_all(system), name="services")
        try:
            yield system
        finally:
            tasks.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await tasks


async def _assemble(
    settings: Settings, clock: Clock, build: Builder, stack: AsyncExitStack
) -> System:
    bus = MemoryBus()
    await bus.declare(topology())
    runnings: dict[str, Running] = {}
    for name, service in services().items():
        database = db.connect(
            settings.url_of(name),
            service=name,
            schema=settings.schema_of(name),
            clock=clock,
            synchronous=settings.sqlite_synchronous,
        )
        running = Running(service, database, bus, settings)
        stack.push_async_callback(running.close)
        await running.open()
        runnings[name] = running
    local_owner = settings.local_owner is True and loops_back(settings.host)
    standing = LocalStanding(runnings["workbench"].db)
    authenticator = Authenticator(secret_of(settings), local_owner=local_owner, standing=standing)
    return System(runnings, build(list(runnings.values()), authenticator), settings)


async def _run_all(system: System) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for running in system.services.values():
                group.create_task(running.run(restarts=RESTARTS))
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        if not system.failed.done():
            system.failed.set_exception(error)
            system.failed.exception()
        raise


def secret_of(settings: Settings) -> str:
    """The signing key: from the settings, else made once under the home folder.

    Raises `Invalid` for a short one.
    """
    if settings.secret is not None:
        check_secret(settings.secret.get_secret_value())
        return settings.secret.get_secret_value()
    return kept_secret(settings.home / "secret", lambda: secrets.token_urlsafe(48))


@contextmanager
def only_process(home: Path) -> Iterator[None]:
    """Hold the home folder; two embedded processes on one would fight."""
    with (home / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                f"Another Retroduct runs on '{home}'; use it (--url), stop it, "
                "or set RETRODUCT_HOME to another folder"
            ) from None
        yield
