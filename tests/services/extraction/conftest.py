"""An extraction service of its own for each test, on SQLite and on PostgreSQL."""

import pytest_asyncio

from tests.support.extraction import alone
from tests.support.kernel import Storage
from tests.support.schemas import DATABASES


@pytest_asyncio.fixture(params=DATABASES)
async def extraction(request, tmp_path):
    """The service alone, with a review of two stages and theory PT1 known."""
    storage = Storage(request.param, tmp_path, kept=True)
    async with alone(storage) as service:
        yield service
    await storage.clean()
