"""What other services say, and what the library makes of it."""

from collections.abc import Sequence

from services.search.library.store import reviews
from services.search.living.handlers.searches import plan_refetch, plan_review
from shared.db import Tx
from shared.events import Received
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.synthesis import GapFound
from shared.events.workbench import ReviewAmended, ReviewOpened


async def on_reviews_opened(opened: Sequence[Received[ReviewOpened]], tx: Tx) -> None:
    """A review has a library from now on."""
    for one in opened:
        await reviews.keep_review(tx, one.event.review, one.subject_version)
        with tx.caused_by(one):
            await plan_refetch(one.review_id, tx)


async def on_reviews_amended(amended: Sequence[Received[ReviewAmended]], tx: Tx) -> None:
    """The newest title and state of a review; one that was retired rests until it is not."""
    for one in amended:
        await reviews.keep_review(tx, one.event.review, one.subject_version)
        if not await reviews.is_retired(tx, one.review_id):
            with tx.caused_by(one):
                await plan_review(one.review_id, tx)


async def on_records_settled(settled: Sequence[Received[RecordSettled]], tx: Tx) -> None:
    """What a stage decided, so that what it included can be exported."""
    await reviews.keep_settlements(
        tx,
        [
            {
                "review_id": one.review_id,
                "stage": one.event.stage,
                "record_id": one.event.record_id,
                "version": one.subject_version,
                "verdict": one.event.verdict,
            }
            for one in settled
        ],
    )


async def on_settlements_reopened(reopened: Sequence[Received[SettlementReopened]], tx: Tx) -> None:
    """A settlement no longer stands."""
    await reviews.keep_settlements(
        tx,
        [
            {
                "review_id": one.review_id,
                "stage": one.event.stage,
                "record_id": one.event.record_id,
                "version": one.subject_version,
                "verdict": "reopened",
            }
            for one in reopened
        ],
    )


async def on_gaps_found(found: Sequence[Received[GapFound]], tx: Tx) -> None:
    """A gap in the evidence is a proposal to search around the pearls it names."""
    for one in found:
        gap = one.event
        detail = {
            "kind": gap.kind,
            "detail": gap.detail,
            "ccmoc_id": gap.ccmoc_id,
            "documents": list(gap.documents),
        }
        state = "closed" if gap.closed else "proposed"
        await reviews.keep_step(
            tx, one.review_id, gap.gap_id, one.subject_version, gap.theory_id, detail, state
        )
