"""Workbench of its own for each test, on SQLite and on PostgreSQL."""

import pytest_asyncio

from tests.support.kernel import Storage
from tests.support.schemas import DATABASES
from tests.support.workbench import bench


@pytest_asyncio.fixture(params=DATABASES)
async def alone(request, tmp_path):
    """Workbench alone, on both databases."""
    async with bench(Storage(request.param, tmp_path, kept=True)) as found:
        yield found


@pytest_asyncio.fixture
async def sqlite_alone(tmp_path):
    """Workbench alone, on SQLite."""
    async with bench(Storage("sqlite", tmp_path, kept=True)) as found:
        yield found
