"""The transport between processes: one topic exchange, one quorum queue per service.

Works on RabbitMQ 3.10 to 4.x. aio-pika directly; every publish has a timeout,
because a publish into a black hole never returns by itself.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import aio_pika
import aiormq
from aio_pika.abc import (
    AbstractExchange,
    AbstractIncomingMessage,
    AbstractRobustChannel,
    AbstractRobustConnection,
)
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from shared.bus import Message, Receiver, Topology, UnknownService
from shared.http.problems import Unavailable
from shared.kernel.cancellation import raise_if_cancelled
from shared.kernel.envelope import (
    BATCH,
    MAX_PACKED_BYTES,
    MAX_PACKED_EVENTS,
    STRUCTURED,
    pack,
    unpack,
)
from shared.kernel.failures import Unreachable, wait_out
from shared.ops.failpoints import reach

TIMEOUT = 10.0
HEARTBEAT = 10
RECONNECT = 1.0
GATHER = 100
LINGER = 0.005
QUEUE_ARGUMENTS = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}


class AmqpMessage(NamedTuple):
    """What RabbitMQ carries: one envelope, or several of one key."""

    id: str
    key: str
    content_type: str
    body: bytes


class RabbitBus:
    """One connection, one channel to publish on, one to consume from."""

    def __init__(
        self, url: str, *, prefix: str = "retroduct", prefetch: int = 200, packed: bool = True
    ) -> None:
        self._url = url
        self._prefix = prefix
        self._prefetch = prefetch
        self._packed = packed
        self._services: frozenset[str] = frozenset()
        self._connection: AbstractRobustConnection | None = None
        self._publishing: AbstractRobustChannel | None = None
        self._exchange: AbstractExchange | None = None
        self._receivers: dict[str, Receiver] = {}
        self._consuming: dict[str, AbstractRobustChannel] = {}
        self._subscribing = asyncio.Lock()
        self._loops: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] | None = None

    async def connect(self) -> None:
        """Log in; raises `Unavailable` with one clear sentence."""
        self._failed = asyncio.get_running_loop().create_future()
        try:
            self._connection = await aio_pika.connect_robust(
                self._url, heartbeat=HEARTBEAT, timeout=TIMEOUT, reconnect_interval=RECONNECT
            )
        except Exception as error:
            raise Unavailable(
                f"RabbitMQ at {_without_password(self._url)} refuses the login "
                f"({type(error).__name__}: {error}); check RETRODUCT_AMQP_URL"
            ) from error
        channel = await self._connection.channel(publisher_confirms=True, on_return_raises=False)
        self._publishing = channel

    def queue_name(self, service: str) -> str:
        """The queue of one service."""
        return f"{self._prefix}.{service}.v1"

    async def declare(self, topology: Topology) -> None:
        """Declare the whole topology: exchanges, and per service a queue with its bindings."""
        channel = self._channel()
        unrouted = await channel.declare_exchange(
            f"{self._prefix}.unrouted.v1", aio_pika.ExchangeType.FANOUT, durable=True
        )
        lost = await channel.declare_queue(
            f"{self._prefix}.unrouted.v1", durable=True, arguments=QUEUE_ARGUMENTS
        )
        await lost.bind(unrouted)
        self._exchange = await channel.declare_exchange(
            f"{self._prefix}.events.v1",
            aio_pika.ExchangeType.TOPIC,
            durable=True,
            arguments={"alternate-exchange": unrouted.name},
        )
        for service, types in topology.items():
            queue = await channel.declare_queue(
                self.queue_name(service), durable=True, arguments=QUEUE_ARGUMENTS
            )
            for name in sorted(types):
                await queue.bind(self._exchange, routing_key=f"{name}.#")
        self._services = frozenset(topology)

    async def publish(self, messages: Sequence[Message], *, to: str | None = None) -> None:
        """The channel confirms: returning means RabbitMQ has all of them on disk."""
        if self._exchange is None:
            raise RuntimeError("declare the topology before publishing")
        if to is not None and to not in self._services:
            raise UnknownService(to)
        exchange = "" if to else self._exchange.name
        reach("bus.before_publish")
        try:
            await self._confirmed(messages, exchange, self.queue_name(to) if to else None)
        except (AMQPError, ChannelInvalidStateError, TimeoutError, ConnectionError) as error:
            why = str(error) or type(error).__name__
            raise Unreachable(f"RabbitMQ does not confirm what was published: {why}") from error
        reach("bus.after_publish")

    async def _confirmed(self, messages: Sequence[Message], exchange: str, key: str | None) -> None:
        """Publish under `key`, or each under its own, and await every confirm."""
        # One level below aio-pika's Exchange.publish, whose wait for the socket to drain
        # after every single message costs a third of the time; the confirms are awaited here.
        channel: Any = await self._channel().get_underlay_channel()
        await asyncio.gather(
            *(
                channel.basic_publish(
                    letter.body,
                    exchange=exchange,
                    routing_key=key or letter.key,
                    properties=_properties(letter),
                    timeout=TIMEOUT,
                    wait=False,
                )
                for letter in self._letters(messages)
            )
        )

    def _letters(self, messages: Sequence[Message]) -> Iterator[AmqpMessage]:
        for bundle in bundles(messages) if self._packed else ([m] for m in messages):
            first = bundle[0]
            if len(bundle) == 1:
                yield AmqpMessage(first.id, first.routing_key, STRUCTURED, first.body)
            else:
                body = pack([message.body for message in bundle])
                yield AmqpMessage(first.id, first.routing_key, BATCH, body)

    async def subscribe(self, service: str, receive: Receiver) -> None:
        """Start consuming the queue of a service; `receive` is given batches of bodies."""
        async with self._subscribing:
            self._receivers[service] = receive
            await self._consume(service)

    async def _consume(self, service: str) -> None:
        """Consume on a channel of its own; what an earlier one left unacknowledged comes again."""
        if self._connection is None:
            raise RuntimeError("connect before subscribing")
        if (before := self._consuming.pop(service, None)) is not None:
            with contextlib.suppress(AMQPError, ChannelInvalidStateError, ConnectionError):
                await before.close()
        channel = await self._connection.channel(publisher_confirms=False)
        self._consuming[service] = channel
        await channel.set_qos(prefetch_count=self._prefetch)
        # Declared, not only looked up: what is declared comes back after a lost connection.
        queue = await channel.declare_queue(
            self.queue_name(service), durable=True, arguments=QUEUE_ARGUMENTS
        )
        arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        await queue.consume(arrived.put)
        receiving = _receive_forever(arrived, self._receivers[service])
        task = asyncio.create_task(receiving, name=service)
        self._loops.add(task)
        task.add_done_callback(self._note_end)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        """A dead receiving task must not hold its prefetch in silence."""
        self._loops.discard(task)
        if self._failed is None or self._failed.done() or task.cancelled():
            return
        self._failed.set_exception(task.exception() or RuntimeError("receiving ended"))

    async def watch(self) -> None:
        """Raise when receiving has died; called again, start what has died again first."""
        async with self._subscribing:
            if self._failed is not None and self._failed.done():
                self._failed = asyncio.get_running_loop().create_future()
            alive = {task.get_name() for task in self._loops}
            for service in sorted(self._receivers.keys() - alive):
                await self._consume(service)
        if self._failed is not None:
            await asyncio.shield(self._failed)

    async def close(self) -> None:
        """Stop consuming and close the connections."""
        for task in list(self._loops):
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._failed is not None and not self._failed.done():
            self._failed.cancel()
        if self._connection is not None:
            await self._connection.close()

    def _channel(self) -> AbstractRobustChannel:
        if self._publishing is None:
            raise RuntimeError("connect before using the bus")
        return self._publishing


def bundles(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Messages of one routing key together: at most 50 and 64 KB, order within a key kept."""
    by_key: dict[str, list[Message]] = {}
    sizes: dict[str, int] = {}
    for message in messages:
        key, size = message.routing_key, len(message.body)
        full = len(by_key.get(key, ())) >= MAX_PACKED_EVENTS
        if key in by_key and (full or sizes[key] + size > MAX_PACKED_BYTES):
            yield by_key.pop(key)
            sizes[key] = 0
        by_key.setdefault(key, []).append(message)
        sizes[key] = sizes.get(key, 0) + size
    yield from by_key.values()


async def _receive_forever(
    arrived: "asyncio.Queue[AbstractIncomingMessage]", receive: Receiver
) -> None:
    while True:
        raise_if_cancelled()
        batch = await _gather(arrived)
        bodies = [body for message in batch for body in unpack(message.body, message.content_type)]
        await _store(receive, bodies)
        # On a channel that is gone the broker delivers again, and the inbox drops the twins.
        with contextlib.suppress(Exception):
            await batch[-1].ack(multiple=True)


async def _gather(
    arrived: "asyncio.Queue[AbstractIncomingMessage]",
) -> list[AbstractIncomingMessage]:
    """What has arrived, up to 100; waits 5 ms for more only while messages keep coming."""
    batch = [await arrived.get()]
    lingered = False
    while len(batch) < GATHER:
        try:
            batch.append(arrived.get_nowait())
        except asyncio.QueueEmpty:
            if lingered or len(batch) == 1:
                break
            lingered = True
            await asyncio.sleep(LINGER)
    return batch


async def _store(receive: Receiver, bodies: list[bytes]) -> None:
    """Store; a database that is down is waited for, nothing is given back or counted."""

    async def stored() -> None:
        reach("bus.before_store")
        await receive(bodies)
        reach("bus.before_ack")

    await wait_out("receive", stored)


def _properties(letter: AmqpMessage) -> Any:
    return aiormq.spec.Basic.Properties(
        message_id=letter.id, content_type=letter.content_type, delivery_mode=2
    )


def _without_password(url: str) -> str:
    head, _, tail = url.rpartition("@")
    return f"{head.split('://')[0]}://***@{tail}" if head else url


__all__: list[Any] = ["RabbitBus", "bundles"]
