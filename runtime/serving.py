"""An HTTP server that ends in good order: requests first, then loops, then connections."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.ops.settings import Settings

GRACE_SECONDS = 2
"""How long an open event stream may hold up the end."""


HEADER_SECONDS = 15
"""How long the head of a request may take to arrive."""
MOST_CONNECTIONS = 2_000


class Connection(H11Protocol):
    """A connection that is ended when the head of a request does not arrive in time.

    uvicorn waits for ever for a request that was begun, and holds any number of connections.
    """

    _awaited: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for the head of a request; one connection too many is ended at once."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Waits on, unless the head is complete."""
        super().data_received(data)
        if self._answering():
            self._stop_waiting()
        elif self._awaited is None:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._awaited = self.loop.call_later(HEADER_SECONDS, self._end)

    def _stop_waiting(self) -> None:
        if self._awaited is not None:
            self._awaited.cancel()
            self._awaited = None

    def _end(self) -> None:
        self._awaited = None
        if not self._answering():
            self.transport.abort()

    def _answering(self) -> bool:
        """Whether the head of a request is here and its answer is not yet given."""
        cycle: Any = self.cycle  # None before the first
        return cycle is not None and not cycle.response_complete


class Server(uvicorn.Server):
    """A server that leaves signals alone, so that everything is put away before the end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: uvicorn would raise the signal again and end the process at once."""
        yield

    def stop(self) -> None:
        """End after the requests under way."""
        self.should_exit = True


async def serve_while(app: FastAPI, settings: Settings, *lives: "asyncio.Future[Any]") -> None:
    """Serve until told to stop (SIGINT, SIGTERM), or until one of `lives` ends.

    Raises `SystemExit` when the port is taken; what a life ended with is its owner's to look at.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        log_level="warning",
        http=Connection,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    serving = asyncio.ensure_future(server.serve())
    await asyncio.wait({serving, *lives}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving
