"""A job belongs to whoever holds its lease, and comes back when that process is gone."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from shared.clock import ManualClock
from shared.db import database_now
from shared.kernel import jobs as job_rows
from shared.kernel.failures import DELAYS, Unreachable
from shared.kernel.job_worker import do_job
from shared.kernel.jobs import jobs
from tests.support.jobs import Work, asking, claiming, do_all, expire, only_row, rows, until
from tests.support.kernel import pair, reader


async def test_a_late_finisher_whose_lease_was_lost_changes_nothing(storage):
    async with pair(storage) as two:
        db = two.reader.db
        await db.write(asking(key="a"))
        late = await db.write(claiming())
        await db.write(expire)
        held = await db.write(claiming())
        before = await only_row(db)
        assert held.lease != late.lease
        assert before.lease == held.lease
        assert not await db.write(lambda tx: job_rows.renew(tx, late))
        assert not await db.write(lambda tx: job_rows.finish(tx, late, tx.now()))
        failed = {"reason": "late", "fingerprint": "f", "not_before": None}
        assert not await db.write(lambda tx: job_rows.put_back(tx, late, **failed))
        assert not await db.write(lambda tx: job_rows.give_back(tx, late, tx.now()))
        assert await only_row(db) == before
        assert await db.write(lambda tx: job_rows.finish(tx, held, tx.now()))


async def test_a_worker_that_lost_its_lease_breaks_off(storage, monkeypatch):
    monkeypatch.setattr("shared.kernel.job_worker.RENEW_SECONDS", 0.02)
    ended = []

    async def work(job, context):
        try:
            await asyncio.sleep(30)
        finally:
            ended.append(job.key)

    async with pair(storage) as two:
        await two.reader.db.write(asking(key="a"))
        doing = asyncio.create_task(do_job(two.reader.db, {"count": work}, two.reader.context))
        await until(lambda: _runs(two.reader.db))
        stolen = update(jobs).values(lease="of another")
        await two.reader.db.write(lambda tx: tx.execute(stolen))
        await asyncio.wait_for(doing, 10)
        assert ended == ["a"]
        assert (await only_row(two.reader.db)).lease == "of another"


async def _runs(db):
    return any(row.state == "running" for row in await db.read(rows) if row.name == "count")


async def test_a_lost_lease_counts_as_an_attempt_and_the_last_one_ends_the_job(storage):
    async with pair(storage) as two:
        db = two.reader.db
        await db.write(asking(key="a"))
        for attempts in range(len(DELAYS) + 1):
            job = await db.write(claiming())
            assert job.attempts == attempts
            await db.write(expire)
        assert await db.write(claiming()) is None
        row = await only_row(db)
        assert (row.state, row.attempts) == ("dead", len(DELAYS) + 1)
        assert "lease ran out" in row.reason


async def test_a_job_of_a_killed_process_is_taken_over_within_fifteen_seconds(storage):
    async with pair(storage) as two:
        await two.reader.db.write(asking(key="a"))
        await two.reader.db.write(claiming())

        async def left(tx):
            remaining = jobs.c.lease_until - database_now(tx.dialect)
            return (await tx.execute(select(remaining))).scalar_one()

        assert await two.reader.db.read(left) <= 15


async def test_a_lost_job_that_was_asked_for_again_is_done_once(storage):
    work = Work()
    async with pair(storage) as two:
        await two.reader.db.write(asking(key="a"))
        await two.reader.db.write(claiming())
        await two.reader.db.write(asking(key="a"))
        await two.reader.db.write(expire)
        await do_all(two.reader, work)
        assert work.done == ["a"]


async def test_when_a_process_stops_its_running_jobs_are_given_back_at_once(storage):
    started = asyncio.Event()

    async def work(job, context):
        started.set()
        await asyncio.sleep(60)

    async with pair(storage, listener=reader(jobs={"count": work})) as two:
        await two.reader.db.write(asking(key="a"))
        await two.start()
        await asyncio.wait_for(started.wait(), 10)
        await two.stop()
        row = await only_row(two.reader.db)
        assert (row.state, row.attempts, row.lease) == ("waiting", 0, None)
        again = Work()
        await do_all(two.reader, again)
        assert again.done == ["a"]


async def test_a_failure_that_cannot_be_written_ends_no_loop(storage, monkeypatch):
    work, faults = Work(failures=1), [ConnectionError("gone"), ValueError("odd")]
    put_back = job_rows.put_back

    async def faulty(*args, **more):
        if faults:
            raise faults.pop(0)
        return await put_back(*args, **more)

    monkeypatch.setattr(job_rows, "put_back", faulty)
    async with pair(storage, listener=reader(jobs={"count": work})) as two:
        await two.reader.db.write(asking(key="fails"))
        await two.start()
        await until(lambda: _is_empty(faults))
        await two.reader.db.write(asking(key="next"))
        await until(lambda: _is_empty({"next"} - set(work.done)))
        assert two.reader.is_ready()
        await two.reader.db.write(expire)
        await until(lambda: _is_empty({"fails"} - set(work.done)))


async def _is_empty(left):
    return not left


async def test_a_failure_put_back_while_the_same_is_asked_again_waits_once(storage):
    async with pair(storage) as two:
        db = two.reader.db
        failed = {"reason": "no", "fingerprint": "f"}
        for _ in range(10):
            await db.write(asking(key="a"))
            held = await db.write(claiming())
            await asyncio.gather(
                db.write(asking(key="a")),
                db.write(
                    lambda tx, held=held: job_rows.put_back(tx, held, not_before=tx.now(), **failed)
                ),
            )
            assert (await only_row(db)).state == "waiting"


async def test_an_outage_of_database_or_bus_counts_as_no_attempt(storage):
    clock, faults = ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), 9
    done = []

    async def work(job, context):
        nonlocal faults
        faults -= 1
        if faults > 0:
            raise Unreachable("the broker takes no connection")
        done.append(job.attempts)

    async with pair(storage, clock=clock) as two:
        await two.reader.db.write(asking(key="a"))
        for _ in range(9):
            await do_all(two.reader, work)
            clock.advance(timedelta(seconds=5))
        assert done == [0]
