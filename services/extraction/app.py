"""Extraction's wiring: which event is handled by what, and which routes there are."""

from pathlib import Path

from fastapi import APIRouter

from services.extraction.appraisal import api as appraisal_api
from services.extraction.codebook import api as codebook_api
from services.extraction.documents.api import documents, retrievals
from services.extraction.documents.handlers import event_handlers
from services.extraction.fragments.api import fragments
from services.extraction.tables import metadata
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
)
from shared.events.synthesis import TheoryRefined, TheoryRetired, TheoryStated
from shared.events.workbench import ReviewAmended, ReviewOpened
from shared.kernel.service import Context, Service


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without the prefix it is mounted under."""
    router = APIRouter()
    for part in (documents, retrievals, codebook_api, appraisal_api, fragments):
        router.include_router(part.routes(ctx))
    return router


SERVICE = Service(
    name="extraction",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: event_handlers.on_reviews,
        ReviewAmended: event_handlers.on_reviews,
        TheoryStated: event_handlers.on_theories,
        TheoryRefined: event_handlers.on_theories,
        TheoryRetired: event_handlers.on_theories,
        RecordAdded: event_handlers.on_records,
        RecordAmended: event_handlers.on_records,
        RecordFlagged: event_handlers.on_records,
        RecordMerged: event_handlers.on_records_merged,
        RecordSplit: event_handlers.on_records_split,
        RecordSettled: event_handlers.on_records_settled,
        SettlementReopened: event_handlers.on_records_settled,
    },
    routes=routes,
)
