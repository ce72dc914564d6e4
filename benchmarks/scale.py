"""Cost that stays flat: `python -m benchmarks.scale [--sizes 1000 10000 100000] [--page 200000]`.

Prints JSON. CPU milliseconds for each record of imports of 500 through all services until the
flow shows it, in one review that holds more and more, and in one with many merged records;
100 record events in every reader with many aliases and with none; and a review's page over a large
review. The smallest size (or none) is the control of the same run, measured in turns with the
larger ones; worst cases stand beside means.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.library import record
from runtime.embedded import System, open_system
from services.search.library.jobs import plan_indexing
from shared.events import Event, Received
from shared.events.screening import RecordSettled
from shared.events.search import RecordAdded, RecordMerged, RecordState, Route
from shared.ids import new_id
from shared.ops.settings import Settings

READERS = ("screening", "extraction", "synthesis", "workbench")
BATCH, LOOKS, VOCABULARY = 500, 6, 5000
ROUTE = Route(source="pubmed", source_record_id="1", found_at="2026-01-01T00:00:00+00:00")


async def cpu_ms(work: Callable[[], Awaitable[Any]]) -> float:
    """Milliseconds of processor time that the whole process takes meanwhile."""
    before = time.process_time()
    await work()
    return 1000 * (time.process_time() - before)


def figures(spent: Sequence[float], each: int = 1) -> dict[str, float]:
    """Mean and worst, of `each` records."""
    return {"mean": round(mean(spent) / each, 3), "worst": round(max(spent) / each, 3)}


async def opened(system: System, review_id: str) -> None:
    """A review with one stage, known to every service."""
    async with system.client() as client:
        answer = await client.post("/api/reviews", json={"id": review_id, "title": review_id})
        answer.raise_for_status()
        stages = [{"name": "title_abstract", "from": None}]
        await client.patch(f"/api/reviews/{review_id}", json={"stages": stages, "reason": "stage"})
    await system.drain(600)


async def bring(system: System, review_id: str, first: int, count: int) -> None:
    """Import records, and wait until the flow shows them."""
    dice = random.Random(first)
    numbers = range(first, first + count)
    content = "\n".join(record(n, dice, n % 4, VOCABULARY) for n in numbers).encode()
    path = f"/api/search/reviews/{review_id}/imports?filename={first}.ris&source=s&arm=database"
    async with system.client() as client:
        (await client.post(path, content=content)).raise_for_status()
        await system.drain(3600)
        flow = (await client.get(f"/api/reviews/{review_id}/flow")).json()
    if flow["stages"][0]["pool"] < count or flow["faults"]:
        raise RuntimeError(f"the flow lacks records or does not add up: {flow['faults']}")


async def index(system: System) -> None:
    """Give all texts their places in the index of full-text search, which waits for a minute."""
    await plan_indexing(system.services["search"].context)
    await system.drain(3600)


async def growing(system: System, control: System, sizes: Sequence[int]) -> dict[str, Any]:
    """Cost of a record by how many the review holds already, and of its text in the index.

    Imports into small reviews of another system alternate with those that are measured, since a
    machine's speed changes while a large review is filled. What is done once comes first.
    """
    for one in (system, control):
        await opened(one, "first")
        await bring(one, "first", 0, sizes[0])
    await opened(system, "growing")
    held, found = 0, {}
    for size in sizes[1:]:
        await bring(system, "growing", held, size - held - LOOKS * BATCH)
        held = size
        await index(system)
        large, small = await alternating(system, control, size)
        indexed = await cpu_ms(lambda: index(system))
        found[str(size)] = {
            **figures(large, BATCH),
            f"at_{sizes[0]}": figures(small, BATCH),
            "ratio": round(mean(large) / mean(small), 2),
            "text_indexed": round(indexed / (LOOKS * BATCH), 3),
        }
    return found


async def alternating(
    system: System, control: System, size: int
) -> tuple[list[float], list[float]]:
    """What the last imports up to a size cost, and what the first ones of a review cost."""
    large, small = [], []
    for look in range(LOOKS):
        first, again = size - (LOOKS - look) * BATCH, look % 2
        large.append(await cpu_ms(lambda: bring(system, "growing", first, BATCH)))  # noqa: B023
        review = f"small-{size}-{look - again}"
        if not again:
            await opened(control, review)
        small.append(await cpu_ms(lambda: bring(control, review, again * BATCH, BATCH)))  # noqa: B023
    return large, small


async def tell(system: System, reader: str, events: Sequence[Event]) -> None:
    """Hand events of one type to a reader, as its inbox does."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    batch = [
        Received(
            id=new_id(), event=e, subject=e.subject, subject_version=1, time=at, correlation_id="c"
        )
        for e in events
    ]
    running = system.services[reader]
    handler = running.service.on.get(type(events[0]))
    if handler is not None:
        await running.db.write(lambda tx: handler(batch, tx))


def added(review_id: str, numbers: range) -> list[Event]:
    """Records as search tells of them."""
    return [
        RecordAdded(
            review_id=review_id,
            record=RecordState(record_id=f"r{n}", title=f"Title {n}", routes=(ROUTE,)),
        )
        for n in numbers
    ]


def merged(review_id: str, numbers: range) -> list[Event]:
    """Merges of ten records each into one."""
    return [
        RecordMerged(
            review_id=review_id,
            record=RecordState(record_id=f"s{n // 10}", title="Survivor", routes=(ROUTE,)),
            absorbed=f"a{n}",
            alias_version=1,
        )
        for n in numbers
    ]


async def with_aliases(system: System, review_id: str, aliases: int) -> None:
    """A review in which so many records were merged, in every reader."""
    for reader in READERS:
        for first in range(0, aliases, 500):
            await tell(system, reader, merged(review_id, range(first, first + 500)))


async def events_by_reader(system: System, aliases: int) -> dict[str, Any]:
    """100 record events with no alias, and with many."""
    await opened(system, "none")
    await opened(system, "many")
    await with_aliases(system, "many", aliases)
    found: dict[str, Any] = {}
    for reader in READERS:
        spent: dict[str, list[float]] = {"none": [], "many": []}
        for look in range(10):
            for review_id, taken in spent.items():
                events = added(review_id, range(100 * look, 100 * look + 100))
                taken.append(await cpu_ms(lambda: tell(system, reader, events)))  # noqa: B023
        # The first of each fills caches.
        none, many = (figures(spent[name][1:]) for name in ("none", "many"))
        ratio = round(many["mean"] / none["mean"], 2)
        found[reader] = {"none_ms": none, "many_ms": many, "ratio": ratio}
    return found


async def import_with_aliases(system: System, aliases: int) -> dict[str, Any]:
    """Cost of a record in a review with merged records, beside one without."""
    await opened(system, "plain")
    await opened(system, "merged")
    await with_aliases(system, "merged", aliases)
    spent: dict[str, list[float]] = {"plain": [], "merged": []}
    for look in range(LOOKS):
        for review_id, taken in spent.items():
            first = look * BATCH
            taken.append(await cpu_ms(lambda: bring(system, review_id, first, BATCH)))  # noqa: B023
    plain, many = (figures(spent[name], BATCH) for name in ("plain", "merged"))
    return {"none": plain, "many": many, "ratio": round(many["mean"] / plain["mean"], 2)}


async def page(system: System, records: int) -> dict[str, Any]:
    """A review's page over many records, a fifth of them settled."""
    await opened(system, "page")
    for first in range(0, records, BATCH):
        numbers = range(first, first + BATCH)
        await tell(system, "workbench", added("page", numbers))
        settled: list[Event] = [
            RecordSettled(
                review_id="page",
                settlement_id=f"title_abstract/r{n}",
                record_id=f"r{n}",
                stage="title_abstract",
                verdict="exclude" if n % 4 else "include",
                reason=f"reason {n % 7}" if n % 4 else None,
            )
            for n in numbers[::5]
        ]
        await tell(system, "workbench", settled)
    walls, spent = [], []
    async with system.client() as client:
        for _ in range(20):
            start = time.perf_counter()
            spent.append(await cpu_ms(lambda: client.get("/reviews/page")))
            walls.append(1000 * (time.perf_counter() - start))
        flow = (await client.get("/api/reviews/page/flow")).json()
    return {"records": flow["records"], "cpu_ms": figures(spent), "wall_ms": figures(walls)}


async def measure(wish: argparse.Namespace) -> dict[str, Any]:
    """Everything, each part in a system of its own."""
    parts: dict[str, Callable[[System], Awaitable[Any]]] = {
        "record_ms_with_aliases": lambda system: import_with_aliases(system, wish.aliases),
        "100_events_with_aliases": lambda system: events_by_reader(system, wish.event_aliases),
        "review_page": lambda system: page(system, wish.page),
    }
    async with invented_system() as system, invented_system() as control:
        found = {"record_ms_by_size": await growing(system, control, wish.sizes)}
    for name, part in parts.items():
        async with invented_system() as system:
            found[name] = await part(system)
    return found


@asynccontextmanager
async def invented_system() -> AsyncIterator[System]:
    """An embedded system with a folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        async with open_system(Settings(home=Path(home))) as system:
            yield system


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    apart = f"the first is the control; {LOOKS * BATCH} apart at least"
    sizes = [1000, 10_000, 100_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, help=apart)
    parser.add_argument("--aliases", type=int, default=20_000)
    parser.add_argument("--event-aliases", type=int, default=50_000)
    parser.add_argument("--page", type=int, default=200_000)
    print(json.dumps(asyncio.run(measure(parser.parse_args()))))


if __name__ == "__main__":
    main()
