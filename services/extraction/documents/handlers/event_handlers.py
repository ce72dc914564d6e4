"""What other services' events mean to extraction. Facts are stored; reading decides."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.extraction.documents.handlers.retrievals import seek_reports
from services.extraction.projections import store as projections_store
from services.extraction.studies.domain import trials_of
from shared.db import Tx
from shared.events.base import Received
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RecordState,
)
from shared.events.synthesis import TheoryRefined, TheoryRetired, TheoryStated
from shared.events.workbench import ReviewAmended, ReviewOpened
from shared.projections.records import alias_row, record_states

AnyReview = ReviewOpened | ReviewAmended
AnyTheory = TheoryStated | TheoryRefined | TheoryRetired
AnyRecord = RecordAdded | RecordAmended | RecordMerged | RecordSplit | RecordFlagged
AnySettlement = RecordSettled | SettlementReopened


async def on_reviews(said: Sequence[Received[AnyReview]], tx: Tx) -> None:
    """Know the review; inclusions that waited for its stages now seek their reports."""
    rows = [
        {
            "review_id": r.review_id,
            "subject_version": r.subject_version,
            "last_stage": r.event.review.last_main_stage(),
            "retired": r.event.review.retired,
        }
        for r in said
    ]
    await projections_store.keep_reviews(tx, rows)
    for review_id, received in _last_per_review(said).items():
        await seek_reports(tx, review_id, None, {}, received)


async def on_theories(said: Sequence[Received[AnyTheory]], tx: Tx) -> None:
    """Know the programme theories, so that codebooks can be hung on them."""
    rows = [
        {
            "review_id": r.review_id,
            "theory_id": r.event.theory.theory_id,
            "subject_version": r.subject_version,
            "version": r.event.theory.version,
            "name": r.event.theory.name,
            "status": r.event.theory.status,
        }
        for r in said
    ]
    await projections_store.keep_theories(tx, rows)


async def on_records(said: Sequence[Received[AnyRecord]], tx: Tx) -> None:
    """Know the records, for the pages and to say which report is meant."""
    rows = [_record_row(r.review_id, *stated) for r in said for stated in record_states(r)]
    await projections_store.keep_records(tx, rows)


async def on_records_merged(said: Sequence[Received[RecordMerged]], tx: Tx) -> None:
    """The absorbed record is from now on the survivor; nothing is re-keyed."""
    await on_records(said, tx)
    await projections_store.keep_aliases(tx, [alias_row(r) for r in said])


async def on_records_split(said: Sequence[Received[RecordSplit]], tx: Tx) -> None:
    """The restored record is itself again, and its own report is sought if it is included.

    A merge that arrives late does not undo the split.
    """
    await on_records(said, tx)
    await projections_store.keep_aliases(tx, [alias_row(r) for r in said])
    await _seek(tx, {(r.review_id, r.event.restored.record_id): r for r in said})


async def on_records_settled(said: Sequence[Received[AnySettlement]], tx: Tx) -> None:
    """Keep the verdict; an inclusion at the last main stage seeks the report, once."""
    await projections_store.keep_settlements(tx, [_settlement_row(r) for r in said])
    await _seek(tx, {(r.review_id, r.event.record_id): r for r in said})


async def _seek(tx: Tx, causes: Mapping[tuple[str, str], Received[Any]]) -> None:
    """Seek the reports of these `(review, record)`s, each because of its event."""
    by_review: dict[str, dict[str, Received[Any]]] = {}
    for (review_id, record_id), received in causes.items():
        by_review.setdefault(review_id, {})[record_id] = received
    for review_id, records in by_review.items():
        await seek_reports(tx, review_id, records.keys(), records, None)


def _settlement_row(received: Received[AnySettlement]) -> dict[str, Any]:
    event = received.event
    verdict, theories = None, []
    if isinstance(event, RecordSettled):
        verdict, theories = event.verdict, list(event.theories)
    return {
        "review_id": event.review_id,
        "record_id": event.record_id,
        "stage": event.stage,
        "subject_version": received.subject_version,
        "verdict": verdict,
        "theories": theories,
    }


def _record_row(review_id: str, record: RecordState, version: int) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "record_id": record.record_id,
        "subject_version": version,
        "title": record.title,
        "label": record.label,
        "authors": list(record.authors),
        "year": record.year,
        "journal": record.journal,
        "doi": record.doi,
        "pmid": record.pmid,
        "trials": sorted(trials_of(f"{record.title} {record.abstract}")),
        "retracted": record.is_retracted(),
        "removed": record.removed,
    }


def _last_per_review(said: Iterable[Received[AnyReview]]) -> dict[str, Received[AnyReview]]:
    return {received.review_id: received for received in said}
