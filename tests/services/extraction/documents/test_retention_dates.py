"""A source is looked at as soon as its retention date has passed, not at the next round hour."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from services.extraction.documents.handlers.retention import ERASE_DUE
from shared.kernel.job_worker import do_job
from shared.kernel.jobs import jobs


async def waiting(extraction):
    """When the next look is due."""
    query = select(jobs.c.not_before).where(jobs.c.name == ERASE_DUE, jobs.c.state == "waiting")

    async def read(tx):
        return list((await tx.execute(query)).scalars())

    (due,) = await extraction.db.read(read)
    return due


async def do_all(extraction):
    running = extraction.running
    while await do_job(extraction.db, running.service.jobs, running.context):
        pass


async def test_what_is_over_goes_at_once_and_the_next_look_is_when_the_next_date_has_passed(
    extraction,
):
    now = datetime.now(UTC)
    soon, later = now + timedelta(minutes=7), now + timedelta(days=7)
    await extraction.put_documents(
        {"id": "p1", "text": "Secret.", "retain_until": (now - timedelta(days=1)).isoformat()},
        {"id": "p2", "text": "Kept.", "retain_until": soon.isoformat()},
        {"id": "p3", "text": "Kept too.", "retain_until": later.isoformat()},
    )
    await do_all(extraction)
    proof = await extraction.ask("GET", "/documents/p1/erasure")
    assert proof["erased"]
    assert set(proof["left"].values()) == {0}
    assert not (await extraction.ask("GET", "/documents/p2"))["erased"]
    assert await waiting(extraction) == soon
    await extraction.put_documents({"id": "p2", "text": "Kept.", "retain_until": later.isoformat()})
    earlier = now + timedelta(minutes=3)
    await extraction.put_documents({"id": "p4", "retain_until": earlier.isoformat()})
    assert await waiting(extraction) == earlier


async def test_without_a_date_near_the_next_look_is_within_the_hour(extraction):
    far = {"id": "p1", "retain_until": "2999-01-01T00:00:00Z"}
    await extraction.put_documents(far)
    await extraction.db.write(lambda tx: tx.enqueue(ERASE_DUE))
    before = datetime.now(UTC)
    await do_all(extraction)
    assert timedelta() < await waiting(extraction) - before <= timedelta(hours=1, minutes=1)
