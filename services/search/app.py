"""The search service's wiring table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import APIRouter

from services.search.cluster.api import contacts, lexicons, relations, rounds
from services.search.cluster.handlers import evidence
from services.search.cluster.jobs import rounds as cluster_jobs
from services.search.connectors import api as connectors_api
from services.search.connectors import jobs as connectors_jobs
from services.search.connectors.client.access import Connectors, open_connectors
from services.search.exchange import api as exchange_api
from services.search.imports.api import exports, uploads
from services.search.imports.jobs import folder_watch
from services.search.library import jobs as library_jobs
from services.search.library.api import proposals, records
from services.search.living import api as living_api
from services.search.living import jobs as living_jobs
from services.search.living.handlers import event_handlers
from services.search.pacing.jobs import SharedPacer
from services.search.pubmed.client.access import open_pubmed
from services.search.pubmed.ports import PubMed
from services.search.strategies import api as strategies_api
from services.search.tables import metadata
from shared.db import Database
from shared.events.extraction import (
    DocumentAdded,
    FragmentAmended,
    FragmentAppraised,
    FragmentCoded,
    FragmentWithdrawn,
    SourceErased,
    SourceWithdrawn,
)
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.synthesis import (
    ArgumentEvidenceChanged,
    CcmocConjectured,
    CcmocLapsed,
    CcmocRevised,
    GapFound,
    PredictionRefuted,
)
from shared.events.workbench import ReviewAmended, ReviewOpened
from shared.kernel.service import Context, Service
from shared.ops.settings import Settings


@dataclass(frozen=True, slots=True)
class SearchResources:
    """The outside world of this service."""

    pubmed: PubMed
    connectors: Connectors


@asynccontextmanager
async def resources(settings: Settings, db: Database) -> AsyncIterator[SearchResources]:
    """PubMed and the other sources, as far as the settings allow them; copies share one pace."""
    pace_of = partial(SharedPacer, db)
    async with (
        open_pubmed(settings, db.clock, pace_of) as pubmed,
        open_connectors(settings, db.clock, pace_of) as connectors,
    ):
        yield SearchResources(pubmed, connectors)


async def schedules(ctx: Context) -> None:
    """At start: searches' next slots, watched folders, texts to index, looks that are due."""
    await living_jobs.schedules(ctx)
    await connectors_jobs.schedules(ctx)
    await folder_watch.WATCH.plan(ctx)
    await library_jobs.plan_indexing(ctx)
    await library_jobs.plan_refolding(ctx)


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without the prefix it is mounted under."""
    router = APIRouter()
    library = (uploads, exports, records, proposals)
    clusters = (rounds, lexicons, contacts, relations)
    searching = (living_api, connectors_api, strategies_api, *clusters)
    for part in (*library, *searching, exchange_api):
        router.include_router(part.routes(ctx))
    return router


SERVICE = Service(
    name="search",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: event_handlers.on_reviews_opened,
        ReviewAmended: event_handlers.on_reviews_amended,
        RecordSettled: event_handlers.on_records_settled,
        SettlementReopened: event_handlers.on_settlements_reopened,
        GapFound: event_handlers.on_gaps_found,
        PredictionRefuted: evidence.on_predictions_refuted,
        DocumentAdded: evidence.on_documents,
        SourceWithdrawn: evidence.on_documents,
        SourceErased: evidence.on_documents,
        FragmentCoded: evidence.on_fragments,
        FragmentAmended: evidence.on_fragments,
        FragmentWithdrawn: evidence.on_fragments,
        FragmentAppraised: evidence.on_appraised,
        CcmocConjectured: evidence.on_ccmocs_changed,
        CcmocRevised: evidence.on_ccmocs_changed,
        CcmocLapsed: evidence.on_ccmocs_changed,
        ArgumentEvidenceChanged: evidence.on_arguments_changed,
    },
    jobs={
        **living_jobs.JOBS,
        **connectors_jobs.JOBS,
        **cluster_jobs.JOBS,
        folder_watch.WATCH.job: folder_watch.WATCH.look,
        **library_jobs.JOBS,
    },
    schedules=schedules,
    resources=resources,
    routes=routes,
)
