"""The transport within one process: a function call into the subscriber's inbox."""

import asyncio
from collections.abc import Sequence

from shared.bus import Message, Receiver, Topology, UnknownService
from shared.ops.failpoints import reach


class MemoryBus:
    """Durable because it returns only when every inbox has committed.

    A declared service that has not subscribed yet holds its messages back:
    `publish` waits for it, and the outbox keeps them meanwhile.
    """

    def __init__(self) -> None:
        self._topology: dict[str, frozenset[str]] = {}
        self._receivers: dict[str, Receiver] = {}
        self._arrived = asyncio.Condition()

    async def declare(self, topology: Topology) -> None:
        """Nothing to declare: subscribers are functions of this process."""
        self._topology.update(topology)

    async def subscribe(self, service: str, receive: Receiver) -> None:
        """Remember who receives for a service."""
        async with self._arrived:
            self._receivers[service] = receive
            self._arrived.notify_all()

    async def publish(self, messages: Sequence[Message], *, to: str | None = None) -> None:
        """Hand each message to the services that subscribe to its type, or to `to` alone."""
        if to is not None and to not in self._topology:
            raise UnknownService(to)
        reach("bus.before_publish")
        deliveries = []
        for service, types in self._topology.items():
            if to not in (None, service):
                continue
            wanted = [m.body for m in messages if to or m.type in types]
            if wanted:
                deliveries.append(self._deliver(service, wanted))
        # No TaskGroup: on Python 3.11 and 3.12 one that fails while it waits leaves its task
        # counted as cancelled (gh-116720), and the relay would end at its next round.
        ended = await asyncio.gather(*deliveries, return_exceptions=True)
        if failed := [error for error in ended if isinstance(error, BaseException)]:
            raise BaseExceptionGroup("not every inbox has stored what was published", failed)
        reach("bus.after_publish")

    async def _deliver(self, service: str, bodies: list[bytes]) -> None:
        async with self._arrived:
            await self._arrived.wait_for(lambda: service in self._receivers)
        reach("bus.before_store")
        await self._receivers[service](bodies)
        reach("bus.before_ack")

    async def watch(self) -> None:
        """Wait for ever: a function call has no connection that could be lost."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Forget the subscribers."""
        self._receivers.clear()
