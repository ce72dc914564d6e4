"""Applications that are built once in a process and lent to one running system after another.

FastAPI takes a tenth of a second to look through the routes of a service, and most tests
send two requests. The application is the real one: only what its routes reach is exchanged.
"""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress

from runtime import embedded
from shared import db
from shared.bus.memory import MemoryBus
from shared.http.application import build_app, prepare_routes
from shared.kernel.service import Running
from tests.support import schemas
from tests.support.people import TellingAuthenticator

SECRET = "a secret that is long enough for HS256 in tests"

_free: dict[tuple, list] = {}


class _Stand:
    """Stands where routes look for something, and passes on to what it is: `to`."""

    def __init__(self):
        self.to = None

    def __getattr__(self, name):
        return getattr(self.to, name)


class _Application:
    """One application over stand-ins of a service's `Running` and its context."""

    def __init__(self, declared, authenticator):
        self.stands = []
        for service in declared:
            stand = _Stand()
            stand.service, stand.context = service, _Stand()
            self.stands.append(stand)
        self.app = build_app(self.stands, authenticator)
        prepare_routes(self.app)

    def lend(self, runnings, authenticator):
        """Let the routes reach these services."""
        for stand, running in zip(self.stands, runnings, strict=True):
            stand.to, stand.context.to = running, running.context
        self.app.state.authenticator = authenticator
        self.app.state.runnings = {running.service.name: running for running in runnings}

    def take_back(self):
        """Let the routes reach nothing."""
        for stand in self.stands:
            stand.to = stand.context.to = None


@contextmanager
def lending():
    """Yields a `build_app` whose applications are taken back at the end."""
    lent = []

    def build(runnings, authenticator):
        key = tuple(id(running.service) for running in runnings)
        shelf = _free.setdefault(key, [])
        declared = [running.service for running in runnings]
        application = shelf.pop() if shelf else _Application(declared, authenticator)
        application.lend(runnings, authenticator)
        lent.append((shelf, application))
        return application.app

    try:
        yield build
    finally:
        for shelf, application in lent:
            application.take_back()
            shelf.append(application)


@asynccontextmanager
async def open_system(settings, clock=None):
    """All services in one process, with a lent application; on SQLite its tables are made."""
    if settings.database_url is None:
        schemas.put_files(settings.home)
    with lending() as build:
        async with embedded.open_system(settings, clock, build=build, prepared=False) as running:
            yield running


@asynccontextmanager
async def open_alone(service, settings, clock=None):
    """One service with all its loops, to which the others say nothing; the rest as a system's."""
    settings.home.mkdir(parents=True, exist_ok=True)
    if settings.database_url is None:
        schemas.put_file(settings.home, service.name)
    async with AsyncExitStack() as stack:
        bus = MemoryBus()
        await bus.declare({service.name: service.subscriptions()})
        database = db.connect(
            settings.url_of(service.name),
            service=service.name,
            schema=settings.schema_of(service.name),
            clock=clock,
            synchronous=settings.sqlite_synchronous,
        )
        running = Running(service, database, bus, settings)
        stack.push_async_callback(running.close)
        await running.open()
        build = stack.enter_context(lending())
        app = build([running], TellingAuthenticator(SECRET, local_owner=True))
        stack.push_async_callback(_end, asyncio.create_task(running.run(), name=service.name))
        yield embedded.System({service.name: running}, app, settings)


async def _end(loops):
    """Cancel what runs; raises what it has ended by."""
    loops.cancel()
    with suppress(asyncio.CancelledError):
        await loops
