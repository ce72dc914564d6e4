"""Messages to authors, and the log of what became of each."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, insert, select, tuple_, update

from services.search.cluster.store.tables import contact_log, contacts
from shared.db import Tx, insert_ignoring_twins
from shared.db.among import among
from shared.db.rows import Row, all_of, first_of


async def one(tx: Tx, review_id: str, contact_id: str) -> Row | None:
    """One message."""
    here = (contacts.c.review_id == review_id) & (contacts.c.id == contact_id)
    return await first_of(tx, select(contacts).where(here))


async def page(
    tx: Tx,
    review_id: str,
    *,
    step_id: str | None = None,
    state: str | None = None,
    after: Sequence[Any] | None = None,
    most: int = 51,
) -> Sequence[Row]:
    """Messages in the order of their drafting."""
    order = (contacts.c.drafted_at, contacts.c.id)
    query = select(contacts).where(contacts.c.review_id == review_id)
    if step_id is not None:
        query = query.where(contacts.c.step_id == step_id)
    if state is not None:
        query = query.where(contacts.c.state == state)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    return await all_of(tx, query.order_by(*order).limit(most))


async def add(tx: Tx, rows: Sequence[Row]) -> set[str]:
    """New messages, by id; one that is there stays as people left it."""
    if not rows:
        return set()
    statement = insert_ignoring_twins(tx.dialect, contacts).returning(contacts.c.id)
    return set((await tx.execute(statement, [dict(row) for row in rows])).scalars())


async def change(tx: Tx, review_id: str, contact_id: str, **values: Any) -> None:
    """Change columns of a message."""
    here = (contacts.c.review_id == review_id) & (contacts.c.id == contact_id)
    await tx.execute(update(contacts).where(here).values(**values))


async def note(tx: Tx, row: Row) -> None:
    """One more entry of a message's log; its number follows the last."""
    here = (contact_log.c.review_id == row["review_id"]) & (
        contact_log.c.contact_id == row["contact_id"]
    )
    last = (await tx.execute(select(func.max(contact_log.c.number)).where(here))).scalar_one()
    await tx.execute(insert(contact_log), {**row, "number": (last or 0) + 1})


async def log_of(tx: Tx, review_id: str, contact_ids: Collection[str]) -> dict[str, list[Row]]:
    """The logs of messages, the first entry first."""
    rows = await all_of(
        tx,
        select(contact_log)
        .where(
            contact_log.c.review_id == review_id,
            among(tx.dialect, contact_log.c.contact_id, contact_ids),
        )
        .order_by(contact_log.c.contact_id, contact_log.c.number),
    )
    found: dict[str, list[Row]] = {one: [] for one in contact_ids}
    for row in rows:
        found[row["contact_id"]].append(row)
    return found
