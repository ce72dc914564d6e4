"""Doing jobs: several at once in a process, given back when it stops.

Every name has room of its own, so that slow jobs of one kind never keep those of
another waiting.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from shared.db import Database, Who, who
from shared.kernel import jobs
from shared.kernel.cancellation import raise_if_cancelled
from shared.kernel.failures import Unreachable, delay, describe, fingerprint, is_outage
from shared.kernel.jobs import Job
from shared.kernel.worker import POLL, SOONEST, Wakeup, forever
from shared.ops.failpoints import reach
from shared.ops.telemetry import log

JobFunction = Callable[[Job, Any], Awaitable[None]]
RENEW_SECONDS = jobs.LEASE_SECONDS / 5
PAUSES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Between tries to write how a job ended; after the last its lease runs out."""
OUTAGE_PAUSE = timedelta(seconds=5)


class JobWorker:
    """Claims jobs as long as there is room for their name, and does them side by side."""

    def __init__(
        self,
        db: Database,
        functions: Mapping[str, JobFunction],
        context: Any,
        *,
        at_once: int,
        wakeup: Wakeup,
    ) -> None:
        self._db = db
        self._functions = functions
        self._context = context
        self._at_once = at_once
        self._wakeup = wakeup
        self._running: dict[asyncio.Task[None], str] = {}

    async def run(self) -> None:
        """Do jobs until cancelled; then those that run are given back at once."""
        try:
            await forever("jobs", self._round, self._wakeup, self._until_due)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _round(self) -> bool:
        job = await claim_due(self._db, self._free())
        if job is None:
            return False
        task = asyncio.create_task(
            perform(self._db, job, self._functions[job.name], self._context), name=job.name
        )
        self._running[task] = job.name
        task.add_done_callback(self._ended)
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("job_broke_off", service=self._db.service, reason=describe(error)[:300])
        self._wakeup.notify()

    def _free(self) -> list[str]:
        """Names of which one more job may run here."""
        busy = Counter(self._running.values())
        return sorted(name for name in self._functions if busy[name] < self._at_once)

    async def _until_due(self) -> float:
        return await until_due(self._db, self._free())


async def do_job(db: Database, functions: Mapping[str, JobFunction], context: Any) -> bool:
    """Take the oldest due job and do it; False when none is due."""
    job = await claim_due(db, functions)
    if job is None:
        return False
    await perform(db, job, functions[job.name], context)
    return True


async def claim_due(db: Database, names: Iterable[str]) -> Job | None:
    """Claim the oldest due job of these names; looks before it writes."""
    wanted, now = sorted(names), db.clock.now()
    if not wanted or not await db.read(lambda tx: jobs.is_due(tx, wanted, now)):
        return None
    job = await db.write(lambda tx: jobs.claim(tx, wanted, now))
    reach("jobs.after_claim")
    return job


async def until_due(db: Database, names: Iterable[str]) -> float:
    """Seconds until the next job that may run falls due, at most the poll."""
    wanted = sorted(names)

    async def query(tx: Any) -> float:
        due = (await tx.execute(jobs.next_due(wanted))).scalar_one_or_none()
        return POLL if due is None else float((due - tx.now()).total_seconds())

    return min(max(await db.read(query), SOONEST), POLL)


async def perform(db: Database, job: Job, function: JobFunction, context: Any) -> None:
    """Do a claimed job and write how it ended; raises only when cancelled.

    A job that is cancelled, with its process, is given back before this ends. One whose
    lease was lost is broken off: another does it.
    """
    who.set(Who(correlation_id=job.correlation_id, causation_id=job.causation_id))
    work = asyncio.ensure_future(_work(function, job, context))
    lease = asyncio.create_task(_keep_lease(db, job, work))
    try:
        await asyncio.wait({work})
        await _write_end(db, job, work)
    except asyncio.CancelledError:
        work.cancel()
        await asyncio.wait({work})
        await _leave(db, job, done=not work.cancelled() and work.exception() is None)
        raise
    finally:
        lease.cancel()


async def _work(function: JobFunction, job: Job, context: Any) -> None:
    reach("jobs.before_work")
    await function(job, context)
    reach("jobs.before_finish")


async def _write_end(db: Database, job: Job, work: "asyncio.Future[None]") -> None:
    if work.cancelled():
        return
    error = work.exception()
    if error is None:
        await _insist(db, job, lambda tx: jobs.finish(tx, job, tx.now()))
        reach("jobs.after_finish")
    elif isinstance(error, Exception):
        await _note_failure(db, job, error)
    else:
        raise error


async def _note_failure(db: Database, job: Job, error: Exception) -> None:
    """Back off, or give the job up; an outage of database or bus counts as no attempt."""
    wait, reason, mark = delay(job.attempts), describe(error), fingerprint(error)
    outage = isinstance(error, DBAPIError | PoolExhausted | Unreachable) and is_outage(error)
    log.warning(
        "job_waits" if outage else "job_failed",
        service=db.service,
        job=job.name,
        key=job.key,
        attempts=job.attempts + (not outage),
        reason=reason[:300],
    )

    async def put_back(tx: Any) -> bool:
        if outage:
            return await jobs.give_back(tx, job, tx.now() + OUTAGE_PAUSE)
        due = tx.now() + wait if wait else None
        return await jobs.put_back(tx, job, reason=reason, fingerprint=mark, not_before=due)

    await _insist(db, job, put_back)


async def _leave(db: Database, job: Job, *, done: bool) -> None:
    """At the end of the process: let another do the job at once, unless it is done."""

    async def write(tx: Any) -> None:
        await (jobs.finish(tx, job, tx.now()) if done else jobs.give_back(tx, job, tx.now()))

    try:
        await db.write(write)
    except Exception as error:
        log.warning("job_end_not_written", job=job.name, reason=describe(error)[:200])


async def _insist(db: Database, job: Job, end: Callable[[Any], Awaitable[bool]]) -> None:
    """Write how a job ended, through an outage; what cannot be written ends with the lease."""
    for pause in (*PAUSES, None):
        try:
            held = await db.write(end)
        except Exception as error:
            log.warning("job_end_not_written", job=job.name, reason=describe(error)[:200])
            if pause is None or not is_outage(error):
                return
            await asyncio.sleep(pause)
        else:
            if not held:
                log.warning("job_lost_its_lease", service=db.service, job=job.name, key=job.key)
            return


async def _keep_lease(db: Database, job: Job, work: "asyncio.Future[None]") -> None:
    """Renew the lease while the work lasts; break the work off when another holds it."""
    while True:
        raise_if_cancelled()
        await asyncio.sleep(RENEW_SECONDS)
        with contextlib.suppress(Exception):
            if not await db.write(lambda tx: jobs.renew(tx, job)):
                work.cancel()
                return
