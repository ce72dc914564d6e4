"""Applications that are built once in a process and lent to one running system after another.

FastAPI takes a tenth of a second to look through the routes of a service, and most tests
send two requests. The application is the real one: only what its routes reach is exchanged.
"""

from contextlib import asynccontextmanager, contextmanager

from runtime import embedded
from shared.http.application import build_app
from tests.support import schemas

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
        async with embedded.open_system(settings, clock, build=build) as running:
            yield running
