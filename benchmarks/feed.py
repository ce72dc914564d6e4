"""How soon does every open feed hear of an event, and does a slow reader slow the others?

    python -m benchmarks.feed [--feeds 200] [--seconds 20] [--rate 10]

Starts `retroduct up` in a folder of its own, opens feeds for ten people over real connections,
amends the review `rate` times a second, and compares the moment in each message with the moment
of its arrival (one clock, one machine). Three times, one JSON line each: a single feed (the
control), all feeds, and all feeds beside ten that never read. Milliseconds.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np

PEOPLE = 10
NOT_READING = 10
PATH = "/api/reviews/bench"


@asynccontextmanager
async def installation(home: Path) -> AsyncIterator[str]:
    """A served installation of its own; yields its URL."""
    port = await free_port()
    env = {**os.environ, "RETRODUCT_HOME": str(home), "RETRODUCT_LOG_LEVEL": "ERROR"}
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "runtime.cli", "up", "--port", str(port), env=env,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(300), httpx.AsyncClient(base_url=url) as client:
            while True:
                with suppress(httpx.HTTPError):
                    if (await client.get("/api/reviews")).is_success:
                        break
                await asyncio.sleep(0.2)
        yield url
    finally:
        running.terminate()
        await running.wait()


async def free_port() -> int:
    """A port that nobody listens on."""
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()
    return port


async def team(owner: httpx.AsyncClient, people: int = PEOPLE, role: str = "reader") -> list[str]:
    """Open the review with so many members of this role; their tokens."""
    review = {"id": "bench", "title": "Bench", "stages": [{"name": "title"}]}
    (await owner.post("/api/reviews", json=review)).raise_for_status()
    tokens = []
    for number in range(people):
        person = f"p{number}"
        await owner.put(f"{PATH}/members/{person}", json={"roles": [role]})
        made = await owner.post("/api/tokens", json={"person": person, "label": "bench"})
        made.raise_for_status()
        given = await owner.post("/api/tokens/exchange", json={"token": made.json()["token"]})
        tokens.append(given.json()["token"])
        head = {"authorization": f"Bearer {tokens[-1]}"}
        accepted = await owner.post("/api/invitations/bench/accept", headers=head)
        accepted.raise_for_status()
    return tokens


class Feed:
    """One open feed over a connection of its own; `late` are the delays of its messages in ms."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.begun = asyncio.Event()
        self._more = asyncio.Event()

    async def heard(self, messages: int) -> None:
        """Until so many messages have come."""
        while len(self.late) < messages:
            self._more.clear()
            await self._more.wait()

    async def read(self, url: str, token: str, after: int) -> None:
        """Read messages until cancelled."""
        reader, writer = await connect(url, token, after)
        try:
            while line := await reader.readline():
                if line.startswith(b": feed"):
                    self.begun.set()
                if line.startswith(b"data: "):
                    entry = json.loads(line[6:])
                    said = datetime.fromisoformat(entry["at"]).timestamp()
                    self.late.append((time.time() - said) * 1000)
                    self._more.set()
        finally:
            writer.close()


async def connect(
    url: str, token: str, after: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that has asked for the feed."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 20)
    writer.write(
        f"GET {PATH}/feed?after={after} HTTP/1.1\r\nhost: {host}:{port}\r\n"
        f"authorization: Bearer {token}\r\naccept: text/event-stream\r\n\r\n".encode()
    )
    await writer.drain()
    return reader, writer


async def amend(owner: httpx.AsyncClient, seconds: float, rate: float) -> int:
    """Amend the review `rate` times a second; how often it was."""
    begun, done = time.monotonic(), 0
    while (now := time.monotonic()) - begun < seconds:
        body = {"title": f"Bench at {now}", "reason": "benchmark " + "x" * 200}
        (await owner.patch(PATH, json=body)).raise_for_status()
        done += 1
        await asyncio.sleep(max(0.0, begun + done / rate - time.monotonic()))
    return done


async def trial(url: str, tokens: Sequence[str], wish: argparse.Namespace) -> dict[str, Any]:
    """Delays with `wish.feeds` feeds, beside `wish.still` that never read."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as owner:
        found = await owner.get(f"{PATH}/activity?limit=1000")
        after = max((item["position"] for item in found.json()["items"]), default=0)
        still = [await connect(url, tokens[i % PEOPLE], after) for i in range(wish.still)]
        feeds = [Feed() for _ in range(wish.feeds)]
        reading = [
            asyncio.create_task(feed.read(url, tokens[i % PEOPLE], after))
            for i, feed in enumerate(feeds)
        ]
        await asyncio.gather(*(feed.begun.wait() for feed in feeds))
        said = await amend(owner, wish.seconds, wish.rate)
        async with asyncio.timeout(30):
            await asyncio.gather(*(feed.heard(said) for feed in feeds))
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        for _, writer in still:
            writer.close()
    late = np.array([delay for feed in feeds for delay in feed.late])
    p50, p95, p99 = (round(float(np.percentile(late, p)), 1) for p in (50, 95, 99))
    return {
        "feeds": wish.feeds, "not_reading": wish.still, "events": said, "messages": len(late),
        "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "worst_ms": round(float(late.max()), 1),
    }  # fmt: skip


async def measure(given: argparse.Namespace) -> None:
    """Print one JSON line for each of the three trials."""
    with tempfile.TemporaryDirectory(prefix="retroduct-feed-") as home:
        async with installation(Path(home)) as url:
            async with httpx.AsyncClient(base_url=url, timeout=30) as owner:
                tokens = await team(owner)
            for feeds, still in ((1, 0), (given.feeds, 0), (given.feeds, NOT_READING)):
                wish = argparse.Namespace(**{**vars(given), "feeds": feeds, "still": still})
                print(json.dumps(await trial(url, tokens, wish)), flush=True)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=10)
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
