"""Whether a text may be taken in for a record: not for one that was excluded or retracted."""

from collections.abc import Sequence

from services.extraction.projections import store as projections_store
from services.extraction.texts import store as texts_store
from services.extraction.texts.domain import DocumentFacts, normalise, text_hash
from shared.db import Tx
from shared.http.problems import Conflict


class RecordDoesNotCount(Conflict):
    """The document's record is not part of the review as it stands."""

    title = "The record is not included"


async def check_texts(review_id: str, facts: Sequence[DocumentFacts], tx: Tx) -> None:
    """Raise `RecordDoesNotCount` where a new text is of a record that does not count."""
    new = [one for one in facts if one.text is not None and one.record_id]
    here = await texts_store.texts_by_id(tx, review_id, {one.document_id for one in new})
    for one in new:
        stored = here.get(one.document_id)
        if stored is None or stored["sha256"] != text_hash(normalise(one.text or "")):
            await check_record(review_id, one.record_id or "", tx)


async def check_record(review_id: str, record_id: str, tx: Tx) -> None:
    """Raise `RecordDoesNotCount` for a record that was retracted, or excluded at the last stage."""
    survivor = (await projections_store.survivors(tx, review_id, [record_id]))[record_id]
    record = await projections_store.record_of(tx, review_id, survivor)
    if record is not None and record["retracted"]:
        raise RecordDoesNotCount(
            "The document's record was retracted; its text is not taken in. "
            "If it is to count all the same, add it as a document without a record."
        )
    verdict = await projections_store.last_verdict(tx, review_id, survivor)
    if verdict == "exclude":
        raise RecordDoesNotCount(
            "The document's record was excluded at the last stage; include it again first."
        )
