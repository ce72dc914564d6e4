"""The workbench's library page over many records: `python -m benchmarks.library_pages`.

Invented records (those of `benchmarks.fulltext`, each with one source record) lie in the library of
an embedded system; the page is asked for in process, as a browser does without the network: the
first one, those that follow it, one source's, and what has a word. Prints JSON with the median and
the 95th percentile in wall milliseconds, the median of the process's CPU milliseconds, and as the
control the same pages of a library of 1,000.
"""

import argparse
import asyncio
import json
import random
import re
import statistics
import tempfile
import time
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from benchmarks.fulltext import invented
from runtime.embedded import System, open_system
from services.search.library.domain.dedup import normalise
from services.search.library.domain.record import Author, Bibliography
from services.search.library.store import records as records_store
from services.search.library.store import text_index
from services.search.library.store.content import encode
from services.search.tables import source_records
from shared.db import Tx
from shared.db.rows import put
from shared.ops.settings import Settings

PAGE = 500
CONTROL = 1_000
MOST_MS = 150
"""What the requirement allows a page."""


def rows_of(review: str, start: int, end: int) -> list[tuple[dict[str, Any], ...]]:
    """Records with their source records and texts, as an import writes them."""
    return [_rows(review, number) for number in range(start, end)]


def _rows(review: str, number: int) -> tuple[dict[str, Any], ...]:
    dice = random.Random(number)
    found = Bibliography(
        title=f"{invented(dice, 9)} {number}x",
        abstract=invented(dice, 135),
        authors=(Author(family=invented(dice, 1), given="R"),),
        year=1990 + number % 35,
        journal=f"Journal of {invented(dice, 2)}",
    )
    record, source = f"r{number}", ("Embase", "CINAHL")[number % 2]
    own = {"review_id": review, "content": encode(found), "label": found.title[:60]}
    kept: dict[str, object] = {
        "doi": None,
        "pmid": None,
        "state": "active",
        "flags": [],
        "amended": {},
        "version": 1,
    }
    told = {"id": record, "number": number, "title": found.title, "year": found.year}
    sighted = {"id": f"s{number}", "source": source, "own_id": str(number), "record_id": record}
    more = {
        "bundle": record,
        "arrived": number,
        "withdrawn": False,
        "features": normalise(found).encode(),
    }
    folded = records_store.folded(f"{found.title} {found.abstract}")
    text = {"review_id": review, "record_id": record, "number": number, "folded": folded}
    return ({**own, **told, **kept}, {**own, **sighted, **more}, text)


async def _keep(rows: list[tuple[dict[str, Any], ...]], tx: Tx) -> None:
    await records_store.keep(tx, [{**one, "changed_at": tx.now()} for one, _, _ in rows])
    await put(tx, source_records, [one for _, one, _ in rows])
    await records_store.keep_texts(tx, [one for _, _, one in rows])


async def fill(system: System, client: httpx.AsyncClient, review: str, number: int) -> None:
    """A review whose library holds so many records, indexed."""
    answer = await client.post("/api/reviews", json={"id": review, "title": review})
    answer.raise_for_status()
    await system.drain(600)
    db = next(one for one in system.services.values() if one.service.name == "search").db
    for start in range(0, number, PAGE):
        rows = rows_of(review, start, min(start + PAGE, number))
        await db.write(partial(_keep, rows))
    while await db.write(text_index.place_some):
        pass
    await system.drain(600)


Spent = tuple[float, float]
"""Wall and CPU milliseconds; those of the process are all that the page takes."""


async def timed(client: httpx.AsyncClient, path: str) -> tuple[Spent, str]:
    """What a page took that came, and the page."""
    start, cpu = time.perf_counter(), time.process_time()
    answer = await client.get(path)
    spent = 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - cpu)
    answer.raise_for_status()
    return spent, answer.text


async def measure(
    client: httpx.AsyncClient, review: str, records: int, pages: int
) -> dict[str, Any]:
    """Times of each kind of page; `following` walks from the first page on."""
    here = f"/reviews/{review}/library"
    told: dict[str, list[Spent]] = {}
    for name, asked in (
        ("first", ""),
        ("source", "?source=Embase"),
        ("word", f"?q={records // 2}x"),
    ):
        told[name] = [(await timed(client, here + asked))[0] for _ in range(pages)]
    told["following"], path = [], here
    _, page = await timed(client, path)
    for _ in range(pages):
        found = re.search(r'class="pager"><a href="([^"]*)"', page)
        path = here + unescape(found[1]) if found else here
        spent, page = await timed(client, path)
        told["following"].append(spent)
    return {name: _figures(times) for name, times in told.items()}


def _figures(times: list[Spent]) -> dict[str, float]:
    wall = sorted(one for one, _ in times)
    last = wall[min(len(wall) - 1, int(len(wall) * 0.95))]
    cpu = statistics.median(one for _, one in times)
    found = {"median_ms": statistics.median(wall), "p95_ms": last, "cpu_ms": cpu}
    return {name: round(value, 1) for name, value in found.items()}


async def compare(home: Path, records: int, pages: int) -> dict[str, Any]:
    """The whole report."""
    settings = Settings(home=home, local_owner=True, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        await fill(system, client, "small", min(CONTROL, records))
        await fill(system, client, "big", records)
        control = await measure(client, "small", min(CONTROL, records), pages)
        found = await measure(client, "big", records, pages)
    kept = all(one["p95_ms"] <= MOST_MS for one in found.values())
    return {"records": records, "pages": found, "control": control, "within_150_ms": kept}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=40, help="how often each is asked for")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(compare(Path(folder) / "home", wish.records, wish.pages))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
