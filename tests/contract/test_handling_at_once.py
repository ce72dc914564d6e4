"""Events handled in the transaction that stores them: once, whole, and waiting where that fails."""

from sqlalchemy import select

from shared.kernel.inbox import inbox
from shared.kernel.worker import receive, work
from shared.ops.backlog import backlog
from tests.contract.test_inbox_rules import letter, picky, states
from tests.support.kernel import pair, times


async def deliver(running, *bodies):
    return await receive(running.db, bodies, running.service.handlers())


async def test_what_arrives_is_handled_without_its_bytes_ever_being_stored(two):
    waits = await deliver(two.reader, letter(), letter("e2", record="r2"))
    rows = await two.reader.db.read(states)
    assert {id: (row.state, row.envelope) for id, row in rows.items()} == {
        "e1": ("done", None),
        "e2": ("done", None),
    }
    assert (waits, await two.reader.db.read(times)) == (False, {"r1": 1, "r2": 1})
    assert all(row.done_at == row.received_at for row in rows.values())


async def test_second_copies_change_nothing_and_are_not_counted(two):
    await deliver(two.reader, letter(), letter())
    await deliver(two.reader, letter())
    told = await two.reader.db.read(lambda tx: backlog(tx, frozenset()))
    assert (await two.reader.db.read(times), told.received) == (
        {"r1": 1},
        {"search.record_added": 1},
    )


async def test_an_event_that_waits_already_is_left_to_the_worker(two):
    await receive(two.reader.db, [letter()])
    await deliver(two.reader, letter())
    assert await two.reader.db.read(times) == {}
    await work(two.reader.db, two.reader.service.handlers())
    assert await two.reader.db.read(times) == {"r1": 1}


async def test_of_a_batch_that_fails_nothing_is_kept_but_that_it_waits(storage):
    async with pair(storage, listener=picky()) as two:
        waits = await deliver(two.reader, letter(), letter("x", record="bad"))
        rows = await two.reader.db.read(states)
        assert (waits, await two.reader.db.read(times)) == (True, {})
        assert {id: (row.state, row.attempts) for id, row in rows.items()} == {
            "e1": ("waiting", 0),
            "x": ("waiting", 0),
        }
        await work(two.reader.db, two.reader.service.handlers())
        rows = await two.reader.db.read(states)
        assert (rows["e1"].state, rows["x"].attempts) == ("done", 1)
        assert await two.reader.db.read(times) == {"r1": 1}


async def test_what_cannot_be_read_or_is_unknown_keeps_its_bytes(two):
    unknown = letter("new").replace(b"record_added.v1", b"record_added.v9")
    await deliver(two.reader, b"no envelope", unknown, letter())
    found = select(inbox.c.state, inbox.c.envelope)

    async def kept(tx):
        return {state: bytes(body or b"") for state, body in await tx.execute(found)}

    assert await two.reader.db.read(kept) == {
        "dead": b"no envelope",
        "parked": unknown,
        "done": b"",
    }
