"""Full-text search with its index, and a scan of all texts as the control.

`python -m benchmarks.fulltext [--records 40000] [--url postgresql+asyncpg://…]` keeps invented
records (the texts of `benchmarks.library`, about 1.2 KB each) in a library, times writing them,
indexing them and searching them, and checks that index and scan find the same. Prints JSON.
Times of searching are wall milliseconds, the median of nine; the others CPU seconds of the
process, which on PostgreSQL leaves out the server's.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.library import text as sentence
from services.search.app import SERVICE
from services.search.library.store import fulltext, text_index
from services.search.library.store import records as records_store
from services.search.tables import records, texts
from shared.clock import SystemClock
from shared.db import Database, Tx, connect
from shared.kernel import migrations

REVIEW = "benchmark"
PAGE = 500
WORDS = 5000
"""How many different words the texts are made of."""


def invented(dice: random.Random, words: int) -> str:
    """So many words."""
    return sentence(dice, words, WORDS)


def rows_of(start: int, end: int) -> list[dict[str, Any]]:
    """Texts of records, as an import writes them."""
    return [_row(number) for number in range(start, end)]


def _row(number: int) -> dict[str, Any]:
    dice = random.Random(number)
    parts = [invented(dice, 9), f"{number}x", invented(dice, 135), invented(dice, 12)]
    folded = records_store.folded(" ".join(parts))
    return {"review_id": REVIEW, "record_id": f"r{number}", "number": number, "folded": folded}


def record_of(row: dict[str, Any]) -> dict[str, Any]:
    """The record that goes with a text."""
    told: dict[str, Any] = {
        "id": row["record_id"],
        "number": row["number"],
        "content": b"",
        "title": "",
        "year": 1,
    }
    kept: dict[str, Any] = {
        "label": "",
        "doi": None,
        "pmid": None,
        "state": "active",
        "flags": [],
        "amended": {},
    }
    return {"review_id": REVIEW, **told, **kept, "version": 1, "changed_at": SystemClock().now()}


async def _keep_records(rows: list[dict[str, Any]], tx: Tx) -> None:
    await records_store.keep(tx, [record_of(row) for row in rows])


async def _keep_texts(rows: list[dict[str, Any]], tx: Tx) -> None:
    await records_store.keep_texts(tx, rows)


async def fill(db: Database, number: int) -> float:
    """CPU seconds of writing the texts alone."""
    spent = 0.0
    for start in range(0, number, PAGE):
        rows = rows_of(start, min(start + PAGE, number))
        await db.write(partial(_keep_records, rows))
        before = time.process_time()
        await db.write(partial(_keep_texts, rows))
        spent += time.process_time() - before
    return spent


async def index(db: Database) -> tuple[float, float]:
    """CPU seconds of the whole, and the longest of its transactions in wall milliseconds."""
    before, longest, more = time.process_time(), 0.0, 1
    while more:
        start = time.perf_counter()
        more = await db.write(text_index.place_some)
        longest = max(longest, time.perf_counter() - start)
    return time.process_time() - before, 1000 * longest


async def found(db: Database, query: str) -> list[str]:
    """The first page of what a search finds."""
    rows = await db.read(lambda tx: fulltext.page(tx, REVIEW, query=query))
    return [row["id"] for row in rows]


async def control(db: Database, query: str) -> list[str]:
    """The same by looking through the texts in their order."""
    place = func.instr if db.dialect == "sqlite" else func.strpos
    same = (texts.c.review_id == records.c.review_id) & (texts.c.record_id == records.c.id)
    statement = (
        select(records)
        .join(texts, same)
        .where(records.c.review_id == REVIEW, records.c.state == "active")
        .where(*(place(texts.c.folded, word) > 0 for word in fulltext.words_of(query)))
        .order_by(records.c.number)
        .limit(51)
    )

    async def look(tx: Tx) -> Sequence[Any]:
        return (await tx.execute(statement)).mappings().all()

    return [row["id"] for row in await db.read(look)]


async def compare(db: Database, query: str) -> dict[str, Any]:
    """Milliseconds of both ways, and whether they find the same."""
    report: dict[str, Any] = {"query": query}
    answers = []
    for name, search in (("index_ms", found), ("scan_ms", control)):
        times = []
        for _ in range(9):
            start = time.perf_counter()
            answer = await search(db, query)
            times.append(time.perf_counter() - start)
        answers.append(answer)
        report[name] = round(1000 * statistics.median(times), 2)
    return {**report, "found": len(answers[0]), "same": answers[0] == answers[1]}


async def measure(url: str, number: int) -> dict[str, Any]:
    """The whole report."""
    db = connect(url, service="search", clock=SystemClock(), synchronous="NORMAL")
    await db.open()
    await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    writing = await fill(db, number)
    word = invented(random.Random(number // 2), 9).lower().split()
    queries = [
        f"{number // 2}x",
        f'"{" ".join(word[:4])}"',
        word[0],
        f"{word[0]} {word[3][1:]} {word[5]}",
        "no-such-word",
        "ka",
    ]
    before = [await compare(db, query) for query in queries]
    indexing, longest = await index(db)
    after = [await compare(db, query) for query in queries]
    await db.close()
    return {
        "records": number,
        "dialect": db.dialect,
        "writing_cpu_s": round(writing, 2),
        "indexing_cpu_s": round(indexing, 2),
        "longest_transaction_ms": round(longest, 1),
        "before_indexing": before,
        "after_indexing": after,
    }


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--url", default="", help="an empty PostgreSQL database; else SQLite")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = wish.url or f"sqlite:///{Path(folder) / 'search.sqlite'}"
        print(json.dumps(asyncio.run(measure(url, wish.records)), indent=1))


if __name__ == "__main__":
    main()
