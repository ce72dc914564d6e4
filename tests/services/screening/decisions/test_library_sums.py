"""The sums of a review's records are what counting them gives, whoever stores them at once."""

import asyncio

from services.screening.decisions.store import records
from shared.events.search import RecordAmended
from tests.services.screening.screening_team import REVIEW, a_record, merged


async def _counted(tx):
    versions = await records.versions(tx, REVIEW)
    return await records.stamp(tx, REVIEW), (len(versions), sum(versions.values()))


async def test_batches_that_hold_the_same_records_count_each_once(team):
    ids = [f"n{i}" for i in range(20)]

    async def add(version):
        events = [a_record(r) for r in (ids if version % 2 else reversed(ids))]
        if version > 1:
            events = [RecordAmended(review_id=REVIEW, record=e.record) for e in events]
        await team.hear(*events, version=version)

    await asyncio.gather(*(add(version) for version in (1, 2, 3, 4, 2)))
    kept, counted = await team.db.read(_counted)
    assert kept == counted == (23, 3 + 4 * 20)


async def test_merges_beside_imports_are_counted(team):
    await asyncio.gather(
        team.hear(*(a_record(f"a{i}") for i in range(20))),
        team.hear(*(merged(f"s{i}", f"a{i}") for i in range(10))),
        team.hear(*(a_record(f"s{i}") for i in range(10)), version=5),
    )
    kept, counted = await team.db.read(_counted)
    assert kept == counted
    assert kept[0] == 33
