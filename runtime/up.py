"""Serve everything from one process, and say where."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn

from runtime.embedded import System, open_system
from shared.settings import Settings

GRACE_SECONDS = 2


async def serve(
    settings: Settings, *, started: Callable[[System, str], None] | None = None
) -> None:
    """Run all services and serve API and pages until told to stop.

    `started` is called with the running system and its URL once it answers.
    Raises what killed the services for good.
    """
    url = f"http://{settings.host}:{settings.port}"
    async with open_system(settings) as system:
        server = uvicorn.Server(
            uvicorn.Config(
                system.app,
                host=settings.host,
                port=settings.port,
                log_level="warning",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        with _address(settings.home, url):
            serving = asyncio.create_task(server.serve(), name="http")
            await _answering(server, serving)
            if started is not None:
                started(system, url)
            await asyncio.wait({serving, system.failed}, return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving
        if system.failed.done():
            system.failed.result()


async def _answering(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    while not server.started and not serving.done():  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    if serving.done():
        serving.result()
        raise SystemExit(1)


@contextmanager
def _address(home: Path, url: str) -> Iterator[None]:
    """Tell other commands on this home folder where we answer."""
    path = home / "server.json"
    path.write_text(json.dumps({"pid": os.getpid(), "url": url}))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
