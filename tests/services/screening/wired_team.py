"""The team with RabbitMQ between it and the rest of the system, and a listener on the wire."""

import asyncio

from services.screening.app import SERVICE
from shared.bus import Message
from shared.events.base import registered, type_name
from shared.kernel import envelope
from shared.kernel.relay import relay
from shared.kernel.worker import work
from tests.services.screening.screening_team import Team


class WiredTeam(Team):
    """What it hears comes by RabbitMQ; what it says is relayed and read off the wire again."""

    async def join(self, bus):
        """Declare the queues: the service's own, and that of a peer that wants all it says."""
        self.bus, self.arrived, self.carried = bus, 0, []
        self.moved = asyncio.Condition()
        self.says = frozenset(
            type_name(c) for c in registered().values() if c.SERVICE == "screening"
        )
        await bus.declare({"screening": SERVICE.subscriptions(), "search": self.says})
        await bus.subscribe("screening", self._receive)
        await bus.subscribe("search", self._listen)

    async def _receive(self, bodies):
        await self.running._receive(bodies)
        async with self.moved:
            self.arrived += len(bodies)
            self.moved.notify_all()

    async def _listen(self, bodies):
        async with self.moved:
            self.carried += bodies
            self.moved.notify_all()

    async def _until(self, holds):
        async with asyncio.timeout(60), self.moved:
            await self.moved.wait_for(holds)

    async def hear(self, *events, version=None):
        """Publish events, and handle them once they have arrived."""
        wanted = self.arrived + len(events)
        await self.bus.publish([_message(self.received(event, version)) for event in events])
        await self._until(lambda: self.arrived >= wanted)
        while await work(self.db, SERVICE.handlers()):
            pass

    async def told(self):
        """Every envelope that a peer got, which is every one in the outbox."""
        while await relay(self.db, self.bus):
            pass
        own = [b for b in await self.outbox() if b'"source":"/retroduct/screening"' in b]
        await self._until(lambda: len(self.carried) >= len(own))
        assert sorted(self.carried) == sorted(own)
        return self.carried


def _message(received):
    event = received.event
    body = envelope.seal(
        event, id=received.id, time=received.time, subject_version=received.subject_version,
        correlation_id=received.correlation_id,
    )  # fmt: skip
    name = type_name(type(event))
    key = f"{name}.v{event.VERSION}.{event.review_id}"
    return Message(id=received.id, type=name, routing_key=key, body=body)
