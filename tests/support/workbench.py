"""Workbench alone on a real database: events are handed to it, people ask it."""

from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import count

import httpx

from runtime.standing import LocalStanding
from shared.bus.memory import MemoryBus
from shared.http.auth import Principal
from shared.kernel.service import Running
from tests.support.apps import lending
from tests.support.people import TellingAuthenticator
from tests.support.versions import Versions
from workbench.app import SERVICE

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
SECRET = "a secret that is long enough for HS256 in tests"


class Bench:
    """The running workbench, its application, and what it hears."""

    def __init__(self, running, build):
        self.running = running
        self.db = running.db
        standing = LocalStanding(running.db)
        self.authenticator = TellingAuthenticator(SECRET, local_owner=True, otherwise=standing)
        self.app = build([running], self.authenticator)
        self.ids = count(1)
        self.versions = Versions()

    def client(self, **headers):
        """An HTTP client: the local owner's, unless the headers say who asks."""
        transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 0))
        return httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers=headers, timeout=60
        )

    def token(self, person, **roles):
        """An Authorization header for a person with roles by review."""
        principal = Principal(person, {review: frozenset(r) for review, r in roles.items()})
        signed = self.authenticator.sign(principal, datetime.now(UTC))
        return {"authorization": f"Bearer {signed}"}

    async def open(self, *reviews):
        """Open reviews as the local owner."""
        async with self.client() as client:
            for review in reviews:
                (await client.post("/api/reviews", json=review)).raise_for_status()

    async def hear(self, *events, version=None, replay=0, ids=None):
        """Hand events of one type to their handler as one batch."""
        named = ids or [f"e{next(self.ids)}" for _ in events]
        batch = [
            self.versions.received(event, version, id=id, time=NOON, replay=replay)
            for id, event in zip(named, events, strict=True)
        ]
        handler = SERVICE.on[type(events[0])]
        await self.db.write(lambda tx: handler(batch, tx))


@asynccontextmanager
async def bench(storage):
    """Workbench alone over a storage, without any loop of its own."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(storage.clean)
        running = Running(SERVICE, storage.connect("workbench"), MemoryBus(), storage.settings())
        stack.push_async_callback(running.close)
        await running.open()
        await SERVICE.schedules(running.context)
        yield Bench(running, stack.enter_context(lending()))
