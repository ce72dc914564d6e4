"""How fast is the screening API at 50,000 records while the ranking retrains?

    python -m benchmarks.screening_api [--records 50000] [--requests 300] [--reviewers 20]

Runs the service by itself on SQLite in a temporary folder, with its loops and
its ranking process. One JSON line: latencies of one reviewer's queue pages and
decisions while the ranking is retrained all the time, then what became of
decisions that many reviewers took at once.
"""

import argparse
import asyncio
import json
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from sqlalchemy import func, select

from services.screening import tables
from services.screening.app import SERVICE
from services.screening.ranking import handlers as ranking_handlers
from services.screening.ranking.jobs import rerank
from shared import db
from shared.bus.memory import MemoryBus
from shared.events import Received
from shared.events.search import RecordAdded, RecordState
from shared.events.workbench import MemberJoined, Policy, ReviewOpened, ReviewState, Stage
from shared.http.application import build_app
from shared.http.auth import Authenticator, Principal
from shared.kernel.service import Running
from shared.ops.settings import Settings

REVIEW = "bench"
STAGE = f"/api/screening/reviews/{REVIEW}/stages/title"
TITLE = Stage(name="title", policy=Policy(kind="dual"))
Backlog = dict[str, Any]


def records(count: int, seed: int = 0) -> Iterator[RecordState]:
    """Records of 180 words each, drawn as words are in texts: few often, most seldom."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        words = [f"w{n % 60_000}ing" for n in rng.zipf(1.25, 180)]
        yield RecordState(
            record_id=f"r{i:06}", title=" ".join(words[:12]), abstract=" ".join(words[12:])
        )


def received(event: Any, version: int) -> Received[Any]:
    """The event as it would have arrived."""
    return Received(
        id=f"e{version}", event=event, subject=event.subject, subject_version=version,
        time=datetime.now(UTC), correlation_id="bench",
    )  # fmt: skip


class AllReview:
    """Who holds a token reviews here."""

    async def roles(self, _principal: Principal, _review_id: str | None) -> frozenset[str]:
        """A reviewer's."""
        return frozenset({"reviewer"})


class Bench:
    """The running service and its clients."""

    def __init__(self, running: Running, client: httpx.AsyncClient, signer: Authenticator) -> None:
        self.running, self.client, self._signer = running, client, signer

    async def fill(self, count: int, people: Sequence[str]) -> None:
        """A review, its people, its records, and enough settlements to learn from."""
        state = ReviewState(review_id=REVIEW, title="w1ing w2ing", stages=(TITLE,), seed=1)
        await self._hear(ReviewOpened, [ReviewOpened(review_id=REVIEW, review=state)])
        joined = [MemberJoined(review_id=REVIEW, person_id=p, roles=("reviewer",)) for p in people]
        await self._hear(MemberJoined, joined)
        batch: list[Any] = []
        for record in records(count):
            batch.append(RecordAdded(review_id=REVIEW, record=record))
            if len(batch) == 1000:
                await self._hear(RecordAdded, batch)
                batch = []
        await self._hear(RecordAdded, batch)

    async def _hear(self, kind: type[Any], events: Sequence[Any]) -> None:
        handler = SERVICE.on[kind]
        listed = [received(event, i + 1) for i, event in enumerate(events)]
        if listed:
            await self.running.db.write(lambda tx: handler(listed, tx))

    async def settle(self, count: int) -> None:
        """Settle some records, one in ten as included."""
        body = [
            {"record": f"r{i:06}", "verdict": "exclude" if i % 10 else "include"}
            for i in range(count)
        ]
        for person in ("p0", "p1"):
            await self.ask("POST", "/decisions", person, {"decisions": body})

    async def ask(self, method: str, path: str, by: str, body: Any = None) -> Any:
        """One request on behalf of a reviewer."""
        principal = Principal(by)
        head = {"authorization": f"Bearer {self._signer.sign(principal, datetime.now(UTC))}"}
        answer = await self.client.request(method, STAGE + path, json=body, headers=head)
        if answer.status_code == 409:
            return None
        answer.raise_for_status()
        return answer.json()

    async def retrain_forever(self, counter: Counter[str]) -> None:
        """Rank the stage again and again, as if every moment enough had been settled."""
        while True:
            await self.running.db.write(
                lambda tx: ranking_handlers.forget_ranking(tx, REVIEW, TITLE.name)
            )
            await rerank(self.running.context, REVIEW, TITLE.name)
            counter["trainings"] += 1


@asynccontextmanager
async def open_bench(home: Path) -> AsyncIterator[Bench]:
    """The service with its loops, and a client that calls it in process."""
    settings = Settings(home=home, local_owner=True)
    database = db.connect(settings.url_of("screening"), service="screening")
    bus = MemoryBus()
    await bus.declare({"screening": SERVICE.subscriptions()})
    running = Running(SERVICE, database, bus, settings)
    await running.open()
    signer = Authenticator(secrets.token_hex(32), standing=AllReview())
    transport = httpx.ASGITransport(app=build_app([running], signer), client=("127.0.0.1", 0))
    loops = asyncio.create_task(running.run())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        client.timeout = httpx.Timeout(60)
        try:
            yield Bench(running, client, signer)
        finally:
            loops.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await loops
            await running.close()


async def latencies(bench: Bench, requests: int) -> Backlog:
    """Milliseconds of one reviewer's queue pages and decisions while the ranking retrains."""
    counter: Counter[str] = Counter()
    training = asyncio.create_task(bench.retrain_forever(counter))
    spent = time.process_time()
    pages: list[float] = []
    decisions: list[float] = []
    for i in range(requests):
        begun = time.perf_counter()
        page = await bench.ask("GET", "/queue?limit=50", "p2")
        pages.append(1000 * (time.perf_counter() - begun))
        for item in page["items"][:2]:
            body = {"decisions": [{"record": item["record"], "verdict": "exclude"}]}
            begun = time.perf_counter()
            await bench.ask("POST", "/decisions", ("p2", "p3")[i % 2], body)
            decisions.append(1000 * (time.perf_counter() - begun))
    spent = time.process_time() - spent
    training.cancel()
    with suppress(asyncio.CancelledError):
        await training
    return {
        "queue_ms": _percentiles(pages),
        "decision_ms": _percentiles(decisions),
        "trainings_meanwhile": counter["trainings"],
        "cpu_ms_per_request": round(1000 * spent / (len(pages) + len(decisions)), 1),
    }


def _percentiles(values: Sequence[float]) -> Backlog:
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    return {"p50": round(p50, 1), "p95": round(p95, 1), "p99": round(p99, 1), "n": len(values)}


async def many_at_once(bench: Bench, people: Sequence[str], seconds: float) -> Backlog:
    """Reviewers decide at the same time; then every answered decision is looked up."""
    answered: Counter[tuple[str, str]] = Counter()
    until = time.monotonic() + seconds

    async def review(person: str) -> None:
        chance = random.Random(person)
        while time.monotonic() < until:
            page = await bench.ask("POST", "/queue/take", person, {"count": 20})
            for item in page["items"]:
                verdict = chance.choice(("include", "exclude", "exclude"))
                body = {"decisions": [{"record": item["record"], "verdict": verdict}]}
                done = await bench.ask("POST", "/decisions", person, body)
                if done is not None and done["results"][0]["changed"]:
                    answered[person, item["record"]] += 1

    await asyncio.gather(*(review(person) for person in people))
    kept = await bench.running.db.read(lambda tx: _votes(tx, people))
    return {
        "reviewers": len(people),
        "answered": sum(answered.values()),
        "lost": len(set(answered) - set(kept)),
        "doubled": len(kept) - len(set(kept)) + len(set(kept) - set(answered)),
        "settled_by_other_than_two": await bench.running.db.read(_odd_settlements),
    }


async def _votes(tx: Any, people: Sequence[str]) -> list[tuple[str, str]]:
    v = tables.votes
    rows = select(v.c.person, v.c.record_id).where(v.c.person.in_(people))
    return [(row.person, row.record_id) for row in await tx.execute(rows)]


async def _odd_settlements(tx: Any) -> int:
    """Settlements or conflicts that do not rest on exactly two votes."""
    v, e = tables.votes, tables.entries
    times = select(v.c.record_id, func.count().label("n")).group_by(v.c.record_id).subquery()
    rows = (
        select(func.count())
        .select_from(e)
        .outerjoin(times, times.c.record_id == e.c.record_id)
        .where(e.c.standing != "open", func.coalesce(times.c.n, 0) != 2)
    )
    return int((await tx.execute(rows)).scalar_one())


async def measure(asked: argparse.Namespace) -> Backlog:
    """Fill the service, then measure."""
    people = [f"p{i}" for i in range(4 + asked.reviewers)]
    with tempfile.TemporaryDirectory() as home:
        async with open_bench(Path(home)) as bench:
            begun = time.perf_counter()
            await bench.fill(asked.records, people)
            filled = time.perf_counter() - begun
            await bench.settle(1000)
            await rerank(bench.running.context, REVIEW, TITLE.name)
            ranked = time.perf_counter() - begun - filled
            return {
                "records": asked.records,
                "fill_s": round(filled, 1),
                "first_ranking_s": round(ranked, 1),
                **await latencies(bench, asked.requests),
                "at_once": await many_at_once(bench, people[4:], asked.seconds),
            }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.screening_api", description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10.0)
    print(json.dumps(asyncio.run(measure(parser.parse_args(arguments)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
