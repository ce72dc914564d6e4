"""Slow or scheduled work, as rows: done at least once, due by the injected clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    and_,
    case,
    delete,
    or_,
    select,
    text,
    update,
)

from shared.db.types import BigKey, JsonB, UtcDateTime, database_now, upsert
from shared.ids import new_id

LEASE_SECONDS = 60.0

metadata = MetaData()
jobs = Table(
    "jobs",
    metadata,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("payload", JsonB, nullable=False),
    Column("slot", Text, unique=True),
    Column("state", Text, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Float),
    Column("reason", Text),
    Column("fingerprint", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Index(
        "uq_jobs_waiting",
        "name",
        "key",
        unique=True,
        postgresql_where=text("state = 'waiting' AND slot IS NULL"),
        sqlite_where=text("state = 'waiting' AND slot IS NULL"),
    ),
    Index(
        "ix_jobs_open",
        "not_before",
        postgresql_where=text("state IN ('waiting', 'running')"),
        sqlite_where=text("state IN ('waiting', 'running')"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work: `key` tells apart what may wait at the same time."""

    id: str
    name: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    slot: str | None = None


async def enqueue(
    session: Any,
    name: str,
    *,
    now: datetime,
    key: str = "",
    payload: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    slot: str | None = None,
) -> None:
    """Ask for work in this transaction.

    The same (name, key) that still waits is not asked twice; the earlier due
    time wins. A `slot` is unique for ever: two schedulers never fire it twice.
    """
    row = {
        "id": new_id(),
        "name": name,
        "key": key,
        "payload": dict(payload or {}),
        "slot": slot,
        "state": "waiting",
        "not_before": not_before or now,
        "attempts": 0,
        "created_at": now,
    }
    stmt = upsert(session.dialect, jobs).values(row)
    if slot is not None:
        stmt = stmt.on_conflict_do_nothing(index_elements=["slot"])
    else:
        new = stmt.excluded.not_before
        stmt = stmt.on_conflict_do_update(
            index_elements=["name", "key"],
            index_where=text("state = 'waiting' AND slot IS NULL"),
            set_={"not_before": case((new < jobs.c.not_before, new), else_=jobs.c.not_before)},
        )
    await session.execute(stmt)


async def claim(session: Any, names: list[str], now: datetime) -> Job | None:
    """Take the oldest due job under a lease, or one whose lease ran out."""
    clock = database_now(session.dialect)
    due = and_(jobs.c.state == "waiting", jobs.c.not_before <= now)
    lost = and_(jobs.c.state == "running", jobs.c.lease_until < clock)
    oldest = (
        select(jobs)
        .where(or_(due, lost), jobs.c.name.in_(names))
        .order_by(jobs.c.not_before, jobs.c.position)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row: Row[Any] | None = (await session.execute(oldest)).first()
    if row is None:
        return None
    taken = update(jobs).where(jobs.c.position == row.position)
    await session.execute(taken.values(state="running", lease_until=clock + LEASE_SECONDS))
    return Job(
        id=row.id,
        name=row.name,
        key=row.key,
        payload=row.payload,
        attempts=row.attempts,
        slot=row.slot,
    )


async def renew(session: Any, job: Job) -> None:
    """Keep the lease of a job that is still running."""
    until = database_now(session.dialect) + LEASE_SECONDS
    await session.execute(update(jobs).where(jobs.c.id == job.id).values(lease_until=until))


async def finish(session: Any, job: Job, now: datetime) -> None:
    """Done; slots keep their row for ever, other rows go."""
    if job.slot is None:
        await session.execute(delete(jobs).where(jobs.c.id == job.id))
        return
    done = update(jobs).where(jobs.c.id == job.id)
    await session.execute(done.values(state="done", done_at=now, lease_until=None))


async def put_back(
    session: Any, job: Job, *, reason: str, fingerprint: str, not_before: datetime | None
) -> None:
    """Note a failure: due again at `not_before`, or dead when that is None.

    If the same work already waits again, this row is dropped in its favour.
    """
    if not_before is not None and job.slot is None and await _waits(session, job):
        await session.execute(delete(jobs).where(jobs.c.id == job.id))
        return
    values: dict[str, Any] = {
        "state": "waiting" if not_before else "dead",
        "attempts": job.attempts + 1,
        "reason": reason[:2000],
        "fingerprint": fingerprint,
        "lease_until": None,
    }
    if not_before:
        values["not_before"] = not_before
    await session.execute(update(jobs).where(jobs.c.id == job.id).values(values))


async def _waits(session: Any, job: Job) -> bool:
    same = select(jobs.c.id).where(
        jobs.c.name == job.name,
        jobs.c.key == job.key,
        jobs.c.state == "waiting",
        jobs.c.slot.is_(None),
        jobs.c.id != job.id,
    )
    return (await session.execute(same)).first() is not None


def next_due(names: list[str]) -> Select[Any]:
    """When the next job falls due (one row, perhaps NULL)."""
    return (
        select(jobs.c.not_before)
        .where(jobs.c.state == "waiting", jobs.c.name.in_(names))
        .order_by(jobs.c.not_before)
        .limit(1)
    )


async def is_due(session: Any, names: list[str], now: datetime) -> bool:
    """Whether a job is due, or was left behind by a worker whose lease ran out."""
    clock = database_now(session.dialect)
    due = and_(jobs.c.state == "waiting", jobs.c.not_before <= now)
    lost = and_(jobs.c.state == "running", jobs.c.lease_until < clock)
    any_ = select(jobs.c.position).where(or_(due, lost), jobs.c.name.in_(names)).limit(1)
    return (await session.execute(any_)).first() is not None
