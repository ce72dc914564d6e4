"""The transport between processes: one topic exchange, one quorum queue per service.

Works on RabbitMQ 3.10 to 4.x. aio-pika directly; every publish has a timeout,
because a publish into a black hole never returns by itself.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError
from aiormq.abc import DeliveredMessage

from shared.bus import Message, Receiver, Topology, UnknownService
from shared.bus.connection import TIMEOUT, BrokerConnection, open_connection, said
from shared.bus.packing import amqp_messages
from shared.http.problems import Unavailable
from shared.kernel.cancellation import raise_if_cancelled
from shared.kernel.envelope import unpack
from shared.kernel.failures import Unreachable, wait_out
from shared.ops.failpoints import reach

GATHER = 100
LINGER = 0.005
QUEUE_ARGUMENTS: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}


class RabbitBus:
    """A connection to publish on, and one for each service that receives.

    Publishing and receiving do not share a connection: a broker that is short of memory stops
    reading from those that publish. A connection that is lost is opened anew, with the whole
    topology declared on it.
    """

    def __init__(
        self, url: str, *, prefix: str = "retroduct", prefetch: int = 200, packed: bool = True
    ) -> None:
        self._url = url
        self._prefix = prefix
        self._prefetch = prefetch
        self._packed = packed
        self._topology: Topology | None = None
        self._publishing: BrokerConnection | None = None
        self._opening = asyncio.Lock()
        self._receivers: dict[str, Receiver] = {}
        self._loops: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] | None = None

    async def connect(self) -> None:
        """Log in; raises `Unavailable` with one clear sentence."""
        self._failed = asyncio.get_running_loop().create_future()
        try:
            await self._publisher()
        except Unreachable as error:
            why = error.__cause__ or error
            raise Unavailable(
                f"RabbitMQ at {_without_password(self._url)} refuses the login "
                f"({type(why).__name__}: {why}); check RETRODUCT_AMQP_URL"
            ) from error

    def queue_name(self, service: str) -> str:
        """The queue of one service."""
        return f"{self._prefix}.{service}.v1"

    async def declare(self, topology: Topology) -> None:
        """Declare the whole topology: exchanges, and per service a queue with its bindings."""
        connection = await self._publisher()
        self._topology = topology
        await self._declare(connection.channel, topology)

    async def _declare(self, channel: AbstractChannel, topology: Topology) -> None:
        unrouted = await channel.declare_exchange(
            f"{self._prefix}.unrouted.v1", aio_pika.ExchangeType.FANOUT, durable=True
        )
        lost = await channel.declare_queue(
            f"{self._prefix}.unrouted.v1", durable=True, arguments=QUEUE_ARGUMENTS
        )
        await lost.bind(unrouted)
        exchange = await channel.declare_exchange(
            self._exchange,
            aio_pika.ExchangeType.TOPIC,
            durable=True,
            arguments={"alternate-exchange": unrouted.name},
        )
        for service, types in topology.items():
            queue = await channel.declare_queue(
                self.queue_name(service), durable=True, arguments=QUEUE_ARGUMENTS
            )
            for name in sorted(types):
                await queue.bind(exchange, routing_key=f"{name}.#")

    @property
    def _exchange(self) -> str:
        return f"{self._prefix}.events.v1"

    async def _open(self, *, confirms: bool) -> BrokerConnection:
        """A new connection with the topology declared on it; raises `Unreachable`."""
        connection = await open_connection(self._url, confirms=confirms)
        try:
            async with asyncio.timeout(TIMEOUT):
                if self._topology is not None:
                    await self._declare(connection.channel, self._topology)
        except BaseException as error:
            self._close(connection)
            if not isinstance(error, Exception):
                raise
            raise Unreachable(f"RabbitMQ declares no queue: {said(error)}") from error
        return connection

    async def _publisher(self) -> BrokerConnection:
        """The connection to publish on: the one that is open, or a new one."""
        async with self._opening:
            if self._publishing is None or not self._publishing.is_open():
                self._drop(self._publishing)
                self._publishing = await self._open(confirms=True)
            return self._publishing

    def _drop(self, connection: BrokerConnection | None) -> None:
        """Publish no more on a connection, and close it."""
        if connection is not None and self._publishing is connection:
            self._publishing = None
            self._close(connection)

    def _close(self, connection: BrokerConnection) -> None:
        """Close a connection beside what goes on: a peer that does not answer takes seconds."""
        closing = asyncio.create_task(connection.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def publish(self, messages: Sequence[Message], *, to: str | None = None) -> None:
        """The channel confirms: returning means RabbitMQ has all of them on disk."""
        if self._topology is None:
            raise RuntimeError("declare the topology before publishing")
        if to is not None and to not in self._topology:
            raise UnknownService(to)
        exchange, key = ("", self.queue_name(to)) if to else (self._exchange, None)
        reach("bus.before_publish")
        connection = await self._publisher()
        try:
            await self._confirmed(connection.underlay, messages, exchange, key)
        except (AMQPError, ChannelInvalidStateError, TimeoutError, ConnectionError) as error:
            self._drop(connection)
            raise Unreachable(
                f"RabbitMQ does not confirm what was published: {said(error)}"
            ) from error
        reach("bus.after_publish")

    async def _confirmed(
        self, channel: Any, messages: Sequence[Message], exchange: str, key: str | None
    ) -> None:
        """Publish under `key`, or each under its own, and await every confirm."""
        # One level below aio-pika's Exchange.publish, whose wait for the socket to drain
        # after every single message costs a third of the time; the confirms are awaited here.
        await asyncio.gather(
            *(
                channel.basic_publish(
                    one.body,
                    exchange=exchange,
                    routing_key=key or one.key,
                    properties=one.properties(),
                    timeout=TIMEOUT,
                    wait=False,
                )
                for one in amqp_messages(messages, packed=self._packed)
            )
        )

    async def subscribe(self, service: str, receive: Receiver) -> None:
        """Start consuming the queue of a service; `receive` is given batches of bodies."""
        before = [task for task in self._loops if task.get_name() == service]
        await _end(before)
        self._receivers[service] = receive
        self._start(service)

    def _start(self, service: str) -> None:
        receiving = wait_out("bus", lambda: self._receive(service))
        task = asyncio.create_task(receiving, name=service)
        self._loops.add(task)
        task.add_done_callback(self._note_end)

    async def _receive(self, service: str) -> None:
        """Consume until the connection is lost; what was not acknowledged comes on the next."""
        connection = await self._open(confirms=False)
        try:
            await connection.channel.set_qos(prefetch_count=self._prefetch)
            queue = await connection.channel.declare_queue(
                self.queue_name(service), durable=True, arguments=QUEUE_ARGUMENTS
            )
            arrived: asyncio.Queue[DeliveredMessage] = asyncio.Queue()
            # One level below aio-pika's Queue.consume, whose object and second task for every
            # single message take a third of the time in which one is received.
            await connection.underlay.basic_consume(queue.name, arrived.put, timeout=TIMEOUT)
            receiving = _receive_forever(connection.underlay, arrived, self._receivers[service])
            await _until_lost(connection, receiving)
        except (AMQPError, ChannelInvalidStateError) as error:
            raise Unreachable(f"RabbitMQ delivers no events: {said(error)}") from error
        finally:
            self._close(connection)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        """A dead receiving task must not hold its prefetch in silence."""
        self._loops.discard(task)
        if self._failed is None or self._failed.done() or task.cancelled():
            return
        self._failed.set_exception(task.exception() or RuntimeError("receiving ended"))

    async def watch(self) -> None:
        """Raise when receiving has died; called again, start what has died again first."""
        if self._failed is not None and self._failed.done():
            self._failed = asyncio.get_running_loop().create_future()
        alive = {task.get_name() for task in self._loops}
        for service in sorted(self._receivers.keys() - alive):
            self._start(service)
        if self._failed is not None:
            await asyncio.shield(self._failed)

    async def close(self) -> None:
        """Stop consuming and close the connections."""
        await _end(list(self._loops))
        if self._failed is not None and not self._failed.done():
            self._failed.cancel()
        self._drop(self._publishing)
        if self._closing:
            await asyncio.wait(self._closing, timeout=TIMEOUT)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _until_lost(connection: BrokerConnection, receiving: Coroutine[Any, Any, None]) -> None:
    """Receive until the connection is lost, which raises `Unreachable`, or receiving fails."""
    tasks = [asyncio.create_task(receiving), asyncio.create_task(connection.lost())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            await tasks[0]
    finally:
        await _end(tasks)
    raise Unreachable("RabbitMQ ended the connection on which events arrive")


async def _receive_forever(
    channel: Any, arrived: "asyncio.Queue[DeliveredMessage]", receive: Receiver
) -> None:
    while True:
        raise_if_cancelled()
        batch = await _gather(arrived)
        bodies = [
            body
            for message in batch
            for body in unpack(message.body, message.header.properties.content_type)
        ]
        await _store(receive, bodies)
        # On a channel that is gone the broker delivers again, and the inbox drops the twins.
        with contextlib.suppress(Exception):
            await channel.basic_ack(batch[-1].delivery_tag, multiple=True)


async def _gather(arrived: "asyncio.Queue[DeliveredMessage]") -> list[DeliveredMessage]:
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


def _without_password(url: str) -> str:
    head, _, tail = url.rpartition("@")
    return f"{head.split('://')[0]}://***@{tail}" if head else url
