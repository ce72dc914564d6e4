"""Synthesis' wiring: which event is handled by what, which jobs and routes there are."""

from pathlib import Path

from fastapi import APIRouter

from services.synthesis.arguments import api as arguments_api
from services.synthesis.configurations import jobs
from services.synthesis.configurations.api import ccmocs, judging, theories, views
from services.synthesis.inference.api import ideas, lineage, memos
from services.synthesis.projections.handlers import codebooks, event_handlers
from services.synthesis.projections.store import marks
from services.synthesis.projections.store.tables import metadata
from services.synthesis.report.api import reports
from services.synthesis.report.api import texts as report_texts
from services.synthesis.versions import api as versions_api
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
from shared.events.screening import (
    ConflictOpened,
    CriteriaChanged,
    RecordSettled,
    SettlementReopened,
)
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
    inference = (ideas, lineage, memos)
    counted = (theories, ccmocs, judging, views)
    for part in (*counted, arguments_api, *inference, versions_api, reports, report_texts):
        part.add_routes(router, ctx)
    return router


async def mark_outdated(ctx: Context) -> None:
    """At start: theories that an earlier version of the algorithm computed wait anew."""
    await ctx.db.write(marks.mark_outdated)


SERVICE = Service(
    name="synthesis",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: event_handlers.on_reviews,
        ReviewAmended: event_handlers.on_reviews,
        RecordAdded: event_handlers.on_records,
        RecordAmended: event_handlers.on_records,
        RecordFlagged: event_handlers.on_records,
        RecordMerged: event_handlers.on_records_merged,
        RecordSplit: event_handlers.on_records_split,
        SearchFinished: event_handlers.on_searches,
        CriteriaChanged: event_handlers.on_criteria,
        RecordSettled: event_handlers.on_records_settled,
        ConflictOpened: event_handlers.on_records_settled,
        SettlementReopened: event_handlers.on_records_settled,
        DocumentAdded: event_handlers.on_documents,
        SourceWithdrawn: event_handlers.on_documents,
        SourceErased: event_handlers.on_sources_erased,
        ReportSought: event_handlers.on_reports,
        ReportNotRetrieved: event_handlers.on_reports,
        StudyLinked: event_handlers.on_links,
        StudyUnlinked: event_handlers.on_links,
        CodebookChanged: codebooks.on_codebooks,
        FragmentCoded: event_handlers.on_fragments,
        FragmentAmended: event_handlers.on_fragments,
        FragmentWithdrawn: event_handlers.on_fragments,
        FragmentAppraised: event_handlers.on_appraised,
    },
    jobs={"recompute": jobs.recompute},
    routes=routes,
    schedules=mark_outdated,
)
