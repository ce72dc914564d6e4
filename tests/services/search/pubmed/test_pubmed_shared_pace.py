"""Copies of the search service respect NCBI's limit together: their pace is one row."""

import asyncio

import pytest
import pytest_asyncio

from services.search.app import SERVICE
from services.search.pacing.jobs import SharedPacer
from shared.kernel import migrations
from tests.support.kernel import Storage

HOST, RATE = "eutils.example", 100.0


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def copies(request, tmp_path):
    """Two copies of the service's database connection."""
    storage = Storage(request.param, tmp_path, kept=True)
    both = [storage.connect("search") for _ in range(2)]
    for db in both:
        await db.open()
        await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    yield both
    for db in both:
        await db.close()
    await storage.clean()


async def test_two_copies_are_given_sending_times_one_after_the_other(copies):
    loop, sent = asyncio.get_running_loop(), []
    pacers = [SharedPacer(db, HOST, RATE) for db in copies]

    async def send(pacer):
        await pacer.turn()
        sent.append(loop.time())

    started = loop.time()
    await asyncio.gather(*(send(pacers[n % 2]) for n in range(40)))
    assert sent[-1] - started >= 39 / RATE - 0.01


async def test_a_pause_that_ncbi_asks_of_one_copy_holds_the_other(copies):
    waits = []

    async def note(seconds):
        waits.append(seconds)

    one, other = (SharedPacer(db, HOST, RATE, note) for db in copies)
    await one.hold(30.0)
    await one.hold(5.0)
    await other.turn()
    await other.turn()
    assert waits == [pytest.approx(30.0, abs=2), pytest.approx(30.0, abs=2)]
    assert waits[1] > waits[0] - 1


async def test_hosts_are_paced_each_by_itself(copies):
    waits = []

    async def note(seconds):
        waits.append(seconds)

    one, other = copies
    await SharedPacer(one, HOST, RATE, note).hold(30.0)
    await SharedPacer(other, "api.other.example", RATE, note).turn()
    assert not waits
