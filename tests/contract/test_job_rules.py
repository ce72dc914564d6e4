"""Slow work is done at least once, never twice at a time, and due by the injected clock."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from shared.clock import ManualClock
from shared.kernel.jobs import jobs
from shared.kernel.worker import do_job
from tests.support.kernel import pair, reader

NOW = datetime(2026, 1, 1, tzinfo=UTC)


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


async def test_the_same_work_that_still_waits_is_asked_only_once(storage):
    work, clock = Work(), ManualClock(NOW)
    async with pair(storage, clock=clock) as two:
        later = NOW + timedelta(seconds=10)
        await two.reader.db.write(asking(key="a", not_before=later))
        await two.reader.db.write(asking(key="a"))
        await two.reader.db.write(asking(key="b", not_before=later))
        await do_all(two.reader, work)
        assert work.done == ["a"]
        clock.advance(timedelta(seconds=10))
        await do_all(two.reader, work)
        assert work.done == ["a", "b"]


async def test_a_slot_is_never_fired_twice(storage):
    work = Work()
    async with pair(storage) as two:
        calls = [two.reader.db.write(asking(slot="search-1@2026-01-01")) for _ in range(8)]
        await asyncio.gather(*calls)
        await do_all(two.reader, work)
        await two.reader.db.write(asking(slot="search-1@2026-01-01"))
        await do_all(two.reader, work)
        assert len(work.done) == 1


async def test_a_failing_job_backs_off_and_dies_with_its_reason(storage):
    work, clock = Work(failures=99), ManualClock(NOW)
    async with pair(storage, clock=clock) as two:
        await two.reader.db.write(asking())
        waits = []
        for _ in range(6):
            await do_all(two.reader, work)
            (row,) = (r for r in await two.reader.db.read(rows) if r.name == "count")
            waits.append((row.not_before - clock.now()).total_seconds())
            clock.set(max(row.not_before, clock.now()))
        assert waits[:5] == [1, 10, 60, 600, 3600]
        assert row.state == "dead"
        assert "LookupError: not today" in row.reason


async def test_work_asked_again_while_it_runs_is_done_again(storage):
    async with pair(storage) as two:
        done = []

        async def work(job, context):
            done.append(job.key)
            if len(done) == 1:
                await context.db.write(asking(key="a"))

        await two.reader.db.write(asking(key="a"))
        await do_all(two.reader, work)
        assert done == ["a", "a"]


async def test_a_job_left_by_a_dead_worker_is_taken_over_when_its_lease_runs_out(storage):
    work = Work()
    async with pair(storage) as two:
        await two.reader.db.write(asking(key="a"))
        held = update(jobs).where(jobs.c.name == "count")
        running = held.values(state="running", lease_until=9e12)
        await two.reader.db.write(lambda tx: tx.execute(running))
        await do_all(two.reader, work)
        assert work.done == []
        lost = held.values(lease_until=1.0)
        await two.reader.db.write(lambda tx: tx.execute(lost))
        await do_all(two.reader, work)
        assert work.done == ["a"]


async def test_two_workers_never_do_the_same_job_at_the_same_time(storage):
    async with pair(storage, listener=reader()) as two:
        done = []

        async def work(job, context):
            await asyncio.sleep(0.05)
            done.append(job.key)

        for n in range(6):
            await two.reader.db.write(asking(key=str(n)))
        await asyncio.gather(*(do_all(two.reader, work) for _ in range(3)))
        assert sorted(done) == [str(n) for n in range(6)]
