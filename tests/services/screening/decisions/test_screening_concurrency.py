"""Twenty reviewers at once: no decision is lost, doubled or settled by other than two votes."""

import asyncio
from collections import Counter

from sqlalchemy import select, text

from services.screening import tables
from services.screening.decisions.domain.votes import Exclude, Include
from services.screening.decisions.handlers.decide import decide
from services.screening.decisions.handlers.decisions import Decision
from services.screening.decisions.handlers.problems import AlreadySettled, EnoughVotes, InConflict
from services.screening.ranking.store import LEAST_CHANGES, refresh_statistics
from tests.services.screening.screening_team import REVIEW, a_record, alone, joined, library

RECORDS, REVIEWERS = 40, 20


async def test_twenty_reviewers_at_once_lose_and_double_nothing(team):
    people = [f"p{i}" for i in range(REVIEWERS)]
    await team.hear(*(joined(p, "reviewer") for p in people))
    await team.hear(*(a_record(f"many{i:02}") for i in range(RECORDS)))
    answered = Counter()

    async def review(number, person):
        for i in range(RECORDS):
            record = f"many{(i * 7 + number * 3) % RECORDS:02}"
            verdict = Include() if (i + number) % 3 else Exclude()
            decision = Decision(record=record, person=person, verdict=verdict)
            try:
                (result,) = await team.db.write(
                    lambda tx, d=decision: decide(REVIEW, "title", [d], tx)
                )
            except (AlreadySettled, EnoughVotes, InConflict):
                continue
            answered[person, record] += result.changed

    await asyncio.gather(*(review(i, p) for i, p in enumerate(people)))
    kept = await team.db.read(_votes)
    assert set(kept) == set(answered)
    assert len(kept) == len(set(kept)) == 2 * RECORDS
    assert max(answered.values()) == 1
    flow = await team.flow()
    assert flow["open"] == 3, "only the three of the fixture are judged by nobody"
    told = Counter(e.record_id for e in await team.said("record_settled", "conflict_opened"))
    assert len(told) == RECORDS
    assert set(told.values()) == {1}
    await team.work()
    day = (await team.said("decision_made"))[-1]
    assert day.decisions == 2 * RECORDS


async def test_the_same_batch_sent_twice_at_once_counts_once(team):
    batch = [Decision(record=r, person="ann", verdict=Include()) for r in ("r1", "r2", "r3")]
    results = await asyncio.gather(
        *(team.db.write(lambda tx: decide(REVIEW, "title", batch, tx)) for _ in range(6))
    )
    changed = [sum(r.changed for r in result) for result in results]
    assert sorted(changed) == [0, 0, 0, 0, 0, 3]


async def _votes(tx):
    v = tables.votes
    rows = select(v.c.person, v.c.record_id).where(v.c.record_id.like("many%"))
    return [(row.person, row.record_id) for row in await tx.execute(rows)]


async def test_postgresql_learns_how_large_the_tables_are_before_they_are_joined(rabbit_storage):
    async with alone(rabbit_storage, records=()) as team:
        await team.hear(*library(4 * LEAST_CHANGES))
        await team.db.write(_flush_counters)
        await team.work()
        assert await team.db.read(_known_rows) == 4 * LEAST_CHANGES


async def test_postgresql_is_left_alone_once_it_has_learned_how_large_the_tables_are(
    rabbit_storage,
):
    async with alone(rabbit_storage, records=()) as team:
        await team.hear(*library(4 * LEAST_CHANGES))
        learned, resting = set(), False
        async with asyncio.timeout(60):
            # Every connection reports what it changed when it likes, at the latest after 10 s.
            while not resting:
                now = await team.db.write(refresh_statistics)
                learned.update(now)
                resting = not now and not await team.db.read(_unreported)
                await team.db.write(_flush_counters)
        assert "entries" in learned


async def _flush_counters(tx):
    """Make what the connection changed count at once, not within the next second."""
    await tx.execute(text("SELECT pg_stat_force_next_flush()"))


async def _unreported(tx):
    """The tables of whose new rows the counters do not know yet."""
    put_in = text(
        "SELECT relname FROM pg_stat_user_tables WHERE schemaname = current_schema() "
        "AND relname IN ('entries', 'records') AND n_tup_ins < :rows"
    )
    return [row.relname for row in await tx.execute(put_in, {"rows": 4 * LEAST_CHANGES})]


async def _known_rows(tx):
    entries = text("SELECT reltuples FROM pg_class WHERE oid = 'entries'::regclass")
    return (await tx.execute(entries)).scalar_one()
