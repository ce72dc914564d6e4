"""When the next request may go to a host, as a row that all copies of the service share."""

from sqlalchemy import Column, Float, Table, Text, case

from services.search.tables import metadata
from shared.db import Tx, database_now, upsert

pacing = Table(
    "pacing",
    metadata,
    Column("name", Text, primary_key=True),  # the host
    Column("free_at", Float, nullable=False),  # seconds since 1970 by the database's clock
)


async def take_turn(tx: Tx, name: str, gap: float) -> float:
    """Take the next sending time, `gap` seconds after the last; how many seconds until it."""
    now = database_now(tx.dialect)
    start = case((pacing.c.free_at > now, pacing.c.free_at), else_=now)
    statement = upsert(tx.dialect, pacing).values(name=name, free_at=now + gap)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_={"free_at": start + gap}
    )
    wait = (await tx.execute(statement.returning(pacing.c.free_at - gap - now))).scalar_one()
    return max(0.0, float(wait))


async def hold(tx: Tx, name: str, seconds: float) -> None:
    """Let nobody send for so many seconds from now."""
    until = database_now(tx.dialect) + seconds
    statement = upsert(tx.dialect, pacing).values(name=name, free_at=until)
    later = case((pacing.c.free_at > until, pacing.c.free_at), else_=until)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"free_at": later})
    )
