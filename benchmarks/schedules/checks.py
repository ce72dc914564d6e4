"""What holds after every step, and what holds when nothing moves any more."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from benchmarks.schedules.world import BAD, READERS, REVIEW, World, aliases, handled, records
from shared.events.search import RecordAmended
from shared.kernel import envelope
from shared.kernel.inbox import inbox
from shared.kernel.jobs import jobs
from shared.kernel.outbox import counters, outbox
from shared.kernel.tx import Tx
from shared.projections.aliases import all_survivors

# Built once: schedules ask them tens of thousands of times.
_SENT = select(outbox.c.published_position).where(outbox.c.sent).order_by(outbox.c.position)
_RUNNING = select(jobs.c.key).where(jobs.c.state == "running")
_STORED = select(func.count()).select_from(inbox).where(inbox.c.replay == 0)
_TWICE = select(handled).where(handled.c.times > 1)
_COUNTERS = select(counters.c.kind, counters.c.count.label("number"))
_DEAD_JOBS = select(jobs.c.key).where(jobs.c.state == "dead")
_ENVELOPES = select(outbox.c.envelope)
_ONCE = select(handled.c.id).where(handled.c.replay == 0)
_DEAD_EVENTS = select(inbox.c.id).where(inbox.c.state == "dead")
_RECORDS = select(records)


class Violation(AssertionError):
    """A promise of the kernel that a schedule broke."""


def hold(condition: bool, promise: str, **seen: Any) -> None:
    """Raise `Violation` unless the promise is kept."""
    if not condition:
        raise Violation(f"{promise}: {seen}")


def check_step(world: World) -> None:
    """Counters equal rows, positions have no gap, nothing is handled twice."""
    if world.publisher.changed:
        world.publisher.read_now(_check_publisher)
        world.publisher.changed = False
    for database in world.readers.values():
        if database.changed:
            database.read_now(_check_reader)
            database.changed = False


async def _check_publisher(tx: Tx) -> None:
    positions = [row[0] for row in await tx.execute(_SENT)]
    gapless = sorted(positions) == list(range(1, len(positions) + 1))
    hold(gapless, "published positions have no gap", positions=positions)
    counts = await _counters(tx)
    hold(counts["published"] == len(positions), "published counts rows", counts=counts)
    hold(counts["relay"] == len(positions), "the last position counts rows", counts=counts)
    keys = [row[0] for row in await tx.execute(_RUNNING)]
    hold(len(keys) == len(set(keys)), "one job runs per key", keys=keys)


async def _check_reader(tx: Tx) -> None:
    rows = (await tx.execute(_STORED)).scalar_one()
    counts = await _counters(tx)
    hold(counts["received"] == rows, "received counts rows", counts=counts, rows=rows)
    twice = (await tx.execute(_TWICE)).all()
    hold(not twice, "an event is handled once", twice=twice)


async def _counters(tx: Tx) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in await tx.execute(_COUNTERS):
        counts[row.kind] += row.number
    return counts


def check_end(world: World) -> None:
    """Nothing acknowledged is lost, the newest state wins, everything is settled."""
    check_step(world)
    said = world.publisher.read_now(_said)
    lost = set(world.acknowledged) - set(said)
    hold(not lost, "nothing acknowledged is lost", lost=lost)
    moving = world.moving()
    hold(not moving, "everything is settled in the end", moving=moving)
    for name in READERS:
        world.readers[name].read_now(lambda tx: _check_handled(tx, said))
    given_up = world.publisher.read_now(_dead_jobs)
    for key, moment in world.asked:
        hold(
            key in given_up or world.done.get(key, -1) >= moment,
            "a job asked for is done",
            key=key,
            asked=moment,
        )


async def _dead_jobs(tx: Tx) -> set[str]:
    return {row[0] for row in await tx.execute(_DEAD_JOBS)}


async def _said(tx: Tx) -> dict[str, tuple[int, RecordAmended]]:
    """Every event of the outbox by id, with its subject's version."""
    found = {}
    for row in await tx.execute(_ENVELOPES):
        received = envelope.receive(envelope.open_bytes(row[0]))
        found[received.id] = (received.subject_version, received.event)
    return found


async def _check_handled(tx: Tx, said: dict[str, tuple[int, RecordAmended]]) -> None:
    good = {id: each for id, each in said.items() if each[1].record.title != BAD}
    once = {row[0] for row in await tx.execute(_ONCE)}
    hold(once == set(good), "every event is handled", missing=set(good) - once)
    dead = {row[0] for row in await tx.execute(_DEAD_EVENTS)}
    hold(dead == set(said) - set(good), "only what cannot be handled is dead", dead=dead)
    states = {e.record.record_id: e.record for _, e in sorted(good.values(), key=lambda v: v[0])}
    titles = {row.record_id: row.title for row in await tx.execute(_RECORDS)}
    newest = {id: state.title for id, state in states.items()}
    hold(titles == newest, "the newest state wins", kept=titles, newest=newest)
    merged = {id for id, state in states.items() if state.label}
    found = await all_survivors(tx, aliases, REVIEW)
    hold(set(found) == merged, "merges are aliases of the newest state", found=found)
