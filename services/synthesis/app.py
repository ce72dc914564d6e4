"""Synthesis' wiring: which event is handled by what, which jobs and routes there are."""

from pathlib import Path

from fastapi import APIRouter

from services.synthesis.configurations import jobs
from services.synthesis.configurations.api import ccmocs, theories, views
from services.synthesis.projections.handlers import event_handlers as following
from services.synthesis.projections.store.tables import metadata
from services.synthesis.report import api as reports
from services.synthesis.versions import api as versions
from shared.events.extraction import (
    CodebookChanged,
    DocumentAdded,
    FragmentAmended,
    FragmentAppraised,
    FragmentCoded,
    FragmentWithdrawn,
    ReportNotRetrieved,
    ReportSought,
    SourceErased,
    SourceWithdrawn,
    StudyLinked,
    StudyUnlinked,
)
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    SearchFinished,
)
from shared.events.workbench import ReviewAmended, ReviewOpened
from shared.kernel.service import Context, Service


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without the prefix it is mounted under."""
    router = APIRouter(prefix="/reviews/{review_id}")
    for part in (theories, ccmocs, views, versions, reports):
        part.add_routes(router, ctx)
    return router


SERVICE = Service(
    name="synthesis",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: following.on_reviews,
        ReviewAmended: following.on_reviews,
        RecordAdded: following.on_records,
        RecordAmended: following.on_records,
        RecordFlagged: following.on_records,
        RecordMerged: following.on_records_merged,
        RecordSplit: following.on_records_split,
        SearchFinished: following.on_searches,
        RecordSettled: following.on_records_settled,
        SettlementReopened: following.on_records_settled,
        DocumentAdded: following.on_documents,
        SourceWithdrawn: following.on_documents,
        SourceErased: following.on_sources_erased,
        ReportSought: following.on_reports,
        ReportNotRetrieved: following.on_reports,
        StudyLinked: following.on_links,
        StudyUnlinked: following.on_links,
        CodebookChanged: following.on_codebooks,
        FragmentCoded: following.on_fragments,
        FragmentAmended: following.on_fragments,
        FragmentWithdrawn: following.on_fragments,
        FragmentAppraised: following.on_appraised,
    },
    jobs={"recompute": jobs.recompute},
    routes=routes,
)
