"""A synthesis service of its own for each test, on SQLite and on PostgreSQL."""

import pytest_asyncio

from tests.support.kernel import Storage
from tests.support.schemas import DATABASES
from tests.support.synthesis import alone


@pytest_asyncio.fixture(params=DATABASES)
async def synthesis(request, tmp_path):
    """The service alone, with a review of two stages known."""
    storage = Storage(request.param, tmp_path, kept=True)
    async with alone(storage) as service:
        yield service
    await storage.clean()
