"""A database of a reader, once on SQLite and once on PostgreSQL."""

import pytest_asyncio

from tests.support.kernel import Storage


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def storage(request, tmp_path):
    """A place for databases."""
    place = Storage(request.param, tmp_path)
    yield place
    await place.clean()
