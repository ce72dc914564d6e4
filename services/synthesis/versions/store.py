"""Frozen versions of the synthesis."""

from typing import Any

from sqlalchemy import select

from services.synthesis.projections.store import tables as t
from shared.db import Tx
from shared.db.rows import Row, all_of, first_of, put


async def every(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The review's versions, oldest first."""
    table = t.versions
    query = select(table).where(table.c.review_id == review_id)
    return await all_of(tx, query.order_by(table.c.position))


async def one(tx: Tx, review_id: str, version_id: str) -> dict[str, Any] | None:
    """A version, or None."""
    table = t.versions
    here = (table.c.review_id == review_id) & (table.c.version_id == version_id)
    return await first_of(tx, select(table).where(here))


async def keep(tx: Tx, row: Row) -> None:
    """Store a version."""
    await put(tx, t.versions, [row])


async def searches_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """What every run of a search or import said, oldest first."""
    query = select(t.search_runs).where(t.search_runs.c.review_id == review_id)
    said = [row["said"] for row in await all_of(tx, query)]
    return sorted(said, key=lambda item: (item["at"], item["run_id"]))
