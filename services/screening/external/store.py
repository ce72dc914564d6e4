"""Everything that a stage holds, page by page."""

from typing import Any

from sqlalchemy import and_, select

from services.screening import tables
from shared.db import Tx


async def stage_rows(tx: Tx, review_id: str, stage: str, after: str, limit: int) -> list[Any]:
    """Active entries with their records, in order of id, after a record."""
    e, r = tables.entries, tables.records
    rows = (
        select(
            e, r.c.title, r.c.authors, r.c.year, r.c.journal, r.c.doi, r.c.pmid, r.c.label,
            r.c.flags,
        )
        .join(r, and_(r.c.review_id == e.c.review_id, r.c.record_id == e.c.record_id))
        .where(
            e.c.review_id == review_id, e.c.stage == stage, e.c.active.is_(True),
            e.c.record_id > after,
        )
        .order_by(e.c.record_id)
        .limit(limit)
    )  # fmt: skip
    return list((await tx.execute(rows)).mappings().all())
