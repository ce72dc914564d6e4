"""The kernel's rules hold on every storage and every bus."""

import pytest
import pytest_asyncio

from tests.support.kernel import Storage, pair


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def storage(request, tmp_path):
    """A place for databases, once on SQLite and once on PostgreSQL."""
    place = Storage(request.param, tmp_path)
    yield place
    await place.clean()


@pytest_asyncio.fixture(params=["sqlite", "postgres", "rabbit"])
async def anywhere(request, tmp_path):
    """SQLite, PostgreSQL in process, and PostgreSQL with RabbitMQ."""
    place = Storage(request.param, tmp_path)
    yield place
    await place.clean()


@pytest_asyncio.fixture
async def postgres(tmp_path):
    """PostgreSQL only."""
    place = Storage("postgres", tmp_path)
    yield place
    await place.clean()


@pytest_asyncio.fixture
async def rabbit(tmp_path):
    """PostgreSQL and RabbitMQ."""
    place = Storage("rabbit", tmp_path)
    yield place
    await place.clean()


@pytest_asyncio.fixture
async def two(storage):
    """A publisher and a reader whose loops do not run yet."""
    async with pair(storage) as both:
        yield both


@pytest.fixture
def any_kind(anywhere):
    """Alias that reads well in tests of whole journeys."""
    return anywhere
