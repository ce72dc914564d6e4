"""A review's library in numbers.

Nearly all records are active and nearly all source records stand: the others are counted by indexes
of their own and taken from all, so that no count reads a library from end to end.
"""

from sqlalchemy import Select, func, select, text

from services.search.tables import GONE, WITHDRAWN, proposals, records, source_records
from shared.db import Tx
from shared.db.rows import tuples_of


async def library(tx: Tx, review_id: str) -> dict[str, int]:
    """Records by state, standing source records, open proposals."""
    waiting = select(func.count()).where(
        proposals.c.review_id == review_id, proposals.c.state == "open"
    )
    gone = dict(
        await tuples_of(
            tx,
            select(records.c.state, func.count())
            .where(records.c.review_id == review_id, text(GONE))
            .group_by(records.c.state),
        )
    )
    in_all = select(func.count()).where(records.c.review_id == review_id)
    return {
        "records": await _number(tx, in_all) - sum(gone.values()),
        "absorbed": gone.get("absorbed", 0),
        "removed": gone.get("removed", 0),
        "source_records": await _standing(tx, review_id),
        "proposals": await _number(tx, waiting),
    }


async def _standing(tx: Tx, review_id: str) -> int:
    here = select(func.count()).where(source_records.c.review_id == review_id)
    return await _number(tx, here) - await _number(tx, here.where(text(WITHDRAWN)))


async def _number(tx: Tx, query: Select[int]) -> int:
    return int((await tx.execute(query)).scalar_one())
