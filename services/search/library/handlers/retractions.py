"""What other sources say became of articles: kept, and told where it changes a record."""

from collections.abc import Mapping, Sequence

from services.search.library.domain.retraction import RetractionAnswer, what_happened
from services.search.library.handlers.flags import found, said_by
from services.search.library.handlers.recompute import RecomputedRecord, refresh
from services.search.library.store import records, retractions
from shared.db import Tx
from shared.db.rows import Row
from shared.events.search import RecordAmended, RecordFlagged


async def keep_answers(
    tx: Tx, review_id: str, asked: Mapping[str, str], answers: Sequence[RetractionAnswer]
) -> int:
    """Keeps what a source said; `asked` says by which article each record was asked about.

    A source that cannot say now what it could before takes nothing back: what it said stands,
    with its own date. Records whose flags change by it are told; returns how many. A kind of
    flag that stood already, said by one source, and now by another too, is no news of its own:
    the record is amended.
    """
    await tx.lock(f"library/{review_id}")
    before = await retractions.rows_about(tx, review_id, [one.article for one in answers])
    stood = {(row["article"], row["source"]): retractions.answer_of(row).flags for row in before}
    knew = {(row["article"], row["source"]) for row in before if row["known"]}
    silent = [one for one in answers if not one.known and (one.article, one.source) in knew]
    told = [one for one in answers if one not in silent]
    turned = {one.article for one in told if stood.get((one.article, one.source), ()) != one.flags}
    await retractions.keep(tx, review_id, told, tx.now())
    for one in silent:
        await retractions.keep_trouble(tx, review_id, one.source, [one.article], one.why, tx.now())
    touched = [record_id for record_id, article in asked.items() if article in turned]
    return await _tell(tx, review_id, touched) if touched else 0


async def bring_answers(tx: Tx, review_id: str, rows: Sequence[Row]) -> int:
    """Adds what sources said in another installation, each with its own date; returns how many are
    new. What a source was asked here later stands. Records whose flags change by it are told.
    """
    await tx.lock(f"library/{review_id}")
    new = await retractions.bring(tx, rows)
    flagged = [article for article, _ in new]
    if touched := await retractions.records_of(tx, review_id, flagged):
        await _tell(tx, review_id, touched)
    return len(new)


async def _tell(tx: Tx, review_id: str, touched: Sequence[str]) -> int:
    stands = await records.survivors(tx, review_id, touched)
    rows = await records.rows_of(tx, review_id, set(stands.values()))
    written = await refresh(tx, review_id, list(rows))
    told = 0
    for record_id, one in written.items():
        told += _said_of(tx, review_id, rows[record_id]["flags"], one)
    return told


def _said_of(tx: Tx, review_id: str, before: Sequence[Row], one: RecomputedRecord) -> bool:
    """Emits what became of one record; whether anything did."""
    after = one.row["flags"]
    kinds = {flag["kind"] for flag in before}
    raised = [
        flag
        for flag in what_happened(map(found, before), map(found, after))
        if flag.kind == "reinstatement" or flag.kind not in kinds
    ]
    for flag in {flag.kind: flag for flag in reversed(raised)}.values():
        notice = flag.notice or flag.citation
        tx.emit(RecordFlagged(review_id=review_id, record=one.state, flag=flag.kind, notice=notice))
    if not raised and list(map(_told, before)) == list(map(_told, after)):
        return False
    if not raised:
        reason = "another source was asked what became of it"
        tx.emit(
            RecordAmended(review_id=review_id, record=one.state, reason=reason, changed=("flags",))
        )
    return True


def _told(flag: Row) -> tuple[str, str, list[str]]:
    return flag["kind"], flag["notice"], said_by(flag)
