"""A team at work: decisions, queues and feeds, and whether anything fails, waits or grows.

    python -m benchmarks.load [--minutes 10] [--reviewers 50] [--feeds 20] [--rate 10]
        [--records 7000]

Starts `retroduct up` in a folder of its own, on the same cores as this client. Every reviewer
takes the next record, which holds it for them, and decides on it, `rate` decisions a second in
all, while feeds are open, half of which never read. The control, first: one reviewer, one
decision a second, no feed. Prints JSON: errors, milliseconds from request to answer, megabytes
of all its processes by minute. Exits 1 where anything was refused or failed, or nothing was left to
decide on.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.feed import Feed, connect, installation, team

STAGE = "/api/screening/reviews/bench/stages/title"
IMPORTS = "/api/search/reviews/bench/imports"
CONTROL_SECONDS = 30
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Seen:
    """What came of the requests: milliseconds by kind, and errors by status."""

    waited: dict[str, list[float]] = field(default_factory=lambda: {"queue": [], "decision": []})
    errors: Counter[str] = field(default_factory=Counter)
    empty: int = 0

    def figures(self) -> dict[str, Any]:
        """The percentiles of each kind, and the errors."""
        return {
            **{kind: _percentiles(times) for kind, times in self.waited.items() if times},
            "errors": sum(self.errors.values()),
            "errors_by_kind": dict(self.errors),
            "queues_empty": self.empty,
        }


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    p50, p95, p99 = (round(float(np.percentile(times, p)), 1) for p in (50, 95, 99))
    worst = round(max(times), 1)
    return {"count": len(times), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "worst_ms": worst}


async def ask(
    client: httpx.AsyncClient, seen: Seen, kind: str, method: str, path: str, **more: Any
) -> Any:
    """The JSON of an answer, its time noted; None for what failed."""
    begun = time.perf_counter()
    try:
        answer = await client.request(method, path, **more)
    except httpx.HTTPError as error:
        seen.errors[f"{kind} {type(error).__name__}"] += 1
        return None
    seen.waited[kind].append((time.perf_counter() - begun) * 1000)
    if not answer.is_success:
        seen.errors[f"{kind} {answer.status_code}"] += 1
        return None
    return answer.json()


async def review(url: str, token: str, seen: Seen, every: float, first: float) -> None:
    """Decide on a record every so many seconds, until cancelled."""
    head = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=head, timeout=30) as client:
        due = time.monotonic() + first
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due += every
            page = await ask(
                client, seen, "queue", "POST", f"{STAGE}/queue/take", json={"count": 1}
            )
            if page is None or not page["items"]:
                seen.empty += page is not None
                continue
            chosen = page["items"][0]["record"]
            verdict = "include" if hash(chosen) % 5 == 0 else "exclude"
            body = {"decisions": [{"record": chosen, "verdict": verdict}]}
            await ask(client, seen, "decision", "POST", f"{STAGE}/decisions", json=body)


def megabytes(home: Path) -> float:
    """Resident memory of all processes that were started with this home."""
    pages = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"RETRODUCT_HOME={home}\0".encode() in (process / "environ").read_bytes():
                pages += int((process / "statm").read_text().split()[1])
    return round(pages * PAGE_BYTES / 1e6, 1)


async def library(owner: httpx.AsyncClient, records: int) -> None:
    """Import so many records, and wait until they can be screened."""
    text = "".join(
        f"TY  - JOUR\nTI  - Report {n} about walking and gardens {n * 7919}\n"
        f"AB  - {'People walk together and talk of it. ' * 20}\nDO  - 10.5555/{n}\nER  - \n"
        for n in range(records)
    )
    named = {"filename": "load.ris", "source": "embase"}
    (await owner.post(IMPORTS, content=text.encode(), params=named)).raise_for_status()
    for _ in range(600):
        if (await owner.get("/api/reviews/bench/settled")).json()["settled"]:
            return
        await asyncio.sleep(1)
    raise TimeoutError("the imported records are not there after ten minutes")


async def worked(url: str, tokens: Sequence[str], rate: float, seconds: float, home: Path) -> Any:
    """Figures of these reviewers at work for so long, at so many decisions a second in all."""
    seen, memory, every = Seen(), [megabytes(home)], len(tokens) / rate
    tasks = [
        asyncio.create_task(review(url, token, seen, every, every * n / len(tokens)))
        for n, token in enumerate(tokens)
    ]
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(60, left))
        memory.append(megabytes(home))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    decided = len(seen.waited["decision"])
    return {
        **seen.figures(),
        "decisions_a_second": round(decided / seconds, 2),
        "memory_mb": memory,
    }


async def measured(wish: argparse.Namespace) -> dict[str, Any]:
    """The control, then the load."""
    with tempfile.TemporaryDirectory(prefix="retroduct-load-") as folder:
        home = Path(folder)
        async with installation(home) as url:
            async with httpx.AsyncClient(base_url=url, timeout=60) as owner:
                tokens = await team(owner, wish.reviewers, "reviewer")
                await library(owner, wish.records)
            control = await worked(url, tokens[:1], 1.0, CONTROL_SECONDS, home)
            still, reading = await _feeds(url, tokens, wish.feeds)
            found = await worked(url, tokens, wish.rate, wish.minutes * 60, home)
            heard = [len(feed.late) for feed, _ in reading]
            for _, task in reading:
                task.cancel()
            await asyncio.gather(*(task for _, task in reading), return_exceptions=True)
            for writer in still:
                writer.close()
    return {"control": control, **found, "messages_by_feed": [min(heard), max(heard)]}


async def _feeds(url: str, tokens: Sequence[str], count: int) -> tuple[list[Any], list[Any]]:
    """Half of the feeds are opened and never read; the others are."""
    still = [(await connect(url, tokens[n], 0))[1] for n in range(count // 2)]
    feeds = [Feed() for _ in range(count - count // 2)]
    reading = [
        (feed, asyncio.create_task(feed.read(url, tokens[-1 - n], 0)))
        for n, feed in enumerate(feeds)
    ]
    await asyncio.gather(*(feed.begun.wait() for feed in feeds))
    return still, reading


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--feeds", type=int, default=20)
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--records", type=int, help="by default more than can be decided on")
    asked = parser.parse_args()
    asked.records = asked.records or 1000 + round(60 * asked.minutes * asked.rate)
    found = asyncio.run(measured(asked))
    average = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps({**vars(asked), **found, "load_average": average}, indent=1))
    sys.exit(1 if found["errors"] or found["queues_empty"] or found["control"]["errors"] else 0)


if __name__ == "__main__":
    main()
