"""What must be known before a command can be carried out; waiting is the caller's."""

from services.extraction.store import following
from shared.db import Tx
from shared.problems import Conflict, NotKnownYet


class SourceIsErased(Conflict):
    """An erased source does not come back, nor do its words."""

    title = "The source was erased"


async def require_review(tx: Tx, review_id: str) -> None:
    """Raise `NotKnownYet` until workbench has told of the review."""
    if not await following.is_known_review(tx, review_id):
        raise NotKnownYet("review", review_id)


async def require_theory(tx: Tx, review_id: str, theory_id: str) -> None:
    """Raise `NotKnownYet` until synthesis has told of the theory."""
    if not await following.is_known_theory(tx, review_id, theory_id):
        raise NotKnownYet("theory", theory_id)
