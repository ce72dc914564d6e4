"""One round of CLUSTER searching, and its steps over a large library.

`python -m benchmarks.cluster [--articles 5000] [--records 50000]` prints JSON. A round of
all steps goes over an invented citation graph around 20 pearls, whose PubMed is a server on
127.0.0.1; its time is reckoned at 3 requests a second and not waited for. The control asks
the same PubMed pearl by pearl and article by article. Steps 3 and 9 look through a library
in SQLite; their control reads and compares every record.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.cluster_graph import NAMES, PEARLS, citation_graph, pearl, words
from services.search.app import SERVICE
from services.search.cluster.domain.kinship import kinship, mentions
from services.search.cluster.domain.round import ENDED, Options
from services.search.cluster.handlers import round_views, steps
from services.search.cluster.handlers.approval import approve_queries
from services.search.cluster.handlers.offers import offer_again
from services.search.cluster.jobs.rounds import JOBS
from services.search.cluster.store import rounds as store
from services.search.connectors.client.access import Connectors
from services.search.library.domain.record import Author, Bibliography, SourceRecord
from services.search.library.handlers.keep import KeptPage, RecordOrigin, keep_page
from services.search.library.handlers.preparation import Prepared, prepare_all
from services.search.library.store import fulltext, reviews, text_index
from services.search.library.store.content import decode
from services.search.pacing.client import Timing
from services.search.pubmed.client.pubmed import Access, PubMed
from shared.bus.memory import MemoryBus
from shared.db import Database, Tx, connect
from shared.db.rows import Row
from shared.events.workbench import ReviewState
from shared.kernel import migrations
from shared.kernel.job_worker import do_job
from shared.kernel.service import Context
from shared.ops.settings import Settings
from tests.support.eutils import serve

REVIEW, STEP, RATE = "bench", "gap", 3.0
LEXICON = (
    "social capital",
    "candidacy",
    "street-level bureaucr*",
    "kadra repo",
    "recovery capital",
)
START = RecordOrigin(origin="start", arm="database")


@asynccontextmanager
async def library(folder: Path) -> AsyncIterator[Database]:
    """A search service's database with an empty review."""
    db = connect(f"sqlite:///{folder / 'search.sqlite'}", service="search", synchronous="NORMAL")
    await db.open()
    await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    state = ReviewState(review_id=REVIEW, title="B")
    await db.write(lambda tx: reviews.keep_review(tx, state, 1))
    detail = {"kind": "open_case", "detail": "x"}
    await db.write(lambda tx: reviews.keep_step(tx, REVIEW, STEP, 1, "PT1", detail, "proposed"))
    yield db
    await db.close()


async def keep(db: Database, said: list[Bibliography]) -> list[str]:
    """Records of the library; their ids."""
    ids: list[str] = []
    for start in range(0, len(said), 1000):
        sources = [SourceRecord(source="pubmed", own_id=one.pmid, bibliography=one)
                   for one in said[start : start + 1000]]  # fmt: skip
        page = prepare_all(REVIEW, sources)
        kept = await db.write(partial(_kept, page))
        ids += [kept.records[each.id] for each in page]
    return ids


async def _kept(page: list[Prepared], tx: Tx) -> KeptPage:
    return await keep_page(tx, REVIEW, page, START)


def reckoned() -> tuple[Timing, SimpleNamespace]:
    """Time that passes only in pauses, and how much has passed."""
    passed = SimpleNamespace(seconds=0.0)

    async def sleep(seconds: float) -> None:
        passed.seconds += seconds

    now = datetime(2026, 1, 5, tzinfo=UTC)
    return Timing(now=lambda: now, monotonic=lambda: passed.seconds, sleep=sleep), passed


async def round_over(articles: int, seed: int) -> dict[str, Any]:
    """One round of all steps, a second one, and the control."""
    corpus = citation_graph(articles, random.Random(seed))
    timing, passed = reckoned()
    with tempfile.TemporaryDirectory() as folder, serve(corpus) as eutils:
        pubmed = PubMed(Access(base_url=eutils.base_url, rate=RATE), timing=timing)
        async with library(Path(folder)) as db:
            resources = SimpleNamespace(pubmed=pubmed, connectors=Connectors())
            settings = Settings(home=Path(folder))
            ctx = Context(service="search", db=db, bus=MemoryBus(), settings=settings,
                          clock=db.clock, resources=resources)  # fmt: skip
            ids = await keep(db, [pearl(number) for number in range(PEARLS)])
            options = Options(topic="outreach[tiab]", acronym="OUTPOST", theory="kadra[tiab]",
                              condition="repo[tiab]", lexicon=LEXICON, budget=5000,
                              projects=("INPOST",))  # fmt: skip
            await db.write(lambda tx: steps.approve_step(tx, REVIEW, STEP, ids, "", options))
            await _work(ctx)
            unapproved = len(eutils.seen)
            first = await _carried_out(ctx, eutils, passed, 1)
            again = await db.write(lambda tx: steps.start_round(tx, REVIEW, STEP, ids, "", options))
            second = await _carried_out(ctx, eutils, passed, again)
            control = await _one_by_one(pubmed, eutils, passed, first.pop("pmids"))
        pubmed.close()
    second.pop("pmids")
    return {
        "articles": articles,
        "requests_before_approval": unapproved,
        "round": first,
        "second_round": second,
        "control_one_by_one": control,
    }


async def _carried_out(ctx: Context, eutils: Any, passed: Any, number: int) -> dict[str, Any]:
    key = (REVIEW, STEP, number)
    sent, moment, start = len(eutils.seen), passed.seconds, time.perf_counter()
    await ctx.db.write(lambda tx: approve_queries(key, None, tx))
    await _work(ctx)
    seconds = time.perf_counter() - start

    async def look(tx: Any) -> tuple[dict[str, Any], list[str]]:
        row = await store.one(tx, key)
        assert row is not None
        assert row["state"] in ENDED, row["state"]
        (shown,) = await round_views.shown_rounds(tx, REVIEW, [row])
        return shown, [hit["pmid"] for hit in await store.hits_of(tx, key)]

    shown, pmids = await ctx.db.read(look)
    return {
        "state": shown["state"],
        "retrieved": shown["total"]["retrieved"],
        "new": shown["total"]["new"],
        "by_step": {one["step"]: one["retrieved"] for one in shown["steps"]},
        "requests": len(eutils.seen) - sent,
        "fake_seconds": round(passed.seconds - moment, 1),
        "wall_seconds": round(seconds, 2),
        "pmids": sorted(set(pmids)),
    }


async def _work(ctx: Context) -> None:
    while await do_job(ctx.db, JOBS, ctx):
        pass


async def _one_by_one(pubmed: PubMed, eutils: Any, passed: Any, pmids: list[str]) -> dict[str, Any]:
    """The links of each pearl, twice, and each article found, each in a request of its own."""
    sent, moment = len(eutils.seen), passed.seconds
    for number in range(1, PEARLS + 1):
        for kind in ("references", "cited_by") * 2:
            await pubmed.links([str(number)], kind)
    for pmid in pmids:
        async for _ in pubmed.fetch([pmid]):
            pass
    return {
        "requests": len(eutils.seen) - sent,
        "fake_seconds": round(passed.seconds - moment, 1),
    }


async def local_steps(records: int, seed: int) -> dict[str, Any]:
    """Steps 3 and 9 over a library of which nine in ten were excluded, and their control."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with library(Path(folder)) as db:
            pearls = [pearl(number) for number in range(PEARLS)]
            start = time.perf_counter()
            ids = await keep(db, pearls + [_held(number, dice) for number in range(records)])
            while await db.write(text_index.place_some):
                pass
            loaded = time.perf_counter() - start
            excluded = [one for at, one in enumerate(ids) if at >= PEARLS and at % 10]
            await db.write(lambda tx: reviews.keep_settlements(tx, _exclusions(excluded)))
            known = dict(zip(ids, pearls, strict=False))
            found, seconds, cpu = await _timed(db, known)
            start, before = time.perf_counter(), time.process_time()
            plain = await _plainly(db, known, set(excluded))
            control = time.perf_counter() - start
            control_cpu = time.process_time() - before
    return {
        "records": records,
        "offered": len(found),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "control_every_record_seconds": round(control, 2),
        "control_every_record_cpu_seconds": round(control_cpu, 2),
        "control_offered": len(plain),
        "missed": len(plain - found),
        "loading_seconds": round(loaded, 1),
    }


def _held(number: int, dice: random.Random) -> Bibliography:
    kin = number % PEARLS if number % 500 == 0 else None
    theory = f" {LEXICON[0]} " if number % 400 == 1 else " "
    names = (f"{dice.choice(NAMES)}{number % 7000}", dice.choice(NAMES))
    authors = tuple(Author(family=name, given="Ada") for name in names)
    return Bibliography(
        pmid=str(100_000 + number),
        title=f"{words(dice, 9)} {number}",
        abstract=f"{words(dice, 60)}{theory}{words(dice, 60)}",
        authors=authors if kin is None else (*authors, Author(family=f"Lead{kin}", given="Marie")),
        trial_ids=() if kin is None else (f"NCT{kin:08d}",),
        year=1990 + number % 35,
    )


def _exclusions(ids: list[str]) -> list[dict[str, Any]]:
    said = {"review_id": REVIEW, "stage": "title", "version": 1, "verdict": "exclude"}
    return [{**said, "record_id": one} for one in ids]


async def _timed(db: Database, known: dict[str, Bibliography]) -> tuple[set[str], float, float]:
    step = {"review_id": REVIEW, "id": STEP}
    options = Options(lexicon=LEXICON)
    start, cpu = time.perf_counter(), time.process_time()
    offered, _ = await db.write(
        lambda tx: offer_again(tx, step, known, options, {"recheck", "mentions"})
    )
    return set(offered), time.perf_counter() - start, time.process_time() - cpu


async def _plainly(db: Database, known: dict[str, Bibliography], excluded: set[str]) -> set[str]:
    """Every record against every pearl and every word, without an index."""
    found: set[str] = set()
    after = 0
    while True:
        rows = await db.read(partial(_page_after, after))
        if not rows:
            return found
        after = rows[-1]["number"]
        for row in rows:
            if row["id"] in excluded:
                other = decode(row["content"])
                kin = any(kinship(one, other) for one in known.values())
                if kin or any(mentions(each, other) for each in LEXICON):
                    found.add(row["id"])


async def _page_after(after: int, tx: Tx) -> Sequence[Row]:
    return await fulltext.page(tx, REVIEW, after=after, most=2000)


async def measured(articles: int, records: int, seed: int) -> dict[str, Any]:
    """Both parts."""
    return {
        "round": await round_over(articles, seed),
        "local_steps": await local_steps(records, seed),
    }


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(measured(asked.articles, asked.records, asked.seed)), indent=2))


if __name__ == "__main__":
    main()
