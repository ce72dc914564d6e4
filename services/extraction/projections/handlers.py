"""What must be known before a command can be carried out; waiting is the caller's."""

from services.extraction.projections import store as projections_store
from shared.db import Tx
from shared.http.problems import Conflict, NotKnownYet


class SourceIsErased(Conflict):
    """An erased source does not come back, nor do its words."""

    title = "The source was erased"


async def require_review(tx: Tx, review_id: str) -> None:
    """Raise `NotKnownYet` until workbench has told of the review."""
    if not await projections_store.is_known_review(tx, review_id):
        raise NotKnownYet("review", review_id)


async def lock_coding(tx: Tx, review_id: str) -> None:
    """Let nobody else code in this review, or change its documents, until the transaction ends.

    One lock for the review: a fragment's confidence hangs on its documents and on what it
    repeats, and a batch would otherwise hold thousands of locks.
    """
    await tx.lock(f"coding/{review_id}")


async def lock_reports(tx: Tx, review_id: str) -> None:
    """Let nobody else seek or mark this review's reports until the transaction ends."""
    await tx.lock(f"reports/{review_id}")


async def require_theory(tx: Tx, review_id: str, theory_id: str) -> None:
    """Raise `NotKnownYet` until synthesis has told of the theory."""
    if not await projections_store.is_known_theory(tx, review_id, theory_id):
        raise NotKnownYet("theory", theory_id)
