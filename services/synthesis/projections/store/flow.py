"""Records, settlements and retrievals of a whole review, for the flow of a report."""

from typing import Any

from sqlalchemy import select

from services.synthesis.projections.store import tables
from shared.db import Tx
from shared.db.rows import all_of


async def records_in_play(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Records that are neither absorbed by another nor removed, by id."""
    absorbed = select(tables.aliases.c.record_id).where(
        tables.aliases.c.review_id == review_id, tables.aliases.c.merged
    )
    table = tables.records
    query = select(table.c.record_id, table.c.routes, table.c.retracted).where(
        table.c.review_id == review_id,
        table.c.removed.is_(False),
        table.c.record_id.not_in(absorbed),
    )
    return await all_of(tx, query.order_by(table.c.record_id))


async def settlements_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every verdict that stands, at every stage."""
    table = tables.settlements
    query = select(table).where(table.c.review_id == review_id, table.c.verdict.is_not(None))
    return await all_of(tx, query)


async def reports_missing(tx: Tx, review_id: str) -> dict[str, str]:
    """Records whose report could not be got, with the reason."""
    table = tables.retrievals
    query = select(table).where(table.c.review_id == review_id, table.c.missing)
    return {row["record_id"]: row["reason"] for row in await all_of(tx, query)}


async def documents_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every source of evidence, by id."""
    table = tables.documents
    query = select(table).where(table.c.review_id == review_id).order_by(table.c.document_id)
    return await all_of(tx, query)
