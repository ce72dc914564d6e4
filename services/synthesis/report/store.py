"""What the authors wrote for the report, every version."""

from typing import Any

from sqlalchemy import select

from services.synthesis.projections.store import tables
from shared.db import Tx
from shared.db.rows import Row, all_of, put


async def texts(tx: Tx, review_id: str) -> dict[str, dict[str, Any]]:
    """The newest version of every text, by item."""
    table = tables.author_texts
    query = select(table).where(table.c.review_id == review_id)
    return {row["item"]: row for row in await all_of(tx, query.order_by(table.c.version))}


async def history(tx: Tx, review_id: str, item: str) -> list[dict[str, Any]]:
    """Every version of the text of an item, oldest first."""
    table = tables.author_texts
    here = (table.c.review_id == review_id) & (table.c.item == item)
    return await all_of(tx, select(table).where(here).order_by(table.c.version))


async def keep(tx: Tx, row: Row) -> None:
    """Store a version of a text."""
    await put(tx, tables.author_texts, [row])
