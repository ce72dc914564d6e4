"""A publisher and a reader whose every command can be repeated, and a process of them to kill.

`python -m tests.faults.speaking KIND HOME PREFIX COUNT` says r0, r1 ... and prints each that was
acknowledged; at the end, when nothing moves any more, `settled`.
"""

import asyncio
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import Column, Integer, Table, Text, select

from shared.db import insert_ignoring_twins, upsert
from shared.kernel.failures import is_outage
from shared.ops import failpoints
from shared.ops.backlog import unsettled
from shared.ops.settings import Settings
from tests.support.jobs import expire
from tests.support.kernel import Storage, a_record, count_seen, pair, pool, reader, seen_tables

INJECTED = (ConnectionError, failpoints.InjectedError)
worked = Table(
    "worked",
    seen_tables,
    Column("id", Text, primary_key=True),
    Column("times", Integer, nullable=False),
)


async def count_and_ask(added, tx):
    """Count every record, and ask for a job for each."""
    await count_seen(added, tx)
    for received in added:
        await tx.enqueue("note", key=received.event.record.record_id)


async def note(job, context):
    """The job: count how often it was done."""

    async def use_case(tx):
        stmt = upsert(tx.dialect, worked)
        stmt = stmt.on_conflict_do_update(index_elements=["id"], set_={"times": worked.c.times + 1})
        await tx.execute(stmt, {"id": job.key, "times": 1})

    await context.db.write(use_case)


def say_once(id):
    """A command whose repeat is a no-op: the row is the answer, the event goes with it."""

    async def use_case(tx):
        known = select(pool.c.id).where(pool.c.id == id)
        if (await tx.execute(known)).first() is None:
            await tx.execute(insert_ignoring_twins(tx.dialect, pool), {"id": id})
            tx.emit(a_record(id))

    return use_case


async def insist(db, id, tries=50):
    """Give the command until it is acknowledged, as a client does."""
    for _ in range(tries):
        try:
            return await db.write(say_once(id))
        except Exception as error:
            if not (is_outage(error) or isinstance(error, failpoints.InjectedError)):
                raise
            await asyncio.sleep(0.02)
    raise TimeoutError(f"{id} was never acknowledged")


async def jobs_done(tx):
    """How often each job was done."""
    return {row.id: row.times for row in await tx.execute(select(worked))}


@asynccontextmanager
async def speaking(storage):
    """Both services, their loops alive and started again when one dies."""
    listener = reader(count_and_ask, jobs={"note": note})
    async with pair(storage, listener=listener) as two:
        both = (two.publisher, two.reader)
        two.tasks = [asyncio.create_task(one.run(restarts=50)) for one in both]
        yield two


async def come_to_rest(two, seconds=60):
    """Until nothing moves; a lease that a dead worker left is let run out at once."""
    both = (two.publisher, two.reader)
    async with asyncio.timeout(seconds):
        while unsettled([await one.backlog() for one in both]):
            for task in two.tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.2)
            for one in both:
                with suppress(*INJECTED):
                    await one.db.write(expire)


async def main(kind, home, prefix, count):
    """Say, acknowledge, settle."""
    storage = Storage(kind, Path(home))
    storage.prefix, storage.schemas = prefix, f"{prefix}_"
    async with speaking(storage) as two:
        failpoints.arm(Settings().failpoints)
        for n in range(count):
            await insist(two.publisher.db, f"r{n}")
            print(f"r{n}", flush=True)
        await come_to_rest(two)
        print("settled", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4], int(sys.argv[4])))
