"""Documents and other sources of evidence: put, withdrawn, restored, erased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extraction.documents import store as documents_store
from services.extraction.documents.handlers.opening import check_opening
from services.extraction.documents.handlers.participants import (
    participants_of,
    say_beside,
    say_participants,
)
from services.extraction.documents.handlers.retention import look_when_due
from services.extraction.documents.handlers.retrievals import mark_received
from services.extraction.documents.handlers.study_names import named
from services.extraction.fragments.handlers.anchors import anchor_again
from services.extraction.fragments.handlers.erase import erase_fragments
from services.extraction.fragments.handlers.publish import say_again
from services.extraction.fragments.handlers.sources import index_on
from services.extraction.fragments.store import fragments
from services.extraction.fragments.store.memos import seal_memos_about
from services.extraction.projections.handlers import SourceIsErased, lock_coding, require_review
from services.extraction.rounds import store as rounds_store
from services.extraction.rounds.domain import memos_on
from services.extraction.studies import handlers as studies
from services.extraction.texts import store as texts_store
from services.extraction.texts.domain import DocumentFacts, normalise, text_hash
from shared.db import Tx
from shared.db.rows import plain
from shared.events.extraction import DocumentAdded, SourceErased, SourceWithdrawn
from shared.http.problems import NotFound
from shared.kernel import scrub


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """The version at which a document stands, and whether this command made it."""

    id: str
    version: int
    changed: bool
    to_place: tuple[str, ...] = ()
    """Fragments whose passages a person has to find again in the new text."""
    indexed: bool = False
    """Whether its fragments are looked up by something that changed."""


async def put_documents(
    review_id: str, facts: Sequence[DocumentFacts], tx: Tx, *, may_open: bool = False
) -> list[DocumentResult]:
    """Store what people say of documents; the same again changes nothing.

    A text that differs from the stored one is a new text version, in which the passages of
    the document's fragments are looked up again. Fragments that were coded before their
    document, or before it was known to be confidential, are said anew. A confidential
    document is opened by who `may_open` it, with a reason.
    """
    await require_review(tx, review_id)
    ids = list(dict.fromkeys(one.document_id for one in facts))
    await lock_coding(tx, review_id)
    rows: dict[str, dict[str, Any]] = await texts_store.documents_by_id(tx, review_id, ids)
    for one in facts:
        check_opening(rows.get(one.document_id), one, may_open=may_open)
    hashes = {
        d: text["sha256"] for d, text in (await texts_store.texts_by_id(tx, review_id, ids)).items()
    }
    was = {document_id: bool(row["confidential"]) for document_id, row in rows.items()}
    results = [await _put(review_id, one, rows, hashes, tx) for one in facts]
    turned = [one for one in was if was[one] != bool(rows[one]["confidential"])]
    await seal_memos_about(tx, review_id, memos_on("document", turned))
    touched = [result.id for result in results if result.changed]
    await look_when_due(tx, [rows[name] for name in touched])
    reported = {rows[name]["record_id"] for name in touched} - {None}
    await studies.follow_records(tx, review_id, reported)
    await say_again(tx, review_id, await fragments.fragment_ids_on(tx, review_id, touched))
    if any(result.indexed for result in results):
        await index_on(tx, review_id, [result.id for result in results if result.indexed])
    return results


async def withdraw_source(review_id: str, document_id: str, reason: str, tx: Tx) -> DocumentResult:
    """A source no longer counts (a participant withdrew, say); it is kept."""
    return await _set_withdrawn(review_id, document_id, reason, tx, withdrawn=True)


async def restore_source(review_id: str, document_id: str, reason: str, tx: Tx) -> DocumentResult:
    """A withdrawn source counts again."""
    return await _set_withdrawn(review_id, document_id, reason, tx, withdrawn=False)


async def erase_source(review_id: str, document_id: str, reason: str, tx: Tx) -> DocumentResult:
    """Delete every word of a source for good and withdraw the fragments that rest on it.

    Ids, roles and codes stay, so that what was counted can be explained; the reason stays
    here. Events that were said while the source was not confidential keep their words:
    history is immutable.
    """
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    row = await known_document(tx, review_id, document_id)
    if row["erased"]:
        return DocumentResult(document_id, row["version"], changed=False)
    said = {"review": review_id, "document": document_id}
    await tx.enqueue(FORGET_IN_PROJECTS, key=f"{review_id}/{document_id}", payload=said)
    files = await texts_store.erase_texts(tx, review_id, document_id)
    if files:
        await tx.enqueue(REMOVE_FILES, key=document_id, payload={"files": files})
    had_people = bool(participants_of(row))
    gone = {"title": "", "withdrawn": True, "erased": True, "confidential": True}
    row = _next(row, {**gone, "participant": None, "speakers": None, "retain_until": None}, tx)
    await texts_store.keep_documents(tx, [row], texts_store.ERASED, reason)
    say_participants(tx, row, ("participant",) if had_people else ())
    await erase_fragments(review_id, document_id, tx)
    await scrub.ask(tx)
    tx.emit(SourceErased(review_id=review_id, document=texts_store.state_of(row)))
    return DocumentResult(document_id, row["version"], changed=True)


async def document_or_sought(tx: Tx, review_id: str, document_id: str) -> dict[str, Any]:
    """A document's row, or that of one to get (version 0); raises `NotFound`."""
    found = await documents_store.sought_document(tx, review_id, document_id)
    return found or await known_document(tx, review_id, document_id)


async def document_or_sought_page(
    tx: Tx, review_id: str, filters: Mapping[str, Any], *, after: str, limit: int
) -> list[dict[str, Any]]:
    """Documents and those to get, by id after `after`."""
    here = await texts_store.document_page(tx, review_id, filters, after=after, limit=limit)
    sought = await documents_store.sought_page(tx, review_id, filters, after=after, limit=limit)
    return sorted([*here, *sought], key=lambda row: str(row["document_id"]))[:limit]


async def known_document(tx: Tx, review_id: str, document_id: str) -> dict[str, Any]:
    """A document's row; raises `NotFound`."""
    found = await texts_store.documents_by_id(tx, review_id, [document_id])
    if document_id not in found:
        raise NotFound(f"Review '{review_id}' has no document '{document_id}'.")
    return found[document_id]


async def _put(
    review_id: str,
    facts: DocumentFacts,
    rows: dict[str, dict[str, Any]],
    hashes: dict[str, str],
    tx: Tx,
) -> DocumentResult:
    before = rows.get(facts.document_id)
    said = _said(await named(review_id, facts, before, tx), before)
    text = None if facts.text is None else normalise(facts.text)
    has_new_text = text is not None and text_hash(text) != hashes.get(facts.document_id)
    changed = tuple(k for k, v in said.items() if before is None or before[k] != v)
    if before is not None and not changed and not has_new_text:
        return DocumentResult(facts.document_id, before["version"], changed=False)
    if before is not None and before["erased"]:
        raise SourceIsErased(
            f"document '{facts.document_id}' was erased for good; use another id",
            document=facts.document_id,
        )
    if has_new_text:
        said["text_version"] = (before["text_version"] if before else 0) + 1
        hashes[facts.document_id] = text_hash(text or "")
        changed = (*changed, "text")
    row = rows[facts.document_id] = _next(before or _blank(review_id, facts), said, tx)
    what, reason = "added" if before is None else "amended", ""
    if before is not None and before["confidential"] and not row["confidential"]:
        what, reason = "opened", facts.opening_reason
    await texts_store.keep_documents(tx, [row], what, reason)
    if before is not None and before["confidential"] != row["confidential"]:
        await texts_store.seal_again(tx, row)
        await rounds_store.seal_notes_on(tx, review_id, row["document_id"])
    to_place = await _keep_text(review_id, row, text or "", tx) if has_new_text else []
    if has_new_text and facts.places is not None:
        await texts_store.keep_map(tx, row, row["text_version"], facts.places)
    await say_beside(tx, row, changed, is_new=before is None)
    document = texts_store.state_of(row)
    public = tuple(name for name in changed if name not in _STAYS_HERE)
    tx.emit(DocumentAdded(review_id=review_id, document=document, changed=public if before else ()))
    indexed = before is None or bool(_LOOKED_UP_BY.intersection(changed))
    return DocumentResult(facts.document_id, row["version"], True, tuple(to_place), indexed)


_LOOKED_UP_BY = frozenset({"kind", "case_id", "speakers"})
REMOVE_FILES = "remove_files"
"""The job that deletes files which no upload names any more."""
FORGET_IN_PROJECTS = "forget_in_projects"
"""The job that takes an erased source out of the projects of other tools that hold it."""
_STAYS_HERE = ("participant", "speakers", "retain_until")
"""What events of a document do not tell; who speaks in it has one of its own, without names."""


def _said(facts: DocumentFacts, before: Mapping[str, Any] | None) -> dict[str, Any]:
    stored = before is not None and bool(before["confidential"])
    return {
        "kind": facts.kind,
        "title": normalise(facts.title),
        "record_id": facts.record_id,
        "study_id": facts.study_id or facts.document_id,
        "case_id": facts.case_id,
        "confidential": stored if facts.confidential is None else facts.confidential,
        "year": facts.year,
        **({} if facts.participant is None else {"participant": facts.participant or None}),
        **({} if facts.speakers is None else {"speakers": [plain(one) for one in facts.speakers]}),
        **({} if facts.retain_until is None else {"retain_until": facts.retain_until}),
    }


def _blank(review_id: str, facts: DocumentFacts) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "document_id": facts.document_id,
        "withdrawn": False,
        "erased": False,
        "text_version": 0,
        "participant": None,
        "speakers": None,
        "retain_until": None,
        "version": 0,
    }


def _next(row: Mapping[str, Any], changes: Mapping[str, Any], tx: Tx) -> dict[str, Any]:
    return {**row, **changes, "version": row["version"] + 1, "updated_at": tx.now()}


async def _keep_text(review_id: str, row: Mapping[str, Any], text: str, tx: Tx) -> list[str]:
    """Store a text; returns the fragments whose passages stand in it nowhere, or twice."""
    document_id = row["document_id"]
    stored = {
        "review_id": review_id,
        "document_id": document_id,
        "text_version": row["text_version"],
        "text": text,
        "sha256": text_hash(text),
        "stored_at": tx.now(),
        "stored_by": tx.actor,
    }
    await texts_store.keep_text(tx, stored, confidential=bool(row["confidential"]))
    await studies.note_text(tx, row, text)
    on = await fragments.fragment_ids_on(tx, review_id, [document_id])
    coded = await fragments.fragments_by_id(tx, review_id, on)
    to_place = await anchor_again(tx, review_id, document_id, text, list(coded.values()))
    hidden = await rounds_store.hidden_among(tx, review_id, to_place)
    if row["record_id"] is not None:
        await mark_received(tx, review_id, [row["record_id"]])
    return [one for one in to_place if one not in hidden]


async def _set_withdrawn(
    review_id: str, document_id: str, reason: str, tx: Tx, *, withdrawn: bool
) -> DocumentResult:
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    row = await known_document(tx, review_id, document_id)
    if row["erased"] and not withdrawn:
        raise SourceIsErased(f"document '{document_id}' was erased for good; it cannot come back")
    if bool(row["withdrawn"]) == withdrawn:
        return DocumentResult(document_id, row["version"], changed=False)
    row = _next(row, {"withdrawn": withdrawn}, tx)
    await texts_store.keep_documents(tx, [row], "withdrawn" if withdrawn else "restored", reason)
    event = SourceWithdrawn(
        review_id=review_id,
        document=texts_store.state_of(row),
        reason="" if row["confidential"] else reason,
        changed=("withdrawn",),
    )
    tx.emit(event)
    return DocumentResult(document_id, row["version"], changed=True)
