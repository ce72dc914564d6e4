"""The search service's wiring table."""

from services.search import api
from services.search.handlers import reviews
from services.search.store import metadata
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.synthesis import GapFound
from shared.events.workbench import ReviewAmended, ReviewOpened
from shared.service import Service

SERVICE = Service(
    name="search",
    tables=metadata,
    on={
        ReviewOpened: reviews.on_reviews_opened,
        ReviewAmended: reviews.on_reviews_amended,
        RecordSettled: reviews.on_records_settled,
        SettlementReopened: reviews.on_settlements_reopened,
        GapFound: reviews.on_gaps_found,
    },
    routes=api.routes,
)
