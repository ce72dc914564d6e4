"""A screening service of its own for each test, on SQLite and on PostgreSQL."""

import pytest_asyncio

from tests.services.screening.screening_team import alone
from tests.support.kernel import Storage
from tests.support.schemas import DATABASES


@pytest_asyncio.fixture(params=DATABASES)
async def team(request, tmp_path):
    """The service alone, with a dually screened first stage and three records."""
    storage = Storage(request.param, tmp_path, kept=True)
    async with alone(storage) as found:
        yield found
    await storage.clean()


@pytest_asyncio.fixture(params=DATABASES)
async def storage(request, tmp_path):
    """A storage for tests that open the service themselves."""
    place = Storage(request.param, tmp_path, kept=True)
    yield place
    await place.clean()


@pytest_asyncio.fixture
async def sqlite_storage(tmp_path):
    """A SQLite storage, for what is long enough once."""
    return Storage("sqlite", tmp_path, kept=True)


@pytest_asyncio.fixture
async def rabbit_storage(tmp_path):
    """PostgreSQL and RabbitMQ."""
    place = Storage("rabbit", tmp_path)
    yield place
    await place.clean()
