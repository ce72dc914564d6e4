"""Documents are given to people to code; a document to get is given as well as one that is here."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.extraction.acts import store as acts
from services.extraction.documents import store as documents_store
from services.extraction.projections.handlers import require_review
from services.extraction.texts import store as texts_store
from shared.db import Tx
from shared.events.base import Received
from shared.events.data_extraction import DocumentAssigned
from shared.events.workbench import MemberLeft
from shared.http.problems import NotFound


async def assign_documents(
    review_id: str, given: Sequence[tuple[str, str | None]], tx: Tx
) -> list[bool]:
    """Give documents to people, or (None) take them back; whether each changed anything.

    `given`: document and person; of two for one document the later holds. Raises `NotFound`.
    """
    await require_review(tx, review_id)
    await tx.lock(_lock(review_id))
    named = [document_id for document_id, _ in given]
    await _check_known(tx, review_id, named)
    now = await documents_store.assignees(tx, review_id, named)
    items: list[dict[str, Any]] = []
    changed = []
    for document_id, person in given:
        before = now.get(document_id)
        changed.append(before != person)
        if before != person:
            await _say(tx, review_id, document_id, person)
            item = {"kind": "assignment", "id": document_id, "before": {"person": before}}
            items.append({**item, "after": {"person": person}})
            now[document_id] = person
    await acts.note_act(tx, review_id, "assigned", items)
    return changed


async def follow_report(tx: Tx, document: Mapping[str, Any]) -> None:
    """A document that came in for a record is with whom its report was given to."""
    review_id, record_id = document["review_id"], document["record_id"]
    if record_id in (None, document["document_id"]):
        return
    await tx.lock(_lock(review_id))
    person = (await documents_store.assignees(tx, review_id, [record_id])).get(record_id)
    if person is not None:
        await _say(tx, review_id, record_id, None)
        await _say(tx, review_id, document["document_id"], person)


async def on_members_left(left: Sequence[Received[MemberLeft]], tx: Tx) -> None:
    """A person left: the documents that were given to them are with nobody again.

    What they were given after that moment, for they came back, stays with them.
    """
    for one in left:
        await tx.lock(_lock(one.review_id))
        person = one.event.person_id
        given = await documents_store.given_before(tx, one.review_id, person, one.time)
        with tx.caused_by(one):
            for document_id in given:
                await _say(tx, one.review_id, document_id, None)


async def with_assignees(
    tx: Tx, review_id: str, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of documents, each with its `assignee`."""
    found = await documents_store.assignees(tx, review_id, [row["document_id"] for row in rows])
    return [{**row, "assignee": found.get(row["document_id"])} for row in rows]


def _lock(review_id: str) -> str:
    return f"assignments/{review_id}"


async def _check_known(tx: Tx, review_id: str, named: Sequence[str]) -> None:
    known = await texts_store.documents_by_id(tx, review_id, named)
    for document_id in named:
        if document_id in known:
            continue
        if await documents_store.sought_document(tx, review_id, document_id) is None:
            raise NotFound(f"Review '{review_id}' has no document '{document_id}'.")


async def _say(tx: Tx, review_id: str, document_id: str, person: str | None) -> None:
    await documents_store.assign(tx, review_id, document_id, person)
    tx.emit(DocumentAssigned(review_id=review_id, document_id=document_id, person_id=person))
