"""Loads of bundles: every query."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update

from shared.kernel.jobs import jobs
from shared.kernel.tx import Tx
from workbench.bundles.store.tables import bundle_loads as loads

_SHOWN = [column for column in loads.c if column.name != "content"]


async def put(tx: Tx, row: Mapping[str, Any]) -> None:
    """Keep a load that begins."""
    await tx.execute(loads.insert(), [dict(row)])


async def change(tx: Tx, load_id: str, values: Mapping[str, Any]) -> None:
    """Change what is kept of a load."""
    await tx.execute(update(loads).where(loads.c.load_id == load_id).values(dict(values)))


async def load(tx: Tx, load_id: str) -> RowMapping | None:
    """A load without its bytes, or None."""
    found = select(*_SHOWN).where(loads.c.load_id == load_id)
    return (await tx.execute(found)).mappings().first()


async def content(tx: Tx, load_id: str) -> bytes | None:
    """The archive of a load; None once it is loaded."""
    found = select(loads.c.content).where(loads.c.load_id == load_id)
    return (await tx.execute(found)).scalar_one_or_none()


async def of_person(tx: Tx, person_id: str, limit: int) -> Sequence[RowMapping]:
    """A person's newest loads."""
    mine = select(*_SHOWN).where(loads.c.person_id == person_id)
    newest = mine.order_by(loads.c.created_at.desc(), loads.c.load_id).limit(limit)
    return (await tx.execute(newest)).mappings().all()


async def count_kept(tx: Tx, person_id: str) -> int:
    """How many archives of a person are kept."""
    kept = (loads.c.person_id == person_id, loads.c.content.is_not(None))
    return int((await tx.execute(select(func.count()).where(*kept))).scalar_one())


async def oldest_in(tx: Tx, states: Sequence[str]) -> RowMapping | None:
    """The oldest load in one of these states; one that was begun before those that wait."""
    open_ones = select(*_SHOWN).where(loads.c.state.in_(states))
    oldest = open_ones.order_by(loads.c.state, loads.c.created_at, loads.c.load_id).limit(1)
    return (await tx.execute(oldest)).mappings().first()


async def forget(tx: Tx, load_id: str) -> None:
    """Delete a load and its archive."""
    await tx.execute(delete(loads).where(loads.c.load_id == load_id))


async def forget_before(tx: Tx, moment: datetime, states: Sequence[str]) -> None:
    """Delete old loads in these states."""
    await tx.execute(delete(loads).where(loads.c.created_at < moment, loads.c.state.in_(states)))


async def jobs_called(tx: Tx, name: str) -> int:
    """How many jobs of a name wait or run."""
    open_ones = jobs.c.state.in_(("waiting", "running"))
    found = select(func.count()).where(jobs.c.name == name, open_ones)
    return int((await tx.execute(found)).scalar_one())
