"""Fixtures that every test may use: real databases, and the whole system in one process."""

import gc
from collections import Counter

import hypothesis
import pytest
import pytest_asyncio

from shared.ops.process import COLLECT_AFTER, freeze_memory, release_memory
from shared.ops.settings import Settings
from tests.support import engines, histories, ranking, schemas, servers
from tests.support.apps import open_system
from tests.support.generated import examples

hypothesis.settings.register_profile("any machine", deadline=None, max_examples=examples(100))
hypothesis.settings.load_profile("any machine")

LONG_FILES = {
    "test_a_hidden_vote_changes_nothing",
    "test_backups",
    "test_browser_access",
    "test_browser_ahead",
    "test_browser_journey",
    "test_browser_keeping",
    "test_browser_screening",
    "test_catching_up",
    "test_distributed",
    "test_every_route",
    "test_everything_exchange",
    "test_failure_rules",
    "test_killed_loads",
    "test_living_year",
    "test_openapi_holds",
    "test_readme_session",
    "test_reco_demo",
    "test_reco_exchange",
    "test_relay_rules",
    "test_replay_rules",
    "test_schedules",
    "test_simulated_team",
    "test_two_copies",
}


@pytest.fixture(scope="session", autouse=True)
def kept_schemas():
    """What tests hand on to each other in PostgreSQL goes with the last of them."""
    yield
    schemas.remove_kept()


@pytest.fixture(scope="session", autouse=True)
def kept_ranking_processes():
    """Systems hand their ranking process on to the next one."""
    with ranking.lending_processes():
        yield


@pytest.fixture(scope="session", autouse=True)
def kept_services():
    """Systems hand on what is the same for each: statements, and the history of tables."""
    with engines.lending_engines(), histories.kept_histories():
        yield


@pytest_asyncio.fixture(params=schemas.DATABASES)
async def settings(request, tmp_path):
    """Settings of a system of its own."""
    if request.param == "sqlite":
        yield schemas.on_sqlite(tmp_path)
        return
    url = servers.require_database()
    prefix = schemas.kept_prefix()
    yield Settings(home=tmp_path, database_url=url, schema_prefix=prefix, local_owner=True)
    await schemas.give_back(url, prefix)


@pytest.fixture
def sqlite_settings(tmp_path):
    """Settings of a system of its own, on SQLite only."""
    return schemas.on_sqlite(tmp_path)


@pytest_asyncio.fixture
async def system(settings):
    """All services in one process, once on SQLite and once on PostgreSQL."""
    async with open_system(settings) as running:
        yield running


@pytest_asyncio.fixture
async def sqlite_system(sqlite_settings):
    """All services in one process, on SQLite."""
    async with open_system(sqlite_settings) as running:
        yield running


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The few long files first, so that no process ends on one alone; the rest as shuffled."""
    items.sort(key=lambda item: item.path.stem not in LONG_FILES)


def pytest_collection_finish():
    """Let the garbage collector look at what tests make only, as a serving process does."""
    gc.set_threshold(*COLLECT_AFTER)
    freeze_memory()


def pytest_sessionfinish():
    """Give back what was kept from the garbage collector, before the interpreter ends."""
    release_memory()


def pytest_terminal_summary(terminalreporter):
    """Say in the last lines what was skipped, and why."""
    reasons = Counter(
        str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        for report in terminalreporter.stats.get("skipped", [])
    )
    for reason, tests in sorted(reasons.items()):
        terminalreporter.write_line(f"{tests} skipped: {reason.removeprefix('Skipped: ')}")
