"""Jobs of the kernel as tests ask for, claim and do them."""

import asyncio

from sqlalchemy import select, update

from shared.kernel import jobs as job_rows
from shared.kernel.job_worker import do_job
from shared.kernel.jobs import jobs


async def rows(tx):
    return (await tx.execute(select(jobs).order_by(jobs.c.position))).all()


def asking(name="count", **more):
    async def use_case(tx):
        await tx.enqueue(name, **more)

    return use_case


class Work:
    """Counts how often it was done; may fail first."""

    def __init__(self, failures=0):
        self.done, self.failures = [], failures

    async def __call__(self, job, context):
        if self.failures:
            self.failures -= 1
            raise LookupError("not today")
        self.done.append(job.key)


async def do_all(running, work):
    while await do_job(running.db, {"count": work}, running.context):
        pass


def claiming():
    """Claim the oldest due job."""

    async def use_case(tx):
        return await job_rows.claim(tx, ["count"], tx.now())

    return use_case


async def expire(tx):
    """Let every lease run out."""
    await tx.execute(update(jobs).where(jobs.c.state == "running").values(lease_until=1.0))


async def only_row(db):
    """The one job there is, besides those of the kernel."""
    (row,) = (row for row in await db.read(rows) if row.name == "count")
    return row


async def until(condition, seconds=10.0):
    """Wait for what `condition` says."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
