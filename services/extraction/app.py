"""Extraction's wiring: which event is handled by what, and which routes there are."""

from pathlib import Path

from services.extraction import api
from services.extraction.handlers import following
from services.extraction.store import metadata
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
from shared.service import Service

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
    routes=api.routes,
)
