"""The places that the ranking gives, and what PostgreSQL needs to join votes and entries."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, and_, bindparam, cast, func, select, text, update

from services.screening import tables
from services.screening.decisions.store.changes import count_changes
from services.screening.ranking.domain.places import Held, Ranked
from shared.db import Tx
from shared.db.rows import tuples_of

LEAST_CHANGES = 500
CHANGED_SHARE = 0.2

_GROWN = text(
    "SELECT relname FROM pg_stat_user_tables WHERE schemaname = current_schema() "
    "AND relname = ANY(:names) AND n_mod_since_analyze > :least + :share * n_live_tup"
)


async def refresh_statistics(tx: Tx) -> list[str]:
    """Gather statistics of tables that changed much since the last time; gives their names.

    The server does so by itself, but a minute late, or never where autovacuum is off; a
    batch of thousands of votes meanwhile makes it join them pair by pair. SQLite needs none.
    """
    if tx.dialect != "postgresql":
        return []
    asked = {
        "names": [tables.entries.name, tables.votes.name, tables.records.name],
        "least": LEAST_CHANGES,
        "share": CHANGED_SHARE,
    }
    grown = [str(row.relname) for row in await tx.execute(_GROWN, asked)]
    for name in grown:
        await tx.execute(text(f'ANALYZE "{name}"'))
    return grown


async def place(tx: Tx, review_id: str, stage: str, ranked: Sequence[Ranked]) -> None:
    """Give records their places: `(record, place, score, why)`."""
    e = tables.entries
    if not ranked:
        return
    stmt = (
        update(e)
        .where(
            e.c.review_id == review_id, e.c.stage == stage,
            e.c.record_id == bindparam("b_record"),
        )
        .values(
            place=bindparam("b_place"), score=bindparam("b_score"), why=bindparam("b_why")
        )
    )  # fmt: skip
    rows = [
        {"b_record": record, "b_place": at, "b_score": score, "b_why": why}
        for record, at, score, why in ranked
    ]
    await tx.execute(stmt, rows)
    await count_changes(tx, review_id, [stage])


def _waits(review_id: str, stage: str) -> Any:
    """Whether an entry waits or is kept for later."""
    e = tables.entries
    return and_(
        e.c.review_id == review_id, e.c.stage == stage, e.c.active.is_(True),
        e.c.standing.in_(("open", "maybe")),
    )  # fmt: skip


async def waiting(tx: Tx, review_id: str, stage: str) -> str:
    """A JSON array of the ids of everything that waits or is kept for later.

    The database writes it: a row for each of 100,000 records costs ten times as much.
    """
    listed = func.json_group_array if tx.dialect == "sqlite" else func.json_agg
    ids = cast(listed(tables.entries.c.record_id), Text)
    found = await tx.execute(select(func.coalesce(ids, "[]")).where(_waits(review_id, stage)))
    return str(found.scalar_one())


async def first_places(tx: Tx, review_id: str, stage: str, below: int) -> dict[str, Held]:
    """What waits at places below one, with all that a ranking gave it."""
    e = tables.entries
    rows = select(e.c.record_id, e.c.place, e.c.score, e.c.why).where(
        _waits(review_id, stage), e.c.place < below
    )
    return {record: Held(*held) for record, *held in await tuples_of(tx, rows)}


async def without_place(tx: Tx, review_id: str, stage: str, unranked: int) -> list[str]:
    """Ids of what waits at the places from `unranked` on."""
    e = tables.entries
    rows = select(e.c.record_id).where(_waits(review_id, stage), e.c.place >= unranked)
    return [record for (record,) in await tuples_of(tx, rows)]


async def has_unranked(tx: Tx, review_id: str, stage: str, unranked: int) -> bool:
    """Whether a record waits that no ranking has placed yet."""
    e = tables.entries
    rows = (
        select(e.c.place)
        .where(
            e.c.review_id == review_id, e.c.stage == stage, e.c.standing == "open",
            e.c.active.is_(True), e.c.place >= unranked,
        )
        .limit(1)
    )  # fmt: skip
    return (await tx.execute(rows)).first() is not None
