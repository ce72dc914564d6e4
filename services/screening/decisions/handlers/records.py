"""Records come, change and go."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.screening.decisions.handlers.known import follow
from services.screening.decisions.handlers.settle import feed
from services.screening.decisions.store import records
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.base import Received
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordState,
)

State = tuple[RecordState, int]


async def on_records_added(added: Sequence[Received[RecordAdded]], tx: Tx) -> None:
    """New records enter the stages that the library feeds."""
    await _keep(tx, added, lambda e: [(e.event.record, e.subject_version)])


async def on_records_amended(amended: Sequence[Received[RecordAmended]], tx: Tx) -> None:
    """A record's text changed, or every import that brought it was reversed."""
    await _keep(tx, amended, lambda e: [(e.event.record, e.subject_version)])


async def on_records_flagged(flagged: Sequence[Received[RecordFlagged]], tx: Tx) -> None:
    """A retraction or the like is shown with the record; it decides nothing."""
    await _keep(tx, flagged, lambda e: [(e.event.record, e.subject_version)])


async def _keep(
    tx: Tx, received: Sequence[Received[Any]], states: Callable[[Received[Any]], list[State]]
) -> None:
    """Keep the states, per review, and let the records into or out of the stages."""
    by_review: dict[str, list[State]] = defaultdict(list)
    causes: dict[str, dict[str, Received[Any]]] = defaultdict(dict)
    for one in received:
        by_review[one.review_id] += states(one)
        causes[one.review_id] |= {state.record_id: one for state, _ in states(one)}
    for review_id, listed in by_review.items():
        await records.keep_records(tx, review_id, listed)
        review = await reviews.review(tx, review_id)
        if review is not None:
            with tx.caused_by(causes[review_id]):
                await admit(tx, review, [state.record_id for state, _ in listed])


async def admit(tx: Tx, review: Review, record_ids: Iterable[str]) -> None:
    """Let records into the first stages; those that were removed again leave every stage."""
    ids = list(dict.fromkeys(record_ids))
    removed = await records.standing_of(tx, review.review_id, ids)
    absorbed = await records.survivors(tx, review.review_id, ids)
    on = [r for r in ids if not removed.get(r, True) and absorbed[r] == r]
    off = [r for r in ids if removed.get(r, False)]
    for stage in review.graph.fed_by(None):
        await feed(tx, review, stage, on, off, "the record was removed from the library")
        await follow(tx, review.review_id, stage.name)
