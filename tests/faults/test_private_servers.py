"""Servers that restart, stall or starve lose nothing of what was said, and double nothing."""

import asyncio
import tempfile
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from shared.bus import Message
from shared.bus.rabbit import RabbitBus
from shared.kernel.failures import Unreachable, wait_out
from tests.faults.speaking import come_to_rest, insist, speaking
from tests.support.kernel import Storage, times
from tests.support.private_servers import (
    PrivatePostgres,
    PrivateRabbit,
    require_private_servers,
)
from tests.support.proxy import a_wire

pytestmark = pytest.mark.slow
COUNT = 60
RECORDS = [f"r{n}" for n in range(COUNT)]


def started(kind):
    """A server of this kind that runs, in a temporary folder."""
    require_private_servers()
    with tempfile.TemporaryDirectory() as home:
        server = kind(Path(home))
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def postgres():
    yield from started(PrivatePostgres)


@pytest.fixture
def rabbit():
    yield from started(PrivateRabbit)


@pytest_asyncio.fixture
async def storage(tmp_path):
    place = Storage("rabbit", tmp_path)
    database, amqp = place.database, place.amqp
    yield place
    place.database, place.amqp = database, amqp
    await place.clean()


async def say_all_during(storage, disturb):
    """Say every record while `disturb` happens; how often each was handled."""
    async with speaking(storage) as two:
        for id in RECORDS[:20]:
            await insist(two.publisher.db, id)
        disturbing = asyncio.create_task(disturb())
        for id in RECORDS[20:]:
            await insist(two.publisher.db, id, tries=3000)
            await asyncio.sleep(0.02)
        await disturbing
        await come_to_rest(two, 120)
        return await two.reader.db.read(times)


async def test_a_broker_that_is_killed_and_started_again_loses_and_doubles_nothing(storage, rabbit):
    storage.amqp = rabbit.url

    async def kill():
        # A quorum queue that is younger than its node's last write of its directory is lost
        # with it; RabbitMQ writes that twice a second.
        await asyncio.sleep(2)
        await asyncio.to_thread(rabbit.restart)

    handled = await say_all_during(storage, kill)
    assert handled == dict.fromkeys(RECORDS, 1)


async def test_a_broker_with_a_memory_alarm_holds_events_back_and_loses_none(storage, rabbit):
    storage.amqp = rabbit.url

    async def starve():
        await asyncio.to_thread(rabbit.control, "set_vm_memory_high_watermark", "0.000001")
        await asyncio.sleep(3)
        await asyncio.to_thread(rabbit.control, "set_vm_memory_high_watermark", "0.4")

    assert await say_all_during(storage, starve) == dict.fromkeys(RECORDS, 1)


async def test_a_database_that_is_restarted_loses_and_doubles_nothing(storage, postgres):
    storage.database = postgres.url

    async def restart_twice():
        await asyncio.to_thread(postgres.restart)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(postgres.restart)

    assert await say_all_during(storage, restart_twice) == dict.fromkeys(RECORDS, 1)


async def test_a_broker_behind_a_black_hole_is_waited_out(storage):
    broker = make_url(storage.amqp)
    async with a_wire(broker.host, broker.port or 5672) as wire:
        storage.amqp = f"amqp://guest:guest@127.0.0.1:{wire.port}/"

        async def swallow():
            wire.swallow()
            await asyncio.sleep(13)  # longer than a publish waits for its confirm
            wire.flow()

        handled = await say_all_during(storage, swallow)
    assert handled == dict.fromkeys(RECORDS, 1)


async def test_a_message_of_129_mb_is_refused_and_the_bus_goes_on(storage):
    """RabbitMQ takes 128 MB at most; an event is refused at 256 KB, long before."""
    bus = RabbitBus(storage.amqp, prefix=storage.prefix)
    await bus.connect()
    arrived = asyncio.Queue()
    try:
        await bus.declare({"search": frozenset(), "screening": frozenset({"search.record_added"})})
        await bus.subscribe("screening", arrived.put)
        with pytest.raises(Unreachable):
            await bus.publish([a_message("big", b"x" * (129 * 1024 * 1024))])
        await wait_out("publish", lambda: bus.publish([a_message("small", b"{}")]))
        async with asyncio.timeout(60):
            assert await arrived.get() == [b"{}"]
    finally:
        await bus.close()


def a_message(id, body):
    """A message of a type that somebody wants."""
    return Message(
        id=id, type="search.record_added", routing_key="search.record_added.v1.r", body=body
    )
