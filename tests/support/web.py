"""The system behind a real port, and what a feed says over a real connection."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import httpx
import uvicorn

from runtime.serving import Connection


def from_here(app, **headers):
    """A client on this machine that says nothing of who it is, unless by headers."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 4711))
    return httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8000", headers=headers, timeout=60
    )


@asynccontextmanager
async def serving(app, http=Connection):
    """Serve an application on a free port of this machine; yields its URL."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_level="warning",
        timeout_graceful_shutdown=1,
        ws="none",
        http=http,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    running = asyncio.create_task(server._serve(), name="http")
    try:
        async with asyncio.timeout(60):
            while not server.started and not running.done():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        if running.done():
            running.result()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def listening(url, review, *, after=None, last_event_id=None, token=None):
    """A connection to a review's feed: yields a function that reads messages."""
    params = {} if after is None else {"after": after}
    headers = {} if last_event_id is None else {"last-event-id": str(last_event_id)}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    async with (
        httpx.AsyncClient(base_url=url, timeout=60) as client,
        client.stream(
            "GET", f"/api/reviews/{review}/feed", params=params, headers=headers
        ) as answer,
    ):
        yield Reading(answer)


class Reading:
    """Messages of an open feed, one after the other."""

    def __init__(self, answer):
        self.answer = answer
        self.comments = []
        self._lines = answer.aiter_lines()

    async def messages(self, count):
        """The next `count` messages, each `{"id", "event", "data"}`."""
        found = []
        async with asyncio.timeout(60):
            while len(found) < count:
                message = await self._block()
                if "data" in message:
                    found.append({**message, "data": json.loads(message["data"])})
        return found

    async def comment(self):
        """The next comment."""
        heard = len(self.comments)
        async with asyncio.timeout(60):
            while len(self.comments) == heard:
                await self._block()
        return self.comments[-1]

    async def _block(self):
        block = {}
        async for line in self._lines:
            if not line:
                return block
            name, _, value = line.partition(":")
            if name:
                block[name] = value.strip()
            else:
                self.comments.append(value.strip())
        raise AssertionError("the feed ended")
