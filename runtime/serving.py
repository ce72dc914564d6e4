"""An HTTP server that ends in good order: requests first, then loops, then connections."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI

from shared.ops.settings import Settings

GRACE_SECONDS = 2
"""How long an open event stream may hold up the end."""


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
