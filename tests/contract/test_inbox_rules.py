"""Received once, handled once, and one bad event never blocks its neighbours."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from shared.clock import ManualClock
from shared.events.base import registered
from shared.kernel import inbox as inboxes
from shared.kernel.envelope import seal
from shared.kernel.inbox import inbox
from shared.kernel.worker import work
from tests.support.kernel import a_record, count, count_seen, pair, reader, times

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def letter(id="e1", *, record="r1", version=1, title=""):
    return seal(
        a_record(record, title=title),
        id=id,
        time=NOW,
        subject_version=version,
        correlation_id=id,
    )


async def deliver(running, *bodies):
    await running.db.write(lambda tx: inboxes.receive(tx, bodies))


async def handle_all(running):
    return await work(running.db, running.service.handlers())


async def states(tx):
    rows = await tx.execute(select(inbox).order_by(inbox.c.position))
    return {row.id: row for row in rows}


async def test_a_redelivered_event_changes_nothing(two):
    await deliver(two.reader, letter())
    await handle_all(two.reader)
    await deliver(two.reader, letter())
    await handle_all(two.reader)
    assert await two.reader.db.read(times) == {"r1": 1}


async def test_a_twin_within_one_batch_is_dropped(two):
    await deliver(two.reader, letter(), letter(), letter("e2", record="r2"))
    await handle_all(two.reader)
    assert await two.reader.db.read(times) == {"r1": 1, "r2": 1}


async def test_four_workers_count_three_events_as_three(two):
    await deliver(two.reader, *(letter(f"e{n}", record=f"r{n}") for n in range(3)))
    await asyncio.gather(*(handle_all(two.reader) for _ in range(4)))
    assert await two.reader.db.read(times) == {"r0": 1, "r1": 1, "r2": 1}


async def test_a_handled_event_keeps_its_id_and_drops_its_payload(two):
    await deliver(two.reader, letter())
    await handle_all(two.reader)
    row = (await two.reader.db.read(states))["e1"]
    assert (row.state, row.envelope) == ("done", None)


async def test_ids_are_kept_thirty_days_and_then_forgotten(storage):
    clock = ManualClock(NOW)
    async with pair(storage, clock=clock) as two:
        await deliver(two.reader, letter())
        await handle_all(two.reader)
        clock.advance(timedelta(days=29))
        assert await two.reader.db.write(lambda tx: inboxes.forget_old(tx, 30)) == 0
        clock.advance(timedelta(days=2))
        assert await two.reader.db.write(lambda tx: inboxes.forget_old(tx, 30)) == 1


def picky(bad="bad"):
    async def handler(added, tx):
        if any(r.event.record.record_id == bad for r in added):
            raise LookupError("this record cannot be handled")
        await count_seen(added, tx)

    return reader(handler)


async def test_one_bad_event_never_blocks_its_neighbours(storage):
    async with pair(storage, listener=picky()) as two:
        bodies = [letter(f"e{n}", record=f"r{n}") for n in range(5)]
        await deliver(two.reader, *bodies[:2], letter("x", record="bad"), *bodies[2:])
        await handle_all(two.reader)
        assert await two.reader.db.read(times) == {f"r{n}": 1 for n in range(5)}


async def test_a_failing_event_backs_off_and_dies_with_reason_and_fingerprint(storage):
    clock = ManualClock(NOW)
    async with pair(storage, listener=picky(), clock=clock) as two:
        await deliver(two.reader, letter("x", record="bad"))
        waits = []
        for _ in range(6):
            await handle_all(two.reader)
            row = (await two.reader.db.read(states))["x"]
            waits.append((row.not_before - clock.now()).total_seconds())
            clock.set(max(row.not_before, clock.now()))
        assert waits[:5] == [1, 10, 60, 600, 3600]
        assert (row.state, row.attempts) == ("dead", 6)
        assert "LookupError: this record cannot be handled" in row.reason
        assert row.fingerprint


async def test_a_dead_event_can_be_given_another_round(storage):
    clock = ManualClock(NOW)
    async with pair(storage, listener=picky(), clock=clock) as two:
        await deliver(two.reader, letter("x", record="bad"))
        values = {"state": "dead", "attempts": 6}
        await two.reader.db.write(lambda tx: tx.execute(update(inbox).values(values)))
        assert await two.reader.db.write(inboxes.retry_dead) == 1
        await work(two.reader.db, reader().handlers())
        assert await two.reader.db.read(times) == {"bad": 1}


async def test_undecodable_bytes_are_dead_at_once_under_their_hash(two):
    await deliver(two.reader, b"\xff\x00 no json", letter())
    await deliver(two.reader, b"\xff\x00 no json")
    await handle_all(two.reader)
    rows = await two.reader.db.read(states)
    dead = [row for row in rows.values() if row.state == "dead"]
    assert len(dead) == 1
    assert dead[0].reason.startswith("undecodable")
    assert len(dead[0].id) == 64
    assert await two.reader.db.read(times) == {"r1": 1}


async def test_an_unknown_version_is_parked_and_resumed_when_it_is_known(two, monkeypatch):
    body = letter().replace(b"record_added.v1", b"record_added.v9")
    await deliver(two.reader, body)
    await handle_all(two.reader)
    assert (await two.reader.db.read(states))["e1"].state == "parked"
    known = {**registered(), ("search.record_added", 9): registered()[("search.record_added", 1)]}
    monkeypatch.setattr("shared.kernel.inbox.newest", lambda name: 9)
    monkeypatch.setattr("shared.events.codec.newest", lambda name: 9)
    monkeypatch.setattr("shared.events.codec.registered", lambda: known)
    assert await two.reader.db.write(inboxes.resume_parked) == 1
    await handle_all(two.reader)
    assert await two.reader.db.read(times) == {"r1": 1}


async def test_an_outage_is_not_the_events_failure(storage):
    broken = True

    async def handler(added, tx):
        if broken:
            raise ConnectionRefusedError("the database is down")
        await count_seen(added, tx)

    async with pair(storage, listener=reader(handler)) as two:
        await deliver(two.reader, letter())
        with pytest.raises(ConnectionRefusedError):
            await handle_all(two.reader)
        row = (await two.reader.db.read(states))["e1"]
        assert (row.state, row.attempts) == ("waiting", 0)
        broken = False
        await handle_all(two.reader)
        assert await two.reader.db.read(times) == {"r1": 1}


async def test_a_registered_event_that_nobody_here_handles_is_done(two):
    body = letter().replace(b"search.record_added", b"search.record_amended")
    await deliver(two.reader, body)
    await handle_all(two.reader)
    assert (await two.reader.db.read(states))["e1"].state == "done"
    assert await two.reader.db.read(lambda tx: count(tx, inbox)) == 1
