"""The words by which theories are known, every version of them."""

from collections.abc import Sequence

from sqlalchemy import func, insert, select

from services.search.cluster.store.tables import lexicons
from shared.db import Tx
from shared.db.rows import Row, all_of, first_of


async def newest(tx: Tx, review_id: str, theory_id: str) -> Row | None:
    """The lexicon of a theory as it stands; None where nobody wrote one."""
    here = (lexicons.c.review_id == review_id) & (lexicons.c.theory_id == theory_id)
    query = select(lexicons).where(here).order_by(lexicons.c.version.desc()).limit(1)
    return await first_of(tx, query)


async def versions(tx: Tx, review_id: str, theory_id: str) -> Sequence[Row]:
    """Every version, the newest first."""
    here = (lexicons.c.review_id == review_id) & (lexicons.c.theory_id == theory_id)
    return await all_of(tx, select(lexicons).where(here).order_by(lexicons.c.version.desc()))


async def every(tx: Tx, review_id: str) -> Sequence[Row]:
    """The newest version of every lexicon of a review, by theory."""
    last = (
        select(lexicons.c.theory_id, func.max(lexicons.c.version).label("version"))
        .where(lexicons.c.review_id == review_id)
        .group_by(lexicons.c.theory_id)
        .subquery()
    )
    is_last = (lexicons.c.theory_id == last.c.theory_id) & (lexicons.c.version == last.c.version)
    query = select(lexicons).join(last, is_last).where(lexicons.c.review_id == review_id)
    return await all_of(tx, query.order_by(lexicons.c.theory_id))


async def add(tx: Tx, row: Row) -> None:
    """A further version."""
    await tx.execute(insert(lexicons), dict(row))
