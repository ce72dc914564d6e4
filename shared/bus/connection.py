"""A connection to RabbitMQ with one channel: what is lost is opened anew, never restored.

A library that restores channels on a connection that comes back has many states, and one in
which nothing is restored and nobody hears of it. This has two: it is open, or it is lost.
"""

import asyncio
import contextlib
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection

from shared.kernel.failures import Unreachable

TIMEOUT = 10.0
"""Seconds for a login, for all that is declared, and for a publish to be confirmed."""
HEARTBEAT = 10


class BrokerConnection:
    """A connection and its channel; `underlay` is the channel one level below aio-pika's."""

    def __init__(self, connection: AbstractConnection, channel: AbstractChannel, underlay: Any):
        self._connection = connection
        self.channel = channel
        self.underlay = underlay
        self._cancelled = asyncio.Event()
        underlay.on_consumer_cancel_callbacks.add(lambda _: self._cancelled.set())

    def is_open(self) -> bool:
        """Whether the channel has not been closed by either side."""
        return not self.underlay.is_closed

    async def lost(self) -> None:
        """Wait until the channel is closed, or the broker has cancelled its consumer."""
        closing = self.underlay.closing
        cancelled = asyncio.ensure_future(self._cancelled.wait())
        try:
            await asyncio.wait({closing, cancelled}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            cancelled.cancel()
            closing.cancel()
            await asyncio.gather(closing, cancelled, return_exceptions=True)

    async def close(self) -> None:
        """Close the connection, whatever state it is in."""
        with contextlib.suppress(Exception):
            await self._connection.close()


async def open_connection(url: str, *, confirms: bool) -> BrokerConnection:
    """A new connection with a channel; raises `Unreachable`, from the reason.

    `confirms` is whether the broker confirms what is published on the channel.
    """
    try:
        connection = await aio_pika.connect(url, heartbeat=HEARTBEAT, timeout=TIMEOUT)
    except Exception as error:
        raise Unreachable(f"RabbitMQ takes no connection: {said(error)}") from error
    try:
        async with asyncio.timeout(TIMEOUT):
            channel = connection.channel(publisher_confirms=confirms, on_return_raises=False)
            await channel.initialize()
            return BrokerConnection(connection, channel, await channel.get_underlay_channel())
    except BaseException as error:
        with contextlib.suppress(Exception):
            await connection.close()
        if not isinstance(error, Exception):
            raise
        raise Unreachable(f"RabbitMQ opens no channel: {said(error)}") from error


def said(error: BaseException) -> str:
    """What an error says, or its type where it says nothing."""
    return str(error) or type(error).__name__
