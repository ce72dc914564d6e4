"""Uploaded files: kept with proposals, and confirmed as the text of a document."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.extraction.documents import store as documents_store
from services.extraction.documents.handlers.counting import check_record
from services.extraction.documents.handlers.documents import (
    REMOVE_FILES,
    document_or_sought,
    known_document,
    put_documents,
)
from services.extraction.projections.handlers import SourceIsErased, require_review
from services.extraction.texts import store as texts_store
from services.extraction.texts.domain import DocumentFacts
from services.extraction.uploads import store
from services.extraction.uploads.domain import Candidate, proposals
from services.extraction.uploads.store import CONFIRMED, PROPOSED, UNMATCHED
from shared.db import Tx
from shared.http.problems import Conflict, Invalid, NotFound


class UnreadableFile(Invalid):
    """No text can be taken from the file."""

    title = "The file cannot be read"


class NoRoom(Conflict):
    """The full texts take all the room that they may."""

    title = "No room for further full texts"


async def check_upload(review_id: str, document_id: str | None, tx: Tx) -> None:
    """Whether a file may come in, for this document. Raises what stands against it."""
    await require_review(tx, review_id)
    if document_id is not None:
        await _receiving(review_id, document_id, tx)


async def check_room(size: int, most_mb: int, tx: Tx) -> None:
    """Raise `NoRoom` where `size` further bytes would be too many."""
    if await store.size_of_all(tx) + size > most_mb << 20:
        raise NoRoom(
            f"All full texts together may take {most_mb} MB on disk; "
            "raise RETRODUCT_DOCUMENTS_DISK_MB, or discard uploads that nobody needs."
        )


async def keep_upload(review_id: str, file: Mapping[str, Any], head: str, tx: Tx) -> dict[str, Any]:
    """Keep a file that was read, with the documents it seems to be the text of.

    The same content again is the same upload, as it stands. `file` holds `upload_id`,
    `sha256`, `name`, `kind`, `size`, `pages` and `warnings`.
    """
    await require_review(tx, review_id)
    before = await store.upload_of(tx, review_id, file["upload_id"])
    if before is not None:
        return before
    found = proposals(file["name"], head, await _candidates(review_id, tx))
    row = {
        **file,
        "review_id": review_id,
        "state": PROPOSED if found else UNMATCHED,
        "proposals": [asdict(one) for one in found],
        "document_id": None,
        "text_version": None,
        "uploaded_at": tx.now(),
        "uploaded_by": tx.actor,
        "confirmed_at": None,
        "confirmed_by": None,
    }
    await store.keep_upload(tx, row)
    return row


async def confirm_upload(
    review_id: str,
    upload_id: str,
    document_id: str,
    text: str,
    places: list[dict[str, Any]],
    tx: Tx,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """An upload is the text of this document, as a new version of it where it has one.

    Returns the upload, and the fragments whose passages a person has to find again.
    """
    row = await known_upload(review_id, upload_id, tx)
    if row["state"] == CONFIRMED and row["document_id"] == document_id:
        return row, ()
    document = await _receiving(review_id, document_id, tx)
    facts = _facts(document, text, places)
    result = (await put_documents(review_id, [facts], tx))[0]
    stored = await known_document(tx, review_id, document_id)
    version = stored["text_version"]
    if await texts_store.map_version(tx, review_id, document_id, version) is None:
        await texts_store.keep_map(tx, stored, version, places)
    row = {
        **row,
        "state": CONFIRMED,
        "document_id": document_id,
        "text_version": version,
        "confirmed_at": tx.now(),
        "confirmed_by": tx.actor,
    }
    await store.keep_upload(tx, row)
    return row, result.to_place


async def discard_upload(review_id: str, upload_id: str, tx: Tx) -> None:
    """Forget an upload that is nobody's text, and its file."""
    row = await known_upload(review_id, upload_id, tx)
    if row["state"] == CONFIRMED:
        raise Conflict("The file is the text of a document; withdraw or erase the document.")
    await store.forget_uploads(tx, review_id, [upload_id])
    await tx.enqueue(REMOVE_FILES, key=row["sha256"], payload={"files": [row["sha256"]]})


async def known_upload(review_id: str, upload_id: str, tx: Tx) -> dict[str, Any]:
    """An upload's row; raises `NotFound`."""
    row = await store.upload_of(tx, review_id, upload_id)
    if row is None:
        raise NotFound("There is no such upload in this review; it may have been discarded.")
    return row


async def newest_file(review_id: str, document_id: str, tx: Tx) -> dict[str, Any]:
    """The upload that holds a document's file; raises `NotFound`."""
    found = await store.uploads_on(tx, review_id, document_id)
    if not found:
        raise NotFound(f"Document '{document_id}' has no file; its text was pasted or is missing.")
    return found[0]


async def _receiving(review_id: str, document_id: str, tx: Tx) -> dict[str, Any]:
    """The document that a file is to be the text of; raises what stands against it."""
    row = await document_or_sought(tx, review_id, document_id)
    if row["erased"]:
        raise SourceIsErased(f"document '{document_id}' was erased for good; use another id")
    if row["record_id"]:
        await check_record(review_id, row["record_id"], tx)
    return row


def _facts(row: Mapping[str, Any], text: str, places: list[dict[str, Any]]) -> DocumentFacts:
    names = ("document_id", "kind", "title", "record_id", "study_id", "case_id", "year")
    said = {name: row[name] for name in (*names, "participant")}
    return DocumentFacts(**said, text=text, places=places)


async def _candidates(review_id: str, tx: Tx) -> list[Candidate]:
    sought = [
        Candidate(
            document_id=row["document_id"],
            title=row["title"],
            doi=row["doi"],
            authors=tuple(row["authors"] or ()),
            year=row["year"],
        )
        for row in await documents_store.all_sought(tx, review_id)
    ]
    here = [
        Candidate(
            document_id=row["document_id"],
            title=row["title"] or row["record_title"] or "",
            doi=row["doi"],
            authors=tuple(row["authors"] or ()),
            year=row["year"] or row["record_year"],
            has_text=row["text_version"] > 0,
        )
        for row in await store.documents_with_records(tx, review_id)
    ]
    return sought + here
