"""Records, settlements and retrievals of a whole review, for the flow of a report."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from services.synthesis.projections.store import tables
from shared.db import Tx
from shared.db.rows import all_of, rows_among


async def records_not_absorbed(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Records that no other has absorbed, also removed ones, by id."""
    absorbed = select(tables.aliases.c.record_id).where(
        tables.aliases.c.review_id == review_id, tables.aliases.c.merged
    )
    table = tables.records
    columns = (table.c.record_id, table.c.routes, table.c.retracted, table.c.removed)
    query = select(*columns).where(
        table.c.review_id == review_id, table.c.record_id.not_in(absorbed)
    )
    return await all_of(tx, query.order_by(table.c.record_id))


async def settlements_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """How records stand at every stage; without a verdict where it was reopened."""
    table = tables.settlements
    return await all_of(tx, select(table).where(table.c.review_id == review_id))


async def reason_words(tx: Tx, review_id: str) -> dict[str, Mapping[str, str]]:
    """Stage → reason to exclude → what people call it."""
    table = tables.criteria
    rows = await all_of(tx, select(table).where(table.c.review_id == review_id))
    return {row["stage"]: row["words"] for row in rows}


async def retrievals_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Records whose report was sought, and those of which it could not be got."""
    table = tables.retrievals
    return await all_of(tx, select(table).where(table.c.review_id == review_id))


async def documents_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every source of evidence, by id."""
    table = tables.documents
    query = select(table).where(table.c.review_id == review_id).order_by(table.c.document_id)
    return await all_of(tx, query)


async def titles_of_documents(
    tx: Tx, review_id: str, document_ids: Collection[str]
) -> dict[str, str]:
    """Titles of those of the documents that have one."""
    table = tables.documents
    rows = await rows_among(tx, table, review_id, table.c.document_id, document_ids)
    return {row["document_id"]: row["title"] for row in rows if row["title"]}


async def studies_of_documents(
    tx: Tx, review_id: str, document_ids: Collection[str]
) -> dict[str, str]:
    """The study that each of these documents reports; a document that is not known is left out."""
    table = tables.documents
    rows = await rows_among(tx, table, review_id, table.c.document_id, document_ids)
    return {row["document_id"]: row["study_id"] for row in rows}


async def titles_of_studies(tx: Tx, review_id: str, studies: Collection[str]) -> dict[str, str]:
    """Titles of those of the studies that one document with a title reports."""
    table = tables.documents
    rows = await rows_among(tx, table, review_id, table.c.study_id, studies)
    found: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: str(row["document_id"])):
        if row["title"]:
            found.setdefault(row["study_id"], []).append(row["title"])
    return {study: titles[0] for study, titles in found.items()}
