"""Uploaded files: what they are, which document they are of, and how much room they take."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, tuple_

from services.extraction.tables import documents, metadata, records, uploads
from services.extraction.texts.store import VALUES, WORDS
from shared.db import Tx
from shared.db.rows import Row, all_of, first_of, put
from shared.db.sealing import opened, opened_file, sealed
from shared.keyring import FILE_MARK, is_sealed, is_sealed_json

PROPOSED, UNMATCHED, CONFIRMED = "proposed", "unmatched", "confirmed"
NAME = ("name",)
"""Whose file it is may be told by its name: it is sealed, where there is a key."""

SEALED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "appraisals": (("comment",), (), ()),
    "document_appraisals": (("comment",), (), ()),
    "form_answers": (("note",), ("answers",), ()),
    "coding_round_documents": (("note",), (), ()),
    "coding_round_notes": (("text",), (), ()),
    "exchange_projects": (("name", "filename"), ("project", "were", "losses", "mapping"), ()),
    "exchange_files": ((), (), ("data",)),
}
"""Tables, of whichever capability, whose rows may be sealed: columns of text, JSON and bytes."""


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


async def seal_rows(
    tx: Tx, name: str, after: tuple[Any, ...] | None, limit: int
) -> tuple[Any, ...] | None:
    """Store what is sealed in some rows of a table of `SEALED` anew under the newest key.

    Rows by their key after `after` (None: from the first); returns the last key, None at the end.
    """
    table, (texts, values, files) = metadata.tables[name], SEALED[name]
    keys = list(table.primary_key.columns)
    query = select(table).order_by(*keys).limit(limit)
    if after is not None:
        query = query.where(tuple_(*keys) > after)
    rows = await all_of(tx, query)
    for row in rows:
        again = sealed(tx, opened(tx, row, texts, values), texts, values)
        again |= {column: _file_again(tx, bytes(row[column])) for column in files}
        if _is_sealed(row, texts, values, files):
            await put(tx, table, [again])
    return tuple(rows[-1][column.name] for column in keys) if rows else None


def _file_again(tx: Tx, stored: bytes) -> bytes:
    data = opened_file(tx, stored)
    return data if tx.keys is None else bytes(tx.keys.seal_file(data))


def _is_sealed(row: Row, texts: Sequence[str], values: Sequence[str], files: Sequence[str]) -> bool:
    """Whether anything in a row is sealed; what is open stays so."""
    return (
        any(row[name] and is_sealed(row[name]) for name in texts)
        or any(is_sealed_json(row[name]) for name in values)
        or any(bytes(row[name]).startswith(FILE_MARK) for name in files)
    )
