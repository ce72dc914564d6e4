"""Slow work is done at least once, never twice at a time, and due by the injected clock."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from shared.clock import ManualClock
from shared.events.extraction import ReportSought
from shared.kernel import jobs as job_rows
from shared.kernel.jobs import jobs
from shared.kernel.operations import trace_of
from shared.kernel.replay import JOB as REPLAY
from shared.ops.backlog import unsettled
from tests.support.jobs import Work, asking, claiming, do_all, rows, until
from tests.support.kernel import a_record, pair, reader, say

NOW = datetime(2026, 1, 1, tzinfo=UTC)


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


async def test_nothing_is_settled_while_a_failed_job_waits_to_be_tried_again(storage):
    work, clock = Work(failures=3), ManualClock(NOW)
    async with pair(storage, clock=clock) as two:
        await two.reader.db.write(asking())
        for pause in (1, 10, 60):
            await do_all(two.reader, work)
            assert unsettled([await two.reader.backlog()])["screening"]["jobs"] == 1
            clock.advance(timedelta(seconds=pause))
        await do_all(two.reader, work)
        assert "jobs" not in unsettled([await two.reader.backlog()]).get("screening", {})


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


async def test_a_slow_job_blocks_neither_other_kinds_nor_other_keys_nor_replays(storage):
    gate, quick = asyncio.Event(), Work()

    async def slow(job, context):
        await gate.wait()

    listener = reader(jobs={"slow": slow, "count": quick})
    async with pair(storage, listener=listener) as two:
        for key in ("a", "b", "c"):
            await two.reader.db.write(asking("slow", key=key))
        for key in ("a", "b", "c"):
            await two.reader.db.write(asking(key=key))
        payload = {"to": "search", "types": [], "review_id": None, "since": 0, "number": 0}
        await two.reader.db.write(asking(REPLAY, payload=payload))
        await two.start()

        async def only_slow_ones_are_left():
            return {row.name for row in await two.reader.db.read(rows)} == {"slow"}

        await until(only_slow_ones_are_left)
        assert sorted(quick.done) == ["a", "b", "c"]
        gate.set()


async def test_of_one_name_and_key_one_job_runs_at_a_time(storage):
    running, most = 0, 0

    async def work(job, context):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1

    async with pair(storage, listener=reader(jobs={"count": work})) as two:
        for n in range(4):
            await two.reader.db.write(asking(key="a", slot=f"slot {n}"))
        await two.reader.db.write(asking(key="a"))
        await asyncio.gather(*(do_all(two.reader, work) for _ in range(3)))
        await do_all(two.reader, work)
        assert {row.state for row in await two.reader.db.read(rows)} == {"done"}
        assert most == 1


async def test_the_database_refuses_two_running_jobs_of_one_name_and_key(storage):
    async with pair(storage) as two:
        for n in range(2):
            await two.reader.db.write(asking(key="a", slot=f"slot {n}"))
        taken = update(jobs).where(jobs.c.name == "count").values(state="running")
        with pytest.raises(IntegrityError):
            await two.reader.db.write(lambda tx: tx.execute(taken))


async def test_work_asked_again_waits_while_the_same_runs(storage):
    async with pair(storage) as two:
        await two.reader.db.write(asking(key="a"))
        held = await two.reader.db.write(claiming())
        await two.reader.db.write(asking(key="a"))
        assert await two.reader.db.write(claiming()) is None
        await two.reader.db.write(lambda tx: job_rows.finish(tx, held, tx.now()))
        assert await two.reader.db.write(claiming()) is not None


async def test_a_job_and_its_events_name_what_asked_for_them(storage):
    causes = []

    async def ask(added, tx):
        for received in added:
            causes.append((received.id, received.correlation_id))
            with tx.caused_by(received):
                await tx.enqueue("count", key=received.event.record.record_id)

    async def work(job, context):
        await context.db.write(lambda tx: _emit(tx, ReportSought(review_id="rev", record_id="r1")))

    listener = reader(ask, name="extraction", jobs={"count": work})
    async with pair(storage, listener=listener) as two:
        await two.publisher.db.write(say(a_record("r1")))
        await two.settle()
        (told,) = await two.reader.db.read(lambda tx: trace_of(tx, "report/r1"))
        said = told["event"]
        assert causes == [(said["causationid"], said["correlationid"])]


async def _emit(tx, event):
    tx.emit(event)
