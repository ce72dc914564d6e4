"""Two relays at once cost twins, never a count; a leader asks the database whether it leads."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from shared.kernel.failures import Unreachable
from shared.kernel.leader import AdvisoryLock
from shared.kernel.outbox import counters, outbox
from shared.kernel.relay import _mark_sent, _unsent, published_position, relay
from shared.ops.backlog import unsettled
from tests.support.kernel import Storage, a_record, pair, say, times
from tests.support.proxy import a_wire

RECORDS = "search.record_added"


async def positions(tx):
    sent = select(outbox.c.published_position).where(outbox.c.type == RECORDS)
    return list((await tx.execute(sent.order_by(outbox.c.position))).scalars())


async def count_published(tx):
    row = counters.c.kind == "published", counters.c.name == RECORDS
    return (await tx.execute(select(counters.c.count).where(*row))).scalar_one()


async def test_two_leaders_give_gap_free_positions_and_count_each_event_once(two):
    """They once gave 1 to 5, 11 and 12, and counted 12 for 7 events."""
    db = two.publisher.db
    await db.write(say(*(a_record(f"r{n}") for n in range(5))))
    both = [await db.read(lambda tx: _unsent(tx, 100)) for _ in range(2)]
    for rows in both:
        await db.write(lambda tx, rows=rows: _mark_sent(tx, rows))
    await db.write(say(a_record("r5"), a_record("r6")))
    await two.bus.subscribe("screening", two.reader._receive)
    await relay(db, two.bus)
    assert await db.read(positions) == [1, 2, 3, 4, 5, 6, 7]
    assert await db.read(count_published) == 7
    assert await db.read(published_position) == 7


async def test_with_two_leaders_at_once_settled_becomes_true(two):
    await two.bus.subscribe("screening", two.reader._receive)
    db = two.publisher.db
    for n in range(20):
        await db.write(say(*(a_record(f"r{n}-{m}") for m in range(5))))
        await asyncio.gather(*(relay(db, two.bus, batch=7) for _ in range(3)))
    await two.settle()
    assert unsettled([await r.backlog() for r in (two.publisher, two.reader)]) == {}
    assert sorted(await db.read(positions)) == list(range(1, 101))
    assert set((await two.reader.db.read(times)).values()) == {1}


async def test_a_second_leader_that_read_less_marks_only_what_is_left(two):
    db = two.publisher.db
    await db.write(say(*(a_record(f"r{n}") for n in range(6))))
    few, all_ = [await db.read(lambda tx, n=n: _unsent(tx, n)) for n in (3, 6)]
    await asyncio.gather(*(db.write(lambda tx, r=r: _mark_sent(tx, r)) for r in (few, all_)))
    assert await db.read(positions) == [1, 2, 3, 4, 5, 6]
    assert await db.read(count_published) == 6


async def test_a_leader_whose_lock_was_taken_from_its_session_notices(postgres):
    """As behind a pooler that resets sessions: the connection lives, the lock is gone."""
    db = postgres.connect("search")
    await db.open()
    leader, other = AdvisoryLock(db), AdvisoryLock(db)
    await leader.acquire(lambda: None)
    assert await leader.still_holds()
    await leader._connection.execute("SELECT pg_advisory_unlock_all()")
    await other.acquire(lambda: None)
    assert leader.holds()
    assert not await leader.still_holds()
    assert not leader.holds()
    assert await other.still_holds()
    for lock in (leader, other):
        await lock.release()
    await db.close()


async def test_a_leader_whose_session_the_server_ended_notices_before_its_next_round(postgres):
    db = postgres.connect("search")
    await db.open()
    leader = AdvisoryLock(db)
    await leader.acquire(lambda: None)
    killer = await asyncpg.connect(postgres.database)
    await killer.execute("SELECT pg_terminate_backend($1)", leader._connection.get_server_pid())
    await killer.close()
    assert not await leader.still_holds()
    await leader.acquire(lambda: None)
    assert await leader.still_holds()
    await leader.release()
    await db.close()


ENDED = asyncpg.InternalClientError(
    "cannot switch to state 11; another operation (2) is in progress"
)
"""What the driver raises between the server's last words and the end of its socket."""


async def one(tx):
    return (await tx.execute(text("SELECT 1"))).scalar_one()


async def raises_ended(*_, **__):
    raise ENDED


async def test_a_leader_notices_a_session_that_ends_while_it_asks(postgres, monkeypatch):
    db = postgres.connect("search")
    await db.open()
    leader = AdvisoryLock(db)
    await leader.acquire(lambda: None)
    with monkeypatch.context() as patched:
        patched.setattr(asyncpg.Connection, "fetchval", raises_ended)
        assert not await leader.still_holds()
    await leader.acquire(lambda: None)
    assert await leader.still_holds()
    await leader.release()
    await db.close()


async def test_a_use_case_whose_session_ends_meets_an_outage(postgres):
    db = postgres.connect("search")
    await db.open()
    for use in (db.read, db.write):
        with pytest.raises(Unreachable):
            await use(raises_ended)
    assert await db.read(one) == 1
    await db.close()


@pytest.fixture
async def cut_off(tmp_path):
    """A storage on PostgreSQL behind a wire that can be cut."""
    storage = Storage("postgres", tmp_path)
    direct = make_url(storage.database)
    async with a_wire(direct.host, direct.port or 5432) as wire:
        through = direct.set(host="127.0.0.1", port=wire.port)
        storage.database = through.render_as_string(hide_password=False)
        yield storage, wire
        wire.mend()
        storage.database = direct.render_as_string(hide_password=False)
        await storage.clean()


async def test_an_outage_when_the_loops_start_is_waited_out_by_all_of_them(cut_off):
    """The relay's first acquire and housekeeping ended the process."""
    storage, wire = cut_off
    async with pair(storage) as two:
        await two.publisher.db.write(say(a_record("r1")))
        wire.cut()
        await two.start()
        await asyncio.sleep(0.5)
        assert not any(task.done() for task in two.tasks)
        wire.mend()
        await two.settle()
        assert await two.reader.db.read(times) == {"r1": 1}
        assert two.publisher.is_ready()
        assert two.reader.is_ready()
