"""A connection to RabbitMQ that is lost is opened anew, to publish on and to receive."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.engine import make_url

from shared.bus import Message
from shared.bus.rabbit import RabbitBus
from shared.http.problems import Unavailable
from shared.kernel.failures import wait_out
from tests.support import servers
from tests.support.kernel import Storage
from tests.support.proxy import a_wire

TOPOLOGY = {"search": frozenset(), "screening": frozenset({"search.record_added"})}


@asynccontextmanager
async def behind_a_wire(tmp_path):
    """A bus that reaches RabbitMQ through a proxy, and the proxy."""
    place = Storage("rabbit", tmp_path)
    broker = make_url(place.amqp)
    async with a_wire(broker.host, broker.port or 5672) as wire:
        url = f"amqp://guest:guest@127.0.0.1:{wire.port}/"
        bus = RabbitBus(url, prefix=place.prefix)
        await bus.connect()
        try:
            await bus.declare(TOPOLOGY)
            yield bus, wire
        finally:
            await bus.close()
    await place.clean()


async def publish(bus, id):
    """Publish one event, through outages."""
    message = Message(
        id=id, type="search.record_added", routing_key="search.record_added.v1.r", body=id.encode()
    )
    await wait_out("publish", lambda: bus.publish([message]))


async def test_a_broker_that_goes_away_before_the_first_consumer_is_waited_out(tmp_path):
    """It once ended the service: consuming began on the connection that had been lost."""
    async with behind_a_wire(tmp_path) as (bus, wire):
        wire.cut()
        wire.mend()
        arrived = asyncio.Queue()
        await bus.subscribe("screening", arrived.put)
        await publish(bus, "first")
        async with asyncio.timeout(30):
            assert b"first" in await arrived.get()


async def test_after_every_cut_events_are_published_and_received(tmp_path):
    async with behind_a_wire(tmp_path) as (bus, wire):
        arrived = asyncio.Queue()
        await bus.subscribe("screening", arrived.put)
        watching = asyncio.create_task(bus.watch())
        for number in range(5):
            wire.cut()
            wire.mend()
            await publish(bus, f"e{number}")
            async with asyncio.timeout(30):
                while f"e{number}".encode() not in await arrived.get():
                    pass  # what was confirmed too late comes a second time
        assert not watching.done(), "an outage is no failure of the bus"
        watching.cancel()


async def test_a_receiver_that_fails_is_told_and_started_again(tmp_path):
    async with behind_a_wire(tmp_path) as (bus, _):
        arrived, broken = asyncio.Queue(), [ZeroDivisionError("a fault of its own")]

        async def receive(bodies):
            if broken:
                raise broken.pop()
            await arrived.put(bodies)

        await bus.subscribe("screening", receive)
        await publish(bus, "first")
        async with asyncio.timeout(30):
            with pytest.raises(ZeroDivisionError):
                await bus.watch()
            watching = asyncio.create_task(bus.watch())
            assert await arrived.get() == [b"first"], "what was not acknowledged comes again"
        watching.cancel()


async def test_a_refused_login_is_one_clear_sentence():
    broker = make_url(servers.require_amqp())
    url = f"amqp://nobody:wrong@{broker.host}:{broker.port or 5672}/"
    with pytest.raises(Unavailable, match=r"refuses the login .*RETRODUCT_AMQP_URL"):
        await RabbitBus(url).connect()
