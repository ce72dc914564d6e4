"""The flow follows merges, splits, removals and settlements, in any order of arrival."""

from dataclasses import replace

import pytest_asyncio

from shared.events.extraction import DocumentAdded, DocumentState, StudyLinked, StudyUnlinked
from shared.events.screening import ConflictOpened, RecordSettled, SettlementReopened
from shared.events.search import RecordAdded, RecordAmended, RecordMerged, RecordSplit, Route
from shared.events.search import RecordState as Record

REVIEW = {
    "id": "rev",
    "title": "A review",
    "stages": [{"name": "title"}, {"name": "full_text", "from": "title"}],
}
PUBMED = Route(source="pubmed", arm="database", found_at="2026-01-01")
EMBASE = Route(source="embase", arm="database", found_at="2026-01-02")


@pytest_asyncio.fixture
async def follower(alone):
    await alone.open(REVIEW)
    return alone


async def the_flow(bench):
    async with bench.client() as client:
        return (await client.get("/api/reviews/rev/flow")).json()


def a_record(id, *routes):
    return Record(record_id=id, title=id, routes=routes or (PUBMED,))


def added(id, *routes):
    return RecordAdded(review_id="rev", record=a_record(id, *routes))


def settled(record, verdict, *, stage="title", reason=None):
    return RecordSettled(
        review_id="rev",
        settlement_id=f"{stage}/{record}",
        record_id=record,
        stage=stage,
        verdict=verdict,
        reason=reason,
    )


def merged(survivor, absorbed, alias_version=0):
    return RecordMerged(
        review_id="rev",
        record=a_record(survivor, PUBMED, EMBASE),
        absorbed=absorbed,
        alias_version=alias_version,
    )


def split(survivor, restored, alias_version=0):
    return RecordSplit(
        review_id="rev",
        record=a_record(survivor),
        restored=a_record(restored, EMBASE),
        restored_version=0,
        alias_version=alias_version,
    )


def title(flow):
    stage = flow["stages"][0]
    return {k: stage[k] for k in ("pool", "include", "exclude", "conflict", "waiting")}


async def test_a_merge_makes_one_record_and_one_duplicate(follower):
    await follower.hear(added("r1"))
    await follower.hear(added("r2", EMBASE))
    await follower.hear(merged("r1", "r2"), version=2)
    flow = await the_flow(follower)
    assert (flow["identified"], flow["duplicates"], flow["records"]) == (2, 1, 1)
    assert flow["faults"] == []


async def test_a_split_takes_the_merge_back(follower):
    await follower.hear(added("r1"))
    await follower.hear(added("r2", EMBASE))
    await follower.hear(merged("r1", "r2"))
    await follower.hear(split("r1", "r2"))
    flow = await the_flow(follower)
    assert (flow["identified"], flow["duplicates"], flow["records"]) == (2, 0, 2)


async def test_a_split_that_arrives_before_its_merge_stands(follower):
    await follower.hear(split("r1", "r2", alias_version=2))
    await follower.hear(merged("r1", "r2", alias_version=1))
    assert (await the_flow(follower))["records"] == 2


async def test_a_merged_pair_counts_once_by_its_survivors_settlement(follower):
    await follower.hear(added("r1"))
    await follower.hear(added("r2", EMBASE))
    await follower.hear(settled("r1", "include"))
    await follower.hear(settled("r2", "exclude", reason="setting"))
    await follower.hear(merged("r1", "r2"), version=2)
    flow = await the_flow(follower)
    expected = {"pool": 1, "include": 1, "exclude": 0, "conflict": 0, "waiting": 0}
    assert title(flow) == expected
    assert flow["faults"] == []


async def test_an_absorbed_records_settlement_counts_where_the_survivor_has_none(follower):
    for id in ("r1", "r2", "r3"):
        await follower.hear(added(id))
    await follower.hear(settled("r3", "include"))
    await follower.hear(merged("r2", "r3"), version=2)
    await follower.hear(merged("r1", "r2"), version=2)
    flow = await the_flow(follower)
    assert title(flow)["include"] == 1
    assert (flow["records"], flow["faults"]) == (1, [])


async def test_a_removed_record_leaves_pool_and_settlements(follower):
    await follower.hear(added("r1"))
    await follower.hear(added("r2"))
    await follower.hear(settled("r2", "exclude", reason="setting"))
    gone = replace(a_record("r2"), removed=True)
    await follower.hear(RecordAmended(review_id="rev", record=gone), version=2)
    flow = await the_flow(follower)
    assert (flow["removed"], flow["records"], flow["duplicates"]) == (1, 1, 0)
    assert title(flow)["exclude"] == 0
    assert flow["faults"] == []


async def test_a_settlement_counts_when_its_record_has_arrived(follower):
    await follower.hear(settled("r1", "include"))
    assert title(await the_flow(follower))["include"] == 0
    await follower.hear(added("r1"))
    assert title(await the_flow(follower))["include"] == 1


async def test_the_newest_settlement_stands_whatever_came_last(follower):
    await follower.hear(added("r1"))
    await follower.hear(settled("r1", "include"), version=4)
    conflict = {"review_id": "rev", "settlement_id": "title/r1", "record_id": "r1"}
    await follower.hear(ConflictOpened(stage="title", **conflict), version=2)
    assert title(await the_flow(follower))["include"] == 1
    reopened = SettlementReopened(stage="title", reason="look again", **conflict)
    await follower.hear(reopened, version=5)
    assert title(await the_flow(follower))["waiting"] == 1


async def test_linked_studies_count_once_until_they_are_taken_apart(follower):
    for id in ("r1", "r2"):
        await follower.hear(added(id))
        for stage in ("title", "full_text"):
            await follower.hear(settled(id, "include", stage=stage))
        state = DocumentState(document_id=f"d-{id}", record_id=id, study_id=f"s-{id}")
        await follower.hear(DocumentAdded(review_id="rev", document=state))
    link = {"review_id": "rev", "link_id": "l", "studies": ("s-r1", "s-r2")}
    assert (await the_flow(follower))["included_studies"] == 2
    await follower.hear(StudyLinked(**link), version=1)
    assert (await the_flow(follower))["included_studies"] == 1
    await follower.hear(StudyUnlinked(**link), version=2)
    assert (await the_flow(follower))["included_studies"] == 2
