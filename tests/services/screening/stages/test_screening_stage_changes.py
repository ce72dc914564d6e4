"""A changed stage of many records is followed in chunks, each a transaction of its own."""

from dataclasses import replace

import pytest

from services.screening.app import SERVICE
from services.screening.decisions.handlers import stage_changes
from shared.events.workbench import Policy, ReviewAmended, Stage
from shared.kernel.job_worker import do_job
from tests.services.screening.screening_team import STAGES, a_record, a_review, alone

RECORDS = [f"r{n:02}" for n in range(35)]
SINGLE = (replace(STAGES[0], policy=Policy()), *STAGES[1:])
MORE = (*SINGLE, Stage(name="map", source="title", main=False))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(stage_changes, "CHUNK", 10)


async def amend(team, stages):
    """The review's stages are these from now on."""
    await team.hear(ReviewAmended(review_id="rev", review=a_review(stages).review))


async def pool(team, stage):
    return (await team.flow(stage))["pool"]


async def one_chunk_job(team):
    """Do the job that follows a change, and nothing else."""
    jobs = {stage_changes.JOB: SERVICE.jobs[stage_changes.JOB]}
    return await do_job(team.db, jobs, team.running.context)


async def test_records_that_came_before_their_review_enter_in_chunks(storage):
    async with alone(storage, records=()) as team:
        other = [replace(a_record(r), review_id="later") for r in RECORDS]
        await team.hear(*other)
        opened = a_review()
        await team.hear(
            replace(opened, review_id="later", review=replace(opened.review, review_id="later"))
        )

        async def entered(tx):
            found = await stage_changes.entries.entries_of_stage(tx, "later", STAGES[0].name)
            return len(found)

        assert await team.db.read(entered) == 10
        assert await one_chunk_job(team)
        assert await team.db.read(entered) == len(RECORDS)


async def test_a_new_stage_fills_in_chunks_with_what_its_source_included(storage):
    async with alone(storage, stages=SINGLE, records=RECORDS) as team:
        for record in RECORDS[::2]:
            await team.vote("ann", record, "include")
        await amend(team, MORE)
        assert await pool(team, "map") == 5
        assert await one_chunk_job(team)
        assert await pool(team, "map") == len(RECORDS[::2])
        assert not await one_chunk_job(team)


async def test_a_new_policy_reaches_every_record_without_a_vote(storage):
    async with alone(storage, records=RECORDS) as team:
        await amend(team, SINGLE)
        assert (await team.vote("ann", RECORDS[0], "include"))["state"] == "settled"
        assert await one_chunk_job(team)
        assert (await team.vote("ann", RECORDS[-1], "include"))["state"] == "settled"


async def test_a_later_change_is_not_undone_by_the_chunks_of_an_earlier_one(storage):
    async with alone(storage, records=RECORDS) as team:
        await amend(team, SINGLE)
        await amend(team, STAGES)
        while await one_chunk_job(team):
            pass
        for record in (RECORDS[0], RECORDS[-1]):
            assert (await team.vote("ann", record, "include"))["state"] != "settled"


async def test_chunks_done_twice_change_nothing(storage):
    async with alone(storage, stages=SINGLE, records=RECORDS) as team:
        for record in RECORDS[::2]:
            await team.vote("ann", record, "include")
        await amend(team, MORE)
        await one_chunk_job(team)
        said = len(await team.outbox())
        what = stage_changes.MEMBERSHIP
        for _ in range(2):
            await team.db.write(lambda tx: stage_changes.follow_change(tx, "rev", "map", what))
            await one_chunk_job(team)
        assert await pool(team, "map") == len(RECORDS[::2])
        assert len(await team.outbox()) == said


async def test_a_stage_that_is_gone_again_is_left_alone(storage):
    async with alone(storage, stages=SINGLE, records=RECORDS) as team:
        await amend(team, MORE)
        await amend(team, SINGLE)
        while await one_chunk_job(team):
            pass
        assert await pool(team, "title") == len(RECORDS)
