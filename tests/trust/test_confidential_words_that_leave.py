"""Confidential words leave in nothing that leaves: broker, webhooks, feed, backup, audit log, log.

The whole system runs with RabbitMQ as its bus; a queue of the test's own is bound to the exchange
beside those of the services, and a receiver of webhooks listens.
"""

import asyncio
import gzip
import json
import tarfile
from contextlib import asynccontextmanager
from uuid import uuid4

import aio_pika
import asyncpg
import pytest
import pytest_asyncio

from runtime import embedded
from runtime.backup.take import take_backup
from runtime.loading.progress import Silent
from shared.bus.rabbit import RabbitBus
from shared.ops.settings import SERVICES
from tests.support import servers
from tests.support.apps import open_system
from tests.support.people import member_head
from tests.support.receiver import receiving
from tests.support.web import listening, serving
from tests.trust.test_confidential_words import TOLD, WORDS, held, tell
from workbench.webhooks.adapters import Sender

pytestmark = pytest.mark.slow


class Broker:
    """RabbitMQ under a prefix of the test's own, and what went over its exchange."""

    def __init__(self, url):
        self.url, self.prefix, self.bodies = url, f"c{uuid4().hex[:10]}", []
        self.buses = []

    def bus(self):
        """A bus for all services of one process, which logs in when it is declared."""
        broker = self

        class Bus(RabbitBus):
            async def declare(self, topology):
                await self.connect()
                await super().declare(topology)
                await broker.listen()

        self.buses.append(Bus(self.url, prefix=self.prefix))
        return self.buses[-1]

    async def listen(self):
        """Bind a queue of one's own to everything that is published."""
        self.connection = await aio_pika.connect(self.url, timeout=30)
        channel = await self.connection.channel()
        exchange = await channel.get_exchange(f"{self.prefix}.events.v1")
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(exchange, routing_key="#")

        async def keep(message):
            self.bodies.append(message.body.decode())

        await queue.consume(keep, no_ack=True)

    async def clean(self):
        """Let go of every connection, and remove what was declared."""
        for bus in self.buses:
            await bus.close()
        await self.connection.close()
        await servers.delete_queues(self.url, self.prefix, SERVICES)


@pytest_asyncio.fixture
async def broker(monkeypatch):
    monkeypatch.setattr("shared.bus.connection.HEARTBEAT", 600)  # five services open in one loop
    found = Broker(servers.require_amqp())
    monkeypatch.setattr(embedded, "MemoryBus", found.bus)
    yield found
    await found.clean()


@asynccontextmanager
async def told_of(system, client):
    """What a receiver of webhooks and a reader of the feed are told of a review, as texts."""
    workbench = system.services["workbench"]
    workbench.settings.webhook_private = True
    workbench.context.resources.sender = Sender(now=workbench.db.clock.now, private=True)
    async with receiving() as receiver:
        review = {"id": "rev", "title": "T", "stages": [{"name": "x", "from": None}]}
        (await client.post("/api/reviews", json=review)).raise_for_status()
        made = await client.post("/api/reviews/rev/webhooks", json={"url": receiver.url})
        made.raise_for_status()
        yield receiver


async def delivered(client):
    """Wait until nothing waits for a receiver any more."""
    async with asyncio.timeout(120):
        while True:
            (hook,) = (await client.get("/api/reviews/rev/webhooks")).json()["items"]
            if not hook["waiting"]:
                return
            await asyncio.sleep(0.05)


async def heard(system, head):
    """Every message of the feed that a reader is sent over a real connection."""
    path = "/api/reviews/rev/event-counts"
    async with system.client(headers=head) as client:
        count = sum((await client.get(path)).json().values())
    token = head["authorization"].removeprefix("Bearer ")
    async with serving(system.app) as url, listening(url, "rev", after=0, token=token) as reading:
        return [json.dumps(one) for one in await reading.messages(count)]


def unpacked(path):
    """Each file of a backup, without its compression."""
    with tarfile.open(path) as archive:
        for entry in archive.getmembers():
            data = archive.extractfile(entry).read() if entry.isfile() else b""
            yield entry.name, gzip.decompress(data) if entry.name.endswith(".gz") else data


async def rows(settings):
    """Every row of every table in PostgreSQL."""
    connection = await asyncpg.connect(settings.database_url, timeout=30)
    try:
        tables = await connection.fetch(
            "SELECT schemaname, tablename FROM pg_tables WHERE starts_with(schemaname, $1)",
            settings.schema_prefix,
        )
        for schema, table in tables:
            found = await connection.fetch(f'SELECT t::text FROM "{schema}"."{table}" t')
            yield f"{schema}.{table}", "\n".join(one[0] for one in found)
    finally:
        await connection.close()


async def left(system, client, settings, target):
    """Every text that a system with a told review gives to readers, owners and backups."""
    reader = await member_head(system, "rev", "reader", "reader")
    await system.drain()
    for message in await heard(system, reader):
        yield "feed", message
    for name in ("audit", "audit.csv"):
        answer = await client.get(f"/api/reviews/rev/{name}", params={"limit": 1000})
        assert "document_added" in answer.text
        yield name, answer.text
    await take_backup(settings, target, Silent())
    saved = dict(unpacked(target))
    assert any(b"kept" in data for data in saved.values())
    for name, data in saved.items():
        yield name, data.decode("latin-1")
    if settings.database_url:
        async for table, text in rows(settings):
            yield table, text


async def test_no_confidential_word_leaves(settings, broker, tmp_path, capfd):
    async with open_system(settings) as system, system.client() as client:
        async with told_of(system, client) as receiver:
            await tell(system, client)
            await delivered(client)
        texts = [one async for one in left(system, client, settings, tmp_path / "saved.tar")]
    assert len(receiver.got) > 10
    assert any("fragment_coded" in body for body in broker.bodies)
    texts += [("webhook", body) for _, body in receiver.got]
    texts += [("message", body) for body in broker.bodies]
    said = capfd.readouterr()
    texts += [("log", said.out + said.err)]
    closed = {name: word for name, word in WORDS.items() if name not in TOLD}
    assert [(where, held(text, closed)) for where, text in texts if held(text, closed)] == []
