"""Fixtures that every test may use: real databases, and the whole system in one process."""

from collections import Counter
from uuid import uuid4

import pytest
import pytest_asyncio

from runtime import embedded
from shared.settings import Settings
from tests.support import servers


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def settings(request, tmp_path):
    """Settings of a system of its own: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield Settings(home=tmp_path, sqlite_synchronous="NORMAL")
        return
    url = servers.require_database()
    prefix = f"t{uuid4().hex[:10]}_"
    yield Settings(home=tmp_path, database_url=url, schema_prefix=prefix)
    await servers.drop_schemas(url, prefix)


@pytest.fixture
def sqlite_settings(tmp_path):
    """Settings of a system of its own, on SQLite only."""
    return Settings(home=tmp_path, sqlite_synchronous="NORMAL")


@pytest_asyncio.fixture
async def system(settings):
    """All services in one process, once on SQLite and once on PostgreSQL."""
    async with embedded.open_system(settings) as running:
        yield running


@pytest_asyncio.fixture
async def sqlite_system(sqlite_settings):
    """All services in one process, on SQLite."""
    async with embedded.open_system(sqlite_settings) as running:
        yield running


def pytest_terminal_summary(terminalreporter):
    """Say in the last lines what was skipped, and why."""
    reasons = Counter(
        str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        for report in terminalreporter.stats.get("skipped", [])
    )
    for reason, tests in sorted(reasons.items()):
        terminalreporter.write_line(f"{tests} skipped: {reason.removeprefix('Skipped: ')}")
