"""Uploaded files: what they are, which document they are of, and how much room they take."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, tuple_

from services.extraction.tables import documents, records, uploads
from services.extraction.texts.store import VALUES, WORDS
from shared.db import Tx
from shared.db.rows import Row, all_of, first_of, put
from shared.db.sealing import opened, sealed

PROPOSED, UNMATCHED, CONFIRMED = "proposed", "unmatched", "confirmed"
NAME = ("name",)
"""Whose file it is may be told by its name: it is sealed, where there is a key."""


async def upload_of(tx: Tx, review_id: str, upload_id: str) -> dict[str, Any] | None:
    """One upload."""
    here = (uploads.c.review_id == review_id) & (uploads.c.upload_id == upload_id)
    row = await first_of(tx, select(uploads).where(here))
    return None if row is None else opened(tx, row, NAME, ())


async def upload_page(
    tx: Tx, review_id: str, filters: Mapping[str, str], *, after: str, limit: int
) -> list[dict[str, Any]]:
    """Uploads by id after `after`; `filters`: equal values by column."""
    query = select(uploads).where(uploads.c.review_id == review_id, uploads.c.upload_id > after)
    for name, value in filters.items():
        query = query.where(uploads.c[name] == value)
    rows = await all_of(tx, query.order_by(uploads.c.upload_id).limit(limit))
    return [opened(tx, row, NAME, ()) for row in rows]


async def uploads_on(tx: Tx, review_id: str, document_id: str) -> list[dict[str, Any]]:
    """The files of a document, the newest first."""
    here = (uploads.c.review_id == review_id) & (uploads.c.document_id == document_id)
    newest = (uploads.c.confirmed_at.desc(), uploads.c.upload_id)
    rows = await all_of(tx, select(uploads).where(here).order_by(*newest))
    return [opened(tx, row, NAME, ()) for row in rows]


async def all_uploads_page(tx: Tx, after: tuple[str, str], limit: int) -> list[dict[str, Any]]:
    """Uploads of any review, by review and id after `after`."""
    key = tuple_(uploads.c.review_id, uploads.c.upload_id)
    query = select(uploads).where(key > after)
    ordered = query.order_by(uploads.c.review_id, uploads.c.upload_id).limit(limit)
    return [opened(tx, row, NAME, ()) for row in await all_of(tx, ordered)]


async def keep_upload(tx: Tx, row: Row) -> None:
    """Store an upload over what was known of it."""
    await put(tx, uploads, [sealed(tx, row, NAME, ())])


async def forget_uploads(tx: Tx, review_id: str, upload_ids: Sequence[str]) -> None:
    """Delete uploads; their files go by a job."""
    here = (uploads.c.review_id == review_id) & uploads.c.upload_id.in_(upload_ids)
    await tx.execute(delete(uploads).where(here))


async def size_of_all(tx: Tx) -> int:
    """Bytes that the files of all reviews take on disk."""
    query = select(func.coalesce(func.sum(uploads.c.size), 0))
    return int((await tx.execute(query)).scalar_one())


async def is_kept(tx: Tx, sha256: str) -> bool:
    """Whether an upload of any review has this content."""
    found = await tx.execute(select(uploads.c.upload_id).where(uploads.c.sha256 == sha256).limit(1))
    return found.first() is not None


async def all_hashes(tx: Tx) -> list[str]:
    """The contents of all uploads, each once."""
    return list((await tx.execute(select(uploads.c.sha256).distinct())).scalars())


async def documents_with_records(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every document that is not erased, with what is known of its record."""
    of_record = (records.c.review_id == documents.c.review_id) & (
        records.c.record_id == documents.c.record_id
    )
    about = (records.c.doi, records.c.authors, records.c.title.label("record_title"))
    query = (
        select(documents, *about, records.c.year.label("record_year"))
        .outerjoin(records, of_record)
        .where(documents.c.review_id == review_id, ~documents.c.erased, ~documents.c.withdrawn)
        .order_by(documents.c.document_id)
    )
    return [opened(tx, row, WORDS, VALUES) for row in await all_of(tx, query)]
