"""Which records are said to be of one study, or of kin, and what people decided on it."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select, tuple_, update

from services.search.cluster.store.tables import relations
from shared.db import Tx, insert_ignoring_twins
from shared.db.among import among
from shared.db.rows import Row, all_of

Pair = tuple[str, str]


async def of_pairs(tx: Tx, review_id: str, ids: Collection[str]) -> Sequence[Row]:
    """Relations that name one of these records."""
    named = or_(among(tx.dialect, relations.c.a, ids), among(tx.dialect, relations.c.b, ids))
    order = (relations.c.a, relations.c.b)
    query = select(relations).where(relations.c.review_id == review_id, named)
    return await all_of(tx, query.order_by(*order))


async def page(
    tx: Tx,
    review_id: str,
    *,
    step_id: str | None = None,
    state: str | None = None,
    after: Sequence[Any] | None = None,
    most: int = 51,
) -> Sequence[Row]:
    """Relations of a review, by their records."""
    order = (relations.c.a, relations.c.b)
    query = select(relations).where(relations.c.review_id == review_id)
    if step_id is not None:
        query = query.where(relations.c.step_id == step_id)
    if state is not None:
        query = query.where(relations.c.state == state)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    return await all_of(tx, query.order_by(*order).limit(most))


async def add(tx: Tx, rows: Sequence[Row]) -> None:
    """New proposals; what is known stays as it is."""
    if rows:
        await tx.execute(insert_ignoring_twins(tx.dialect, relations), [dict(row) for row in rows])


async def change(tx: Tx, review_id: str, pair: Pair, **values: Any) -> None:
    """Change columns of a relation."""
    here = (
        (relations.c.review_id == review_id)
        & (relations.c.a == pair[0])
        & (relations.c.b == pair[1])
    )
    await tx.execute(update(relations).where(here).values(**values))
