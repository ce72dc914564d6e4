"""The reviews this service has heard of."""

from services.search.library.store import reviews
from shared.db import Tx
from shared.http.problems import NotKnownYet


async def require_review(tx: Tx, review_id: str) -> None:
    """Raises `NotKnownYet` until the review's opening has arrived here."""
    if not await reviews.knows_review(tx, review_id):
        raise NotKnownYet("review", review_id)
