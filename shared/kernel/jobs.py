"""Slow or scheduled work, as rows: done at least once, due by the injected clock.

Whoever claims a job holds it under a lease that expires by the database's clock, and
with a token of its own: finishing, renewing and putting back change nothing once the
lease went to another. Of one (name, key) one job runs at a time, in any process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
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
from shared.kernel.failures import delay

LEASE_SECONDS = 15.0
LEASE_LOST = "its lease ran out: the process that did it stopped, or lost the database"
_CLAIMS = "claims of jobs"

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
    Column("lease", Text),
    Column("lease_until", Float),
    Column("reason", Text),
    Column("fingerprint", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("causation_id", Text),
    Column("correlation_id", Text),
    Index(
        "uq_jobs_running",
        "name",
        "key",
        unique=True,
        postgresql_where=text("state = 'running'"),
        sqlite_where=text("state = 'running'"),
    ),
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
    """One piece of work: `key` tells apart what may wait, or run, at the same time.

    `lease` is the token of whoever does it now; `attempts` failed before. The event
    that asked for it is the cause of the events that it says.
    """

    id: str
    name: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    lease: str = ""
    slot: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None


async def enqueue(
    session: Any,
    name: str,
    *,
    now: datetime,
    key: str = "",
    payload: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    slot: str | None = None,
    causation_id: str | None = None,
    correlation_id: str | None = None,
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
        "causation_id": causation_id,
        "correlation_id": correlation_id,
    }
    await session.execute(_waiting_row(session.dialect, row))


def _waiting_row(dialect: str, row: Mapping[str, Any]) -> Any:
    """Insert a waiting row, or let the same work that waits already be due as early."""
    stmt = upsert(dialect, jobs).values(dict(row))
    if row["slot"] is not None:
        return stmt.on_conflict_do_nothing(index_elements=["slot"])
    new = stmt.excluded.not_before
    return stmt.on_conflict_do_update(
        index_elements=["name", "key"],
        index_where=text("state = 'waiting' AND slot IS NULL"),
        set_={"not_before": case((new < jobs.c.not_before, new), else_=jobs.c.not_before)},
    )


async def claim(session: Any, names: list[str], now: datetime) -> Job | None:
    """Take the oldest due job under a lease; jobs whose lease ran out fall due again first."""
    await session.lock(_CLAIMS)
    await _take_back_lost(session, names, now)
    row: Row[Any] | None = (
        await session.execute(
            select(jobs)
            .where(_is_due(names, now))
            .order_by(jobs.c.not_before, jobs.c.position)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    ).first()
    if row is None:
        return None
    lease = new_id()
    until = database_now(session.dialect) + LEASE_SECONDS
    taken = update(jobs).where(jobs.c.position == row.position)
    await session.execute(taken.values(state="running", lease=lease, lease_until=until))
    return Job(
        id=row.id,
        name=row.name,
        key=row.key,
        payload=row.payload,
        attempts=row.attempts,
        lease=lease,
        slot=row.slot,
        causation_id=row.causation_id,
        correlation_id=row.correlation_id,
    )


def _is_due(names: list[str], now: datetime) -> ColumnElement[bool]:
    return and_(_may_run(names), jobs.c.not_before <= now)


def _may_run(names: list[str]) -> ColumnElement[bool]:
    """Waiting, while no job of the same (name, key) runs."""
    other = jobs.alias("other")
    same = select(other.c.position).where(
        other.c.state == "running", other.c.name == jobs.c.name, other.c.key == jobs.c.key
    )
    return and_(jobs.c.state == "waiting", jobs.c.name.in_(names), ~same.exists())


def _is_lost(dialect: str, names: list[str]) -> ColumnElement[bool]:
    expired = jobs.c.lease_until < database_now(dialect)
    return and_(jobs.c.state == "running", jobs.c.name.in_(names), expired)


async def _take_back_lost(session: Any, names: list[str], now: datetime) -> None:
    """A lease that ran out is a failed attempt: due again at once, or dead after the last."""
    lost = select(jobs.c.id, jobs.c.lease, jobs.c.attempts).where(_is_lost(session.dialect, names))
    for row in (await session.execute(lost.with_for_update(skip_locked=True))).all():
        held = and_(jobs.c.id == row.id, jobs.c.lease.is_not_distinct_from(row.lease))
        failed = _Failed(attempts=row.attempts + 1, reason=LEASE_LOST, fingerprint="lease-lost")
        not_before = now if delay(row.attempts) is not None else None
        await _return(session, held, failed, not_before)


def _held(job: Job) -> ColumnElement[bool]:
    """The row of a job, as long as its lease is still this one."""
    return and_(jobs.c.id == job.id, jobs.c.lease == job.lease, jobs.c.state == "running")


async def renew(session: Any, job: Job) -> bool:
    """Keep the lease of a job that is still running; False when it was lost."""
    until = database_now(session.dialect) + LEASE_SECONDS
    result = await session.execute(update(jobs).where(_held(job)).values(lease_until=until))
    return bool(result.rowcount)


async def finish(session: Any, job: Job, now: datetime) -> bool:
    """Done; slots keep their row for ever, other rows go. False when the lease was lost."""
    if job.slot is None:
        return bool((await session.execute(delete(jobs).where(_held(job)))).rowcount)
    done = update(jobs).where(_held(job))
    values = {"state": "done", "done_at": now, "lease": None, "lease_until": None}
    return bool((await session.execute(done.values(values))).rowcount)


async def put_back(
    session: Any, job: Job, *, reason: str, fingerprint: str, not_before: datetime | None
) -> bool:
    """Note a failure: due again at `not_before`, or dead when that is None.

    If the same work already waits again, this row is dropped in its favour. False
    when the lease was lost: then nothing changes.
    """
    failed = _Failed(attempts=job.attempts + 1, reason=reason, fingerprint=fingerprint)
    return await _return(session, _held(job), failed, not_before)


async def give_back(session: Any, job: Job, not_before: datetime) -> bool:
    """Let another do a job that this process leaves unfinished: no attempt is counted."""
    return await _return(session, _held(job), None, not_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    """What is noted with a job that failed."""

    attempts: int
    reason: str
    fingerprint: str

    def values(self) -> dict[str, Any]:
        return {
            "attempts": self.attempts, "reason": self.reason, "fingerprint": self.fingerprint
        }  # fmt: skip


async def _return(
    session: Any, held: ColumnElement[bool], failed: _Failed | None, not_before: datetime | None
) -> bool:
    """Turn a running row into a waiting or a dead one."""
    row = (await session.execute(select(jobs).where(held).with_for_update())).mappings().first()
    if row is None:
        return False
    values: dict[str, Any] = {"lease": None, "lease_until": None}
    values |= failed.values() if failed else {}
    this = jobs.c.position == row["position"]
    if not_before is None or row["slot"] is not None:
        state = {"state": "dead"} if not_before is None else {"state": "waiting"}
        values |= state | ({"not_before": not_before} if not_before else {})
        await session.execute(update(jobs).where(this).values(values))
        return True
    await session.execute(delete(jobs).where(this))
    again = {**row, **values, "state": "waiting", "not_before": not_before}
    await session.execute(_waiting_row(session.dialect, again))
    return True


def next_due(names: list[str]) -> Select[Any]:
    """When the next job that may run falls due (one row, perhaps NULL)."""
    return select(jobs.c.not_before).where(_may_run(names)).order_by(jobs.c.not_before).limit(1)


async def is_due(session: Any, names: list[str], now: datetime) -> bool:
    """Whether a job may run now, or was left behind by a worker whose lease ran out."""
    ready = or_(_is_due(names, now), _is_lost(session.dialect, names))
    return (
        await session.execute(select(jobs.c.position).where(ready).limit(1))
    ).first() is not None
