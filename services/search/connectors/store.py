"""Records to ask about, and the runs of looks at them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from services.search.tables import records, reviews, runs
from shared.db import Tx
from shared.db.rows import Row, all_of

_NAMED = or_(records.c.doi.is_not(None), records.c.pmid.is_not(None))


async def named_records(tx: Tx, review_id: str, after: int, most: int) -> Sequence[Row]:
    """Active records with a DOI or PMID that arrived after `after`: id, number, doi, pmid."""
    return await all_of(
        tx,
        select(records.c.id, records.c.number, records.c.doi, records.c.pmid)
        .where(
            records.c.review_id == review_id,
            records.c.state == "active",
            records.c.number > after,
            _NAMED,
        )
        .order_by(records.c.number)
        .limit(most),
    )


async def count_named(tx: Tx, review_id: str) -> int:
    """How many active records have a DOI or PMID."""
    statement = select(func.count()).where(
        records.c.review_id == review_id, records.c.state == "active", _NAMED
    )
    return int((await tx.execute(statement)).scalar_one())


async def reviews_due(tx: Tx, search_id: str, before: datetime) -> list[str]:
    """Open reviews in which no run of this id was asked for since `before`."""
    asked = select(runs.c.review_id).where(runs.c.search_id == search_id, runs.c.asked_at > before)
    found = await tx.execute(
        select(reviews.c.review_id).where(
            reviews.c.retired.is_(False), reviews.c.review_id.not_in(asked)
        )
    )
    return list(found.scalars())
