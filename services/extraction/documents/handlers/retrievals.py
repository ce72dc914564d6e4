"""Getting reports: sought, requested, received, or not retrieved and why."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from services.extraction.acts import store as acts
from services.extraction.projections import store as projections_store
from services.extraction.projections.handlers import lock_reports, require_review
from services.extraction.texts import store as texts_store
from shared.db import Tx
from shared.events.base import Received
from shared.events.extraction import ReportNotRetrieved, ReportSought
from shared.http.problems import Invalid

SOUGHT, REQUESTED, RECEIVED, NOT_RETRIEVED = "sought", "requested", "received", "not_retrieved"
Retrieval = Literal["sought", "requested", "received", "not_retrieved"]


async def seek_reports(
    tx: Tx,
    review_id: str,
    record_ids: Collection[str] | None,
    causes: Mapping[str, Received[Any]],
    cause: Received[Any] | None,
) -> None:
    """Seek the report of every record that is included at the last main stage and has none.

    Of these `record_ids`, or of the whole review. Idempotent: a report once sought is not
    sought again, whatever happens to its settlement. A merged record seeks its survivor's.
    One whose text was put here before is received.
    """
    included = await projections_store.unsought_inclusions(tx, review_id, record_ids)
    if not included:
        return
    survivors = await projections_store.survivors(tx, review_id, included)
    await lock_reports(tx, review_id)
    here = await texts_store.records_reported(tx, review_id, {*included, *survivors.values()})
    for record_id in included:
        target = survivors[record_id]
        if await projections_store.retrieval_of(tx, review_id, target) is None:
            state = RECEIVED if {record_id, target} & here else SOUGHT
            await projections_store.keep_retrievals(tx, [_row(tx, review_id, target, state)])
            tx.emit(
                ReportSought(review_id=review_id, record_id=target),
                cause=causes.get(record_id, cause),
            )


async def mark_retrieval(
    review_id: str, record_id: str, state: Retrieval, reason: str, tx: Tx
) -> dict[str, Any]:
    """Say how far the getting of a record's report is; the same again changes nothing.

    A report that is not retrieved needs a reason (PRISMA lists it). Raises `NotKnownYet`.
    """
    await require_review(tx, review_id)
    if state == NOT_RETRIEVED and not reason.strip():
        raise Invalid("a report that is not retrieved needs a reason; say why", field="reason")
    await lock_reports(tx, review_id)
    before = await projections_store.retrieval_of(tx, review_id, record_id)
    if before and (before["state"], before["reason"]) == (state, reason):
        return before
    row = _row(tx, review_id, record_id, state, reason=reason, before=before)
    await projections_store.keep_retrievals(tx, [row])
    was = before and {"state": before["state"], "reason": before["reason"]}
    now = {"state": state, "reason": reason}
    item = {"kind": "retrieval", "id": record_id, "before": was, "after": now}
    await acts.note_act(tx, review_id, "marked", [item])
    _say(tx, row, before)
    return row


async def mark_received(tx: Tx, review_id: str, record_ids: Sequence[str]) -> None:
    """Texts of these records' reports have arrived."""
    for record_id in dict.fromkeys(record_ids):
        before = await projections_store.retrieval_of(tx, review_id, record_id)
        if before is not None and before["state"] != RECEIVED:
            row = _row(tx, review_id, record_id, RECEIVED, before=before)
            await projections_store.keep_retrievals(tx, [row])
            _say(tx, row, before)


def _say(tx: Tx, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    """Events tell of what counts in the flow: sought, and not retrieved (or no longer so)."""
    review_id, record_id = row["review_id"], row["record_id"]
    was_missing = before is not None and before["state"] == NOT_RETRIEVED
    if row["state"] == NOT_RETRIEVED:
        tx.emit(ReportNotRetrieved(review_id=review_id, record_id=record_id, reason=row["reason"]))
    elif before is None or was_missing:
        tx.emit(ReportSought(review_id=review_id, record_id=record_id))


def _row(
    tx: Tx,
    review_id: str,
    record_id: str,
    state: str,
    *,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "record_id": record_id,
        "state": state,
        "reason": reason,
        "sought_at": before["sought_at"] if before else tx.now(),
        "changed_at": tx.now(),
        "changed_by": tx.actor,
    }
