"""Documents, their texts and their history."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from services.extraction.tables import (
    document_history,
    document_texts,
    documents,
    fragment_documents,
)
from shared.db import Tx, chunks
from shared.db.rows import CHUNK, Row, all_of, first_of, put, rows_among
from shared.events.extraction import DocumentState


def state_of(row: Row) -> DocumentState:
    """A document's row as other services see it; a confidential title stays here."""
    confidential = bool(row["confidential"])
    return DocumentState(
        document_id=row["document_id"],
        kind=row["kind"],
        title="" if confidential else row["title"],
        record_id=row["record_id"],
        study_id=row["study_id"],
        case_id=row["case_id"],
        confidential=confidential,
        withdrawn=bool(row["withdrawn"]),
        has_text=row["text_version"] > 0 and not row["erased"],
        year=row["year"],
    )


async def documents_by_id(
    tx: Tx, review_id: str, document_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Those of the documents that are known, by id."""
    rows = await rows_among(tx, documents, review_id, documents.c.document_id, document_ids)
    return {row["document_id"]: row for row in rows}


async def texts_by_id(
    tx: Tx, review_id: str, document_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """The newest text (`text`, `sha256`, `text_version`) of the documents that have one."""
    newest = (documents.c.review_id == document_texts.c.review_id) & (
        (documents.c.document_id == document_texts.c.document_id)
        & (documents.c.text_version == document_texts.c.text_version)
    )
    found: dict[str, dict[str, Any]] = {}
    for some in chunks(sorted(document_ids), CHUNK):
        query = (
            select(document_texts)
            .join(documents, newest)
            .where(documents.c.review_id == review_id, documents.c.document_id.in_(some))
        )
        found |= {row["document_id"]: row for row in await all_of(tx, query)}
    return found


async def text_version(
    tx: Tx, review_id: str, document_id: str, version: int
) -> dict[str, Any] | None:
    """One stored text of a document."""
    here = (
        (document_texts.c.review_id == review_id)
        & (document_texts.c.document_id == document_id)
        & (document_texts.c.text_version == version)
    )
    return await first_of(tx, select(document_texts).where(here))


async def keep_documents(tx: Tx, rows: Sequence[Row], what: str, reason: str = "") -> None:
    """Store documents at their new versions, with an entry of history each."""
    await put(tx, documents, rows)
    entries = [
        {
            "review_id": row["review_id"],
            "document_id": row["document_id"],
            "version": row["version"],
            "what": what,
            "state": {k: v for k, v in row.items() if k not in {"review_id", "updated_at"}},
            "reason": reason,
            "at": row["updated_at"],
            "by": tx.actor,
        }
        for row in rows
    ]
    await put(tx, document_history, entries)


async def keep_texts(tx: Tx, rows: Sequence[Row]) -> None:
    """Store texts as new versions."""
    await put(tx, document_texts, rows)


async def erase_texts(tx: Tx, review_id: str, document_id: str) -> None:
    """Delete every stored text of a document, and every word from its history."""
    texts = (document_texts.c.review_id == review_id) & (
        document_texts.c.document_id == document_id
    )
    await tx.execute(delete(document_texts).where(texts))
    past = (document_history.c.review_id == review_id) & (
        document_history.c.document_id == document_id
    )
    await tx.execute(update(document_history).where(past).values(state={}, reason=""))


async def history_of(tx: Tx, review_id: str, document_id: str) -> list[dict[str, Any]]:
    """What happened to a document, oldest first."""
    here = (document_history.c.review_id == review_id) & (
        document_history.c.document_id == document_id
    )
    query = select(document_history).where(here).order_by(document_history.c.version)
    return await all_of(tx, query)


async def document_page(
    tx: Tx, review_id: str, filters: Mapping[str, Any], *, after: str, limit: int
) -> list[dict[str, Any]]:
    """Documents by id after `after`, each with the number of its `fragments`.

    `filters`: equal values by column (`kind`, `record_id`, `study_id`).
    """
    counted = (
        select(func.count())
        .where(fragment_documents.c.review_id == documents.c.review_id)
        .where(fragment_documents.c.document_id == documents.c.document_id)
        .scalar_subquery()
    )
    query = (
        select(documents, counted.label("fragments"))
        .where(documents.c.review_id == review_id, documents.c.document_id > after)
        .order_by(documents.c.document_id)
        .limit(limit)
    )
    for name, value in filters.items():
        query = query.where(documents.c[name] == value)
    return await all_of(tx, query)
