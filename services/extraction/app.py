"""Extraction's wiring: which event is handled by what, and which routes there are."""

from pathlib import Path

from fastapi import APIRouter

from services.extraction.appraisal import api as appraisal
from services.extraction.codebook import api as codebook
from services.extraction.documents.api import documents, retrievals
from services.extraction.documents.handlers import event_handlers as following
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
    for part in (documents, retrievals, codebook, appraisal, fragments):
        router.include_router(part.routes(ctx))
    return router


SERVICE = Service(
    name="extraction",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: following.on_reviews,
        ReviewAmended: following.on_reviews,
        TheoryStated: following.on_theories,
        TheoryRefined: following.on_theories,
        TheoryRetired: following.on_theories,
        RecordAdded: following.on_records,
        RecordAmended: following.on_records,
        RecordFlagged: following.on_records,
        RecordMerged: following.on_records_merged,
        RecordSplit: following.on_records_split,
        RecordSettled: following.on_records_settled,
        SettlementReopened: following.on_records_settled,
    },
    routes=routes,
)
