"""The search service's living jobs on a real database, a moved clock and the fake PubMed.

No loops run: time is moved by hand from one due job to the next, so that a
year takes seconds and every step is repeatable.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from services.search.app import SERVICE
from services.search.cluster.jobs import rounds as cluster_jobs
from services.search.connectors.client.access import Connectors
from services.search.library.store.reviews import keep_review
from services.search.living import jobs as living_jobs
from services.search.living.handlers import searches
from services.search.living.store import searches as living_store
from services.search.pacing.client import Timing
from services.search.pubmed.client.pubmed import Access, PubMed
from services.search.tables import records
from shared.bus.memory import MemoryBus
from shared.clock import ManualClock
from shared.db import Database, connect
from shared.events.workbench import ReviewState
from shared.kernel import jobs, migrations
from shared.kernel.job_worker import do_job
from shared.kernel.outbox import outbox
from shared.kernel.service import Context
from shared.ops.settings import Settings
from tests.support.eutils import Corpus, EUtils, serve
from tests.support.eutils.generated import relevant

REVIEW = "reco"
SEARCH = "pubmed-main"
NO_CONNECTORS = Connectors()
JOBS = {**living_jobs.JOBS, **cluster_jobs.JOBS}


@dataclass(slots=True)
class Living:
    """A living review: its database, its clock, and the PubMed it searches."""

    db: Database
    clock: ManualClock
    eutils: EUtils
    ctx: Context

    async def define(self, query: str, schedule: str = "0 6 * * 1", **more: Any) -> None:
        """Define the review's one search."""
        command = searches.DefineSearch(
            review_id=REVIEW,
            search_id=SEARCH,
            name="PubMed",
            query=query,
            schedule=schedule,
            **more,
        )
        await self.db.write(lambda tx: searches.define_search(command, tx))

    async def run(self, *, full: bool = False) -> None:
        """Run the search now."""
        await self.db.write(lambda tx: searches.start_run(REVIEW, SEARCH, tx, full=full))
        await self.work()

    async def until(self, moment: datetime) -> None:
        """Do every job that falls due up to `moment`, each at its time."""
        while (due := await self._next_due()) is not None and due <= moment:
            self.clock.set(max(due, self.clock.now()))
            await self.work()
        self.clock.set(moment)

    async def asleep_until(self, moment: datetime) -> None:
        """The machine is off until `moment`; then everything due is done at once."""
        self.clock.set(moment)
        await self.work()

    async def work(self) -> None:
        """Do what is due now."""
        while await do_job(self.db, JOBS, self.ctx):
            pass

    async def _next_due(self) -> datetime | None:
        found = await self.db.read(lambda tx: tx.execute(jobs.next_due(sorted(JOBS))))
        moment: datetime | None = found.scalar_one_or_none()
        return moment

    async def runs(self, search: str = SEARCH) -> list[Mapping[str, Any]]:
        """The runs of a search, oldest first."""
        found = await self.db.read(lambda tx: living_store.runs_of(tx, REVIEW, search, most=1000))
        return found[::-1]

    async def records(self) -> dict[str, Mapping[str, Any]]:
        """Active records by PMID."""
        statement = select(
            records.c.id, records.c.pmid, records.c.title, records.c.flags, records.c.state
        )
        found = await self.db.read(lambda tx: tx.execute(statement))
        rows = [dict(row) for row in found.mappings()]
        return {row["pmid"]: row for row in rows if row["state"] == "active"}

    async def events(self, kind: str) -> list[Mapping[str, Any]]:
        """Rows of the outbox of one type, in order."""
        statement = select(outbox).where(outbox.c.type == f"search.{kind}")
        found = await self.db.read(lambda tx: tx.execute(statement.order_by(outbox.c.position)))
        return [dict(row) for row in found.mappings()]

    async def counts(self) -> Counter[str]:
        """How many events of each type were said."""
        found = await self.db.read(lambda tx: tx.execute(select(outbox.c.type)))
        return Counter(found.scalars())

    async def search_row(self) -> Mapping[str, Any]:
        """The search as it is stored."""
        row = await self.db.read(lambda tx: living_store.search_of(tx, REVIEW, SEARCH))
        assert row is not None
        return row


@asynccontextmanager
async def living_review(
    settings: Settings,
    corpus: Corpus,
    start: datetime,
    *,
    quiet: float = 5.0,
    connectors: Connectors = NO_CONNECTORS,
) -> AsyncIterator[Living]:
    """A review that nobody has searched yet, at `start`; PubMed may be silent for `quiet` s."""
    clock = ManualClock(start)
    db = connect(
        settings.url_of("search"),
        service="search",
        schema=settings.schema_of("search"),
        clock=clock,
        synchronous="NORMAL",
    )
    await db.open()
    await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    await db.write(lambda tx: keep_review(tx, ReviewState(review_id=REVIEW, title="R"), 1))
    with serve(corpus, lambda: clock.now().date()) as eutils:
        pubmed = PubMed(Access(base_url=eutils.base_url, quiet=quiet), timing=_timing(clock))
        ctx = Context(
            service="search",
            db=db,
            bus=MemoryBus(),
            settings=settings,
            clock=clock,
            resources=SimpleNamespace(pubmed=pubmed, connectors=connectors),
        )
        await db.write(lambda tx: searches.plan_refetch(REVIEW, tx))
        yield Living(db, clock, eutils, ctx)
        pubmed.close()
    await db.close()


def _timing(clock: ManualClock) -> Timing:
    """Pauses that take no time, and still count."""
    passed = SimpleNamespace(seconds=0.0)

    async def sleep(seconds: float) -> None:
        passed.seconds += seconds

    return Timing(now=clock.now, monotonic=lambda: passed.seconds, sleep=sleep, chance=lambda: 0.5)


def weeks(start: datetime, number: float) -> datetime:
    """`start` and so many weeks."""
    return start + timedelta(weeks=number)


def thirty_articles() -> Corpus:
    """A small corpus: PMIDs 1000 to 1029, all created in December 2025."""
    corpus = Corpus()
    corpus.add(*(relevant(1000 + n, date(2025, 12, 1 + n % 28)) for n in range(30)))
    return corpus
