"""What a handler says names the event that made it so, in batches too."""

import msgspec
from sqlalchemy import select

from shared.events.extraction import ReportSought
from shared.kernel.outbox import outbox
from tests.support.kernel import a_record, pair, reader, say


async def said(running):
    """(record, causation id, correlation id) of what a service said, in order."""

    async def query(tx):
        found = select(outbox.c.envelope).order_by(outbox.c.position)
        return [msgspec.json.decode(row.envelope) for row in await tx.execute(found)]

    return [
        (one["data"].get("record_id"), one.get("causationid"), one["correlationid"])
        for one in await running.db.read(query)
        if one["type"].startswith("retroduct.extraction")
    ]


def seek(received):
    """An event about the record of another."""
    record_id = received.event.record.record_id
    return ReportSought(review_id=received.review_id, record_id=record_id)


async def published(running):
    """(record, id, correlation id) of the records that were added."""

    async def query(tx):
        found = select(outbox.c.envelope).order_by(outbox.c.position)
        return [msgspec.json.decode(row.envelope) for row in await tx.execute(found)]

    return [
        (one["data"]["record"]["record_id"], one["id"], one["correlationid"])
        for one in await running.db.read(query)
        if "record" in one["data"]
    ]


async def told_of(storage, handler):
    """What the handler's service said about three records that came in one batch."""
    async with pair(storage, listener=reader(handler, name="extraction")) as two:
        await two.publisher.db.write(say(*(a_record(f"r{n}") for n in range(3))))
        await two.settle()
        return await published(two.publisher), await said(two.reader)


async def test_causes_are_found_by_record_in_a_batch(storage):
    async def handler(added, tx):
        with tx.caused_by({one.event.record.record_id: one for one in added}):
            for one in reversed(added):
                tx.emit(seek(one))

    causes, events = await told_of(storage, handler)
    assert sorted(events) == sorted(causes)


async def test_the_cause_of_a_block_holds_in_it_and_not_after_it(storage):
    async def handler(added, tx):
        for one in added:
            with tx.caused_by(one):
                tx.emit(seek(one))

    causes, events = await told_of(storage, handler)
    assert sorted(events) == sorted(causes)


async def test_an_event_without_a_cause_leaves_no_batch_and_gets_its_cause_one_by_one(storage):
    batches = []

    async def handler(added, tx):
        batches.append(len(added))
        for one in added:
            tx.emit(seek(one))

    causes, events = await told_of(storage, handler)
    assert sorted(events) == sorted(causes)
    assert batches.count(1) == len(causes)


async def test_a_command_has_no_cause(storage):
    async with pair(storage, listener=reader(name="extraction")) as two:
        await two.reader.db.write(say(ReportSought(review_id="rev", record_id="r1")))
        ((_, cause, _),) = await said(two.reader)
        assert cause is None
