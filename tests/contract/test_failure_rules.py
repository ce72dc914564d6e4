"""An outage is nobody's failure; what fails again with the same event is that event's."""

import asyncio
import re
import sqlite3
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import Text, bindparam, select, text

from shared.clock import ManualClock
from shared.db import connect
from shared.kernel import failures
from shared.kernel import inbox as inboxes
from shared.kernel.envelope import seal, with_replay
from shared.kernel.failures import Unreachable, is_outage
from shared.kernel.inbox import inbox
from shared.kernel.outbox import counters
from shared.kernel.worker import receive, work
from tests.support.kernel import a_record, count_seen, pair, pool, publisher, reader, say, times

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOO_MANY = 32_768
"""One more than asyncpg sends with a statement."""


def letter(id="e1", *, record="r1", version=1):
    return seal(
        a_record(record), id=id, time=NOW, subject_version=version, correlation_id=f"c-{id}"
    )


async def states(tx):
    return {row.id: row for row in await tx.execute(select(inbox).order_by(inbox.c.position))}


async def received(tx):
    rows = await tx.execute(select(counters).where(counters.c.kind == "received"))
    return {row.name: row.count for row in rows}


async def runs_too_long(tx):
    await tx.execute(text("SET LOCAL statement_timeout = 20"))
    await tx.execute(text("SELECT pg_sleep(5)"))


async def says_too_much(tx):
    ids = [bindparam(None, str(n), type_=Text) for n in range(TOO_MANY)]
    await tx.execute(select(pool.c.id).where(pool.c.id.in_(ids)))


async def times_out_in_the_driver(_tx):
    raise TimeoutError


@pytest.mark.parametrize(
    ("fails", "attempts"), [(runs_too_long, 6), (says_too_much, 2), (times_out_in_the_driver, 6)]
)
async def test_a_statement_that_fails_again_is_the_events_failure(
    postgres, monkeypatch, fails, attempts
):
    monkeypatch.setattr(failures, "DELAYS", failures.DELAYS[: attempts - 1])

    async def handler(added, tx):
        if any(r.event.record.record_id == "bad" for r in added):
            await fails(tx)
        await count_seen(added, tx)

    clock = ManualClock(NOW)
    async with pair(postgres, listener=reader(handler), clock=clock) as two:
        await receive(two.reader.db, [letter("x", record="bad"), letter()])
        for _ in range(attempts):
            await work(two.reader.db, two.reader.service.handlers())
            row = (await two.reader.db.read(states))["x"]
            clock.set(max(row.not_before, clock.now()))
        assert (row.state, row.attempts) == ("dead", attempts)
        assert await two.reader.db.read(times) == {"r1": 1}


async def test_an_exhausted_pool_is_an_outage(postgres, monkeypatch):
    monkeypatch.setattr("shared.db.postgres.POOL", 1)
    monkeypatch.setattr("shared.db.postgres.OVERFLOW", 0)
    db = postgres.connect("search")
    await db.open()
    db._engine.sync_engine.pool._timeout = 0.05
    async with db._engine.connect():
        with pytest.raises(Unreachable) as caught:
            await db.write(say())
        assert is_outage(caught.value)
    await db.write(say())
    await db.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "nowhere.invalid"])
async def test_a_server_that_cannot_be_reached_is_an_outage(host):
    db = connect(f"postgresql://nobody@{host}:1/none", service="search", schema="public")
    with pytest.raises(Unreachable):
        await db.read(say())
    await db.close()


async def test_a_connection_that_the_server_ends_is_an_outage(postgres):
    db = postgres.connect("search")
    await db.open()
    with pytest.raises(Exception, match="closed in the middle") as caught:
        await db.read(lambda tx: tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())")))
    assert is_outage(caught.value)
    await db.close()


async def test_a_row_that_the_database_refuses_is_dead_and_blocks_no_neighbour(two):
    # PostgreSQL indexes no key of this length; SQLite is told to refuse it too.
    refused = letter(Random(1).randbytes(20_000).hex(), record="bad")
    if two.reader.db.dialect == "sqlite":
        await two.reader.db.write(
            lambda tx: tx.execute(
                text(
                    "CREATE TRIGGER refuse BEFORE INSERT ON inbox WHEN length(NEW.id) > 2700 "
                    "BEGIN SELECT RAISE(ABORT, 'index row size exceeds the maximum'); END"
                )
            )
        )
    for _ in range(2):
        await receive(
            two.reader.db, [letter("e1", record="r1"), refused, letter("e2", record="r2")]
        )
    await work(two.reader.db, two.reader.service.handlers())
    assert await two.reader.db.read(times) == {"r1": 1, "r2": 1}
    dead = [row for row in (await two.reader.db.read(states)).values() if row.state == "dead"]
    assert len(dead) == 1
    assert re.fullmatch(r"refused: \w+Error: index row (size|requires) .*", dead[0].reason)
    assert await two.reader.db.read(received) == {"search.record_added": 3}


OUT_OF_BOUNDS = {
    "a version over 2^63": letter().replace(b'"subjectversion":1', b'"subjectversion":%d' % 2**63),
    "a version below zero": letter().replace(b'"subjectversion":1', b'"subjectversion":-1'),
    "a version over 2^64": letter().replace(b'"subjectversion":1', b'"subjectversion":%d' % 2**65),
    "a replay over 2^31": with_replay(letter(), 2**31),
    "a type's version over 2^31": letter().replace(b"added.v1", b"added.v4294967296"),
    "a type's version of zero": letter().replace(b"added.v1", b"added.v0"),
    "a type's version in raised digits": letter().replace(b"added.v1", "added.v\u00b2".encode()),
    "U+0000 in the id": letter("a\\u0000b".replace("\\u0000", "\x00")),
    "half a surrogate pair": letter("half").replace(b'"half"', b'"\xed\xa0\x80"'),
    "nested without end": letter("deep")[:-1] + b',"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
}


@pytest.mark.parametrize("what", OUT_OF_BOUNDS)
async def test_what_lies_outside_the_columns_bounds_is_dead_with_a_reason(two, what):
    await receive(two.reader.db, [OUT_OF_BOUNDS[what], letter("good", record="good")])
    await work(two.reader.db, two.reader.service.handlers())
    rows = (await two.reader.db.read(states)).values()
    assert {row.state for row in rows} == {"dead", "done"}
    assert next(row.reason for row in rows if row.state == "dead").startswith("undecodable: ")
    assert await two.reader.db.read(times) == {"good": 1}


async def test_the_largest_version_is_received(two):
    body = letter().replace(b'"subjectversion":1', b'"subjectversion":%d' % (2**63 - 1))
    await receive(two.reader.db, [body])
    await work(two.reader.db, two.reader.service.handlers())
    assert await two.reader.db.read(times) == {"r1": 1}


async def test_a_failure_whose_message_no_database_keeps_is_noted_all_the_same(storage):
    async def handler(_added, _tx):
        raise LookupError("nul \x00 and half a pair \ud800")

    async with pair(storage, listener=reader(handler)) as two:
        await receive(two.reader.db, [letter()])
        await work(two.reader.db, two.reader.service.handlers())
        row = (await two.reader.db.read(states))["e1"]
        assert (row.state, row.attempts) == ("waiting", 1)
        assert "LookupError: nul" in row.reason


async def test_a_failure_is_noted_only_on_a_row_that_still_waits(two):
    await receive(two.reader.db, [letter()])
    position = (await two.reader.db.read(states))["e1"].position
    await work(two.reader.db, two.reader.service.handlers())
    await two.reader.db.write(
        lambda tx: inboxes.note_failure(tx, position, 0, LookupError("too late"))
    )
    row = (await two.reader.db.read(states))["e1"]
    assert (row.state, row.attempts, row.reason) == ("done", 0, None)


async def test_two_workers_that_fail_with_one_event_count_one_attempt(two):
    await receive(two.reader.db, [letter()])
    position = (await two.reader.db.read(states))["e1"].position
    for _ in range(2):
        await two.reader.db.write(
            lambda tx: inboxes.note_failure(tx, position, 0, LookupError("broken"))
        )
    assert (await two.reader.db.read(states))["e1"].attempts == 1


async def test_new_rows_are_told_from_twins_by_id_and_replay(two):
    await receive(two.reader.db, [letter()])
    await receive(two.reader.db, [letter(), with_replay(letter(), 1)])
    assert await two.reader.db.read(received) == {"search.record_added": 1}


async def test_a_full_disk_is_waited_out_and_loses_nothing(tmp_path):
    db = connect(f"sqlite:///{tmp_path}/full.sqlite", service="search", synchronous="NORMAL")
    await db.open()
    await db.run_sync(publisher().tables.create_all)

    def limit(pages):
        async def use_case(tx):
            used = (await tx.execute(text("PRAGMA page_count"))).scalar_one()
            await tx.execute(text(f"PRAGMA max_page_count = {used + pages}"))

        return use_case

    await db.write(limit(0))
    large = [a_record(f"r{n}", abstract="x" * 50_000) for n in range(3)]
    results = await asyncio.gather(*(db.write(say(r)) for r in large), return_exceptions=True)
    assert all(is_outage(r) for r in results), results
    await db.write(limit(1_000_000))
    await asyncio.gather(*(db.write(say(r)) for r in large))
    await db.close()


async def test_a_file_that_another_process_holds_is_an_outage(tmp_path, monkeypatch):
    monkeypatch.setattr("shared.db.sqlite_file.BUSY_MS", 20)
    db = connect(f"sqlite:///{tmp_path}/held.sqlite", service="search", synchronous="NORMAL")
    await db.open()
    await db.run_sync(publisher().tables.create_all)
    other = sqlite3.connect(tmp_path / "held.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Exception, match="locked") as caught:
        await db.write(say(a_record()))
    assert is_outage(caught.value)
    other.execute("ROLLBACK")
    other.close()
    await db.write(say(a_record()))
    await db.close()
