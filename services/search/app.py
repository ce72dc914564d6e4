"""The search service's wiring table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from services.search import api
from services.search.adapters.pubmed_access import open_pubmed
from services.search.handlers import following
from services.search.jobs import indexing, living, rounds, watching
from services.search.ports import PubMed
from services.search.store import metadata
from services.search.store.library import INDEXING
from shared.clock import Clock
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.synthesis import GapFound
from shared.events.workbench import ReviewAmended, ReviewOpened
from shared.service import Context, Service
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Resources:
    """The outside world of this service."""

    pubmed: PubMed


@asynccontextmanager
async def resources(settings: Settings, clock: Clock) -> AsyncIterator[Resources]:
    """PubMed, as far as the settings allow it."""
    async with open_pubmed(settings, clock) as pubmed:
        yield Resources(pubmed)


async def schedules(ctx: Context) -> None:
    """At start: searches' next slots, a look at the watched folders, texts to index."""
    await living.schedules(ctx)
    await watching.plan_watch(ctx)
    await indexing.plan_indexing(ctx)


SERVICE = Service(
    name="search",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: following.on_reviews_opened,
        ReviewAmended: following.on_reviews_amended,
        RecordSettled: following.on_records_settled,
        SettlementReopened: following.on_settlements_reopened,
        GapFound: following.on_gaps_found,
    },
    jobs={
        **living.JOBS,
        **rounds.JOBS,
        watching.JOB: watching.watch_folders,
        INDEXING: indexing.index_texts,
    },
    schedules=schedules,
    resources=resources,
    routes=api.routes,
)
