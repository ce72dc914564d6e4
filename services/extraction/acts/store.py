"""What people did, so that it can be undone: ids and versions, never words."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Index, Table, Text, select, update

from services.extraction.tables import metadata
from shared.db import JsonB, Tx, UtcDateTime
from shared.db.rows import Row, all_of, first_of, put
from shared.ids import new_id

acts = Table(
    "acts",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("act_id", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("items", JsonB, nullable=False),
    Column("person_id", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_by", Text),
    Index(None, "review_id", "person_id", "act_id"),
)


async def note_act(tx: Tx, review_id: str, what: str, items: Sequence[Row]) -> str | None:
    """Note what a person did; nothing where nobody acts or nothing changed.

    `items` name what changed: `kind` and `id`, with the state before and after it. Returns
    the id of the act.
    """
    if not items or tx.actor is None:
        return None
    row = {
        "review_id": review_id,
        "act_id": new_id(),
        "what": what,
        "items": [dict(item) for item in items],
        "person_id": tx.actor,
        "at": tx.now(),
        "undone_by": None,
    }
    await put(tx, acts, [row])
    return str(row["act_id"])


async def act_of(tx: Tx, review_id: str, act_id: str) -> dict[str, Any] | None:
    """One act."""
    here = (acts.c.review_id == review_id) & (acts.c.act_id == act_id)
    return await first_of(tx, select(acts).where(here))


async def acts_of(
    tx: Tx, review_id: str, person_id: str | None, *, before: str | None, limit: int
) -> list[dict[str, Any]]:
    """Acts of a person (None: of everybody), the newest first, older than the act `before`."""
    query = select(acts).where(acts.c.review_id == review_id)
    if person_id is not None:
        query = query.where(acts.c.person_id == person_id)
    if before is not None:
        query = query.where(acts.c.act_id < before)
    return await all_of(tx, query.order_by(acts.c.act_id.desc()).limit(limit))


async def mark_undone(tx: Tx, review_id: str, act_id: str, undone_by: str | None) -> None:
    """An act was undone by another, or stands again (None)."""
    here = (acts.c.review_id == review_id) & (acts.c.act_id == act_id)
    await tx.execute(update(acts).where(here).values(undone_by=undone_by))
