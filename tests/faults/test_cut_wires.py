"""A connection that is cut loses nothing and doubles nothing."""

import asyncio

import pytest_asyncio
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from tests.support.kernel import Storage, a_record, pair, say, times
from tests.support.proxy import a_wire


@pytest_asyncio.fixture
async def storage(tmp_path):
    place = Storage("rabbit", tmp_path)
    database, amqp = place.database, place.amqp
    yield place
    place.database, place.amqp = database, amqp
    await place.clean()


async def speak(two, count, wire, cuts):
    """Say `count` events while the wire is cut now and then."""
    for n in range(count):
        await two.publisher.db.write(say(a_record(f"r{n}")))
        if n in cuts:
            wire.cut()
            await asyncio.sleep(0.3)
            wire.mend()


async def test_a_cut_to_rabbitmq_loses_nothing_and_doubles_nothing(storage):
    broker = make_url(storage.amqp)
    async with a_wire(broker.host, broker.port or 5672) as wire:
        storage.amqp = storage.amqp.replace(
            f"{broker.host}:{broker.port or 5672}", f"127.0.0.1:{wire.port}"
        )
        async with pair(storage, start=True) as two:
            await speak(two, 300, wire, {50, 150, 250})
            await two.settle(60)
            found = await two.reader.db.read(times)
        assert wire.connections >= 2
    assert found == {f"r{n}": 1 for n in range(300)}


async def test_a_cut_to_postgresql_loses_nothing_and_doubles_nothing(storage):
    database = make_url(storage.database)
    async with a_wire(database.host, database.port or 5432) as wire:
        storage.database = str(
            database.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
        )
        async with pair(storage, start=True) as two:
            said = []
            for n in range(200):
                try:
                    await two.publisher.db.write(say(a_record(f"r{n}")))
                    said.append(f"r{n}")
                except (DBAPIError, OSError):
                    pass  # a commit whose answer was cut may be there or not
                if n in {40, 120}:
                    wire.cut()
                    await asyncio.sleep(0.2)
                    wire.mend()
            await two.settle(60)
            found = await two.reader.db.read(times)
    assert set(said) <= set(found)
    assert set(found.values()) == {1}
    assert len(said) >= 190
