"""One use case, one transaction: rows and events, or neither."""

import asyncio

import pytest
from sqlalchemy import select

from shared.db import WaitedForTheWorld, Who, who
from shared.events.screening import DecisionMade
from shared.http.problems import EventTooLarge
from shared.kernel.envelope import open_bytes
from shared.kernel.outbox import outbox, subjects
from tests.support.kernel import Storage, a_record, add_to_pool, count, pool, say


async def rows(tx):
    return (await tx.execute(select(outbox).order_by(outbox.c.position))).all()


async def test_rows_and_events_are_committed_together(two):
    async def use_case(tx):
        await add_to_pool(tx, "r1")
        tx.emit(a_record("r1"))

    await two.publisher.db.write(use_case)
    assert await two.publisher.db.read(lambda tx: count(tx, pool)) == 1
    assert len(await two.publisher.db.read(rows)) == 1


async def test_a_rolled_back_use_case_emits_nothing(two):
    async def use_case(tx):
        await add_to_pool(tx, "r1")
        tx.emit(a_record("r1"))
        raise LookupError("no")

    with pytest.raises(LookupError):
        await two.publisher.db.write(use_case)
    assert await two.publisher.db.read(lambda tx: count(tx, pool)) == 0
    assert await two.publisher.db.read(rows) == []


async def test_a_failing_use_case_does_not_take_its_neighbours_along(two):
    async def bad(tx):
        await add_to_pool(tx, "bad")
        raise LookupError("no")

    async def good(tx, id):
        await add_to_pool(tx, id)
        tx.emit(a_record(id))

    db = two.publisher.db
    calls = [db.write(lambda tx, n=n: good(tx, f"r{n}")) for n in range(20)]
    calls.insert(7, db.write(bad))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(r) for r in results if r is not None] == [LookupError]
    assert await db.read(lambda tx: count(tx, pool)) == 20
    assert len(await db.read(rows)) == 20


async def test_on_sqlite_a_use_case_that_waits_for_the_world_is_refused(tmp_path):
    db = Storage("sqlite", tmp_path).connect("search")
    await db.open()

    async def waits(tx):
        await asyncio.sleep(0)

    with pytest.raises(WaitedForTheWorld):
        await db.write(waits)
    await db.close()


async def test_a_query_cannot_write(two):
    with pytest.raises(Exception, match=r"read-only|readonly|cannot execute INSERT") as caught:
        await two.publisher.db.read(lambda tx: add_to_pool(tx, "r1"))
    assert caught.value is not None
    assert await two.publisher.db.read(lambda tx: count(tx, pool)) == 0


async def test_an_envelope_carries_the_version_of_its_row_whatever_its_texts_say(two):
    """Several events of a subject in one transaction, and one whose id looks like a version."""
    odd = '","subjectversion":0,"x":"'
    await two.publisher.db.write(say(a_record("r1"), a_record(odd), a_record("r1", title="é")))
    await two.publisher.db.write(say(a_record("r1"), a_record(odd)))
    stored = await two.publisher.db.read(rows)
    assert [(row.subject, row.subject_version) for row in stored] == [
        ("record/r1", 1),
        (f"record/{odd}", 1),
        ("record/r1", 2),
        ("record/r1", 3),
        (f"record/{odd}", 2),
    ]
    for row in stored:
        sealed = open_bytes(bytes(row.envelope))
        assert (sealed.id, sealed.subject) == (row.id, row.subject)
        assert sealed.subjectversion == row.subject_version


async def test_versions_count_per_subject_without_gaps_under_many_writers(two):
    await asyncio.gather(*(two.publisher.db.write(say(a_record("r1"))) for _ in range(20)))
    versions = [row.subject_version for row in await two.publisher.db.read(rows)]
    assert sorted(versions) == list(range(1, 21))


async def test_versions_of_one_subject_rise_in_the_order_of_the_outbox(two):
    await asyncio.gather(*(two.publisher.db.write(say(a_record("r1"))) for _ in range(20)))
    versions = [row.subject_version for row in await two.publisher.db.read(rows)]
    assert versions == sorted(versions)


async def test_the_same_key_in_two_reviews_is_two_subjects(two):
    await two.publisher.db.write(say(a_record("r1", review="a"), a_record("r1", review="b")))
    assert [row.subject_version for row in await two.publisher.db.read(rows)] == [1, 1]
    assert await two.publisher.db.read(lambda tx: count(tx, subjects)) == 2


async def test_an_event_over_256_kb_is_refused_and_nothing_is_kept(two):
    async def use_case(tx):
        await add_to_pool(tx, "r1")
        tx.emit(a_record("r1", abstract="x" * 300_000))

    with pytest.raises(EventTooLarge, match="shorten its texts"):
        await two.publisher.db.write(use_case)
    assert await two.publisher.db.read(lambda tx: count(tx, pool)) == 0


async def test_only_the_owner_of_an_event_may_say_it(two):
    foreign = DecisionMade(review_id="rev", day_id="s/d", stage="s", day="d", decisions=1)
    with pytest.raises(ValueError, match="belongs to screening"):
        await two.publisher.db.write(say(foreign))


async def test_an_event_names_its_actor_and_trace(two):
    token = who.set(Who(actor="ada", correlation_id="c1", traceparent="00-a-b-01"))
    await two.publisher.db.write(say(a_record("r1")))
    who.reset(token)
    (row,) = await two.publisher.db.read(rows)
    letter = open_bytes(row.envelope)
    assert (letter.actorid, letter.correlationid) == ("ada", "c1")
    assert letter.traceparent == "00-a-b-01"


async def test_a_lock_makes_read_modify_write_safe(two):
    db = two.publisher.db

    async def append_one(tx):
        await tx.lock("counter")
        rows = (await tx.execute(select(pool.c.id))).all()
        await add_to_pool(tx, f"{len(rows)}")

    await asyncio.gather(*(db.write(append_one) for _ in range(15)))
    assert await db.read(lambda tx: count(tx, pool)) == 15
