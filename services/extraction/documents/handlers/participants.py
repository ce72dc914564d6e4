"""Who speaks in a source, as events tell of it: told apart, never named."""

from collections.abc import Collection

from services.extraction.documents.handlers.assigning import follow_report
from services.extraction.fragments.handlers.publish import pseudonym
from shared.db import Tx
from shared.db.rows import Row
from shared.events.data_extraction import ParticipantsChanged, ParticipantState


async def say_beside(tx: Tx, row: Row, changed: Collection[str], *, is_new: bool) -> None:
    """Tell what a document's own event does not: who speaks in it, and whom it was given to."""
    if is_new:
        await follow_report(tx, row)
    say_participants(tx, row, changed)


def say_participants(tx: Tx, row: Row, changed: Collection[str]) -> None:
    """Tell who speaks in a source, where that was said or what may be told of it changed."""
    people = participants_of(row)
    said = {"participant", "speakers"}.intersection(changed)
    if (said and (people or row["version"] > 1)) or (
        people and {"confidential", "kind", "case_id"}.intersection(changed)
    ):
        tx.emit(
            ParticipantsChanged(
                review_id=row["review_id"], document_id=row["document_id"], participants=people
            )
        )


def participants_of(document: Row) -> tuple[ParticipantState, ...]:
    """Everybody who speaks in a document, once each, by pseudonym; of a confidential one without
    their kind.
    """
    review_id, closed = document["review_id"], bool(document["confidential"])
    people = [
        {"kind": document["kind"], "case": document["case_id"], "participant": one}
        for one in (document["participant"],)
        if one
    ]
    people += [dict(speaker) for speaker in document["speakers"] or ()]
    found = {
        ParticipantState(
            participant=pseudonym(review_id, one["participant"]),
            kind="" if closed else one.get("kind") or document["kind"],
            case_id=one.get("case") or document["case_id"],
        )
        for one in people
    }
    return tuple(sorted(found, key=lambda one: (one.participant, one.kind, one.case_id or "")))
