"""Slow or scheduled work, as rows: done at least once, due by the injected clock.

Whoever claims a job holds it under a lease that expires by the database's clock, and
with a token of its own: finishing, renewing and putting back change nothing once the
lease went to another. Of one (name, key) one job runs at a time, in any process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, select, update

from shared.db.types import database_now
from shared.ids import new_id
from shared.kernel import job_rows
from shared.kernel.failures import delay
from shared.kernel.job_rows import LEASE_SECONDS, jobs, metadata, next_due

__all__ = [
    "LEASE_LOST",
    "LEASE_SECONDS",
    "Job",
    "claim",
    "enqueue",
    "finish",
    "give_back",
    "is_due",
    "jobs",
    "metadata",
    "next_due",
    "put_back",
    "renew",
]

LEASE_LOST = "its lease ran out: the process that did it stopped, or lost the database"
_CLAIMS = "claims of jobs"


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
    await session.execute(job_rows.waiting(session.dialect, slotted=slot is not None), row)


async def claim(session: Any, names: list[str], now: datetime) -> Job | None:
    """Take the oldest due job under a lease; jobs whose lease ran out fall due again first."""
    await session.lock(_CLAIMS)
    await _take_back_lost(session, names, now)
    row: Row[Any] | None = (
        await session.execute(job_rows.oldest_due(tuple(names)), {"now": now})
    ).first()
    if row is None:
        return None
    lease = new_id()
    await session.execute(
        job_rows.taking(session.dialect), {"taken": row.position, "new_lease": lease}
    )
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


async def _take_back_lost(session: Any, names: list[str], now: datetime) -> None:
    """A lease that ran out is a failed attempt: due again at once, or dead after the last."""
    for row in (await session.execute(job_rows.lost(session.dialect, tuple(names)))).all():
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
    await session.execute(job_rows.waiting(session.dialect, slotted=False), again)
    return True


async def is_due(session: Any, names: Sequence[str], now: datetime) -> bool:
    """Whether a job may run now, or was left behind by a worker whose lease ran out."""
    found = await session.execute(job_rows.ready(session.dialect, tuple(names)), {"now": now})
    return found.first() is not None
