"""Records that change, merge and part; rankings, stopping and what is offered again."""

from dataclasses import replace

from shared.events.search import (
    Flag,
    RecordAmended,
    RecordFlagged,
    RecordState,
)
from shared.events.workbench import Policy, ReviewAmended, Stage
from tests.services.screening.screening_team import STAGES, a_record, a_review

SINGLE = (Stage(name="title"), Stage(name="full_text", source="title"))


async def test_a_removed_record_leaves_every_stage_and_comes_back_as_it_was(team):
    await team.agree("r1", "include")
    gone = RecordState(record_id="r1", title="T", removed=True)
    await team.hear(RecordAmended(review_id="rev", record=gone))
    assert (await team.flow())["pool"] == 2
    assert (await team.flow("full_text"))["pool"] == 0
    assert len(await team.said("settlement_reopened")) == 1
    await team.hear(RecordAmended(review_id="rev", record=replace(gone, removed=False)))
    assert (await team.flow())["include"] == 1
    assert (await team.flow("full_text"))["pool"] == 1


async def test_an_older_event_never_overwrites_a_newer_one(team):
    new = RecordState(record_id="r1", title="newest")
    await team.hear(RecordAmended(review_id="rev", record=new), version=500)
    await team.hear(a_record("r1", title="oldest"), version=400)
    page = await team.ask("GET", "/stages/title/queue", by="ann")
    assert "newest" in {item["title"] for item in page["items"]}


async def test_a_retraction_is_shown_and_decides_nothing(team):
    flagged = RecordState(record_id="r1", title="T", flags=(Flag(kind="retraction"),))
    await team.hear(RecordFlagged(review_id="rev", record=flagged, flag="retraction"))
    page = await team.ask("GET", "/stages/title/queue", by="ann")
    item = next(i for i in page["items"] if i["record"] == "r1")
    assert item["flags"][0]["kind"] == "retraction"
    assert await team.said("record_settled") == []


async def test_a_new_stage_fills_with_what_its_source_included(team):
    await team.agree("r1", "include")
    more = (*STAGES, Stage(name="second_map", source="title", main=False))
    opened = a_review(more)
    await team.hear(ReviewAmended(review_id="rev", review=opened.review))
    assert await team.queue("ann", "second_map") == ["r1"]


async def test_a_new_policy_holds_for_records_without_a_vote(team):
    await team.vote("ann", "r1", "include")
    stages = (replace(STAGES[0], policy=Policy()), *STAGES[1:])
    await team.hear(ReviewAmended(review_id="rev", review=a_review(stages).review))
    assert (await team.vote("ann", "r2", "include"))["state"] == "settled"
    assert await team.standing("r1") == ("waiting", None)


async def test_a_stage_that_is_fed_from_elsewhere_holds_what_its_new_source_includes(team):
    await team.agree("r1", "include")
    await team.agree("r2", "include")
    await team.vote("ann", "r1", "include", stage="mapping")
    await team.vote("ann", "r2", "include", stage="full_text")
    through = (*STAGES[:2], Stage(name="full_text", source="mapping"))
    await team.hear(ReviewAmended(review_id="rev", review=a_review(through).review))
    assert await team.queue("ann", stage="full_text") == ["r1"]
    (gone,) = await team.said("settlement_reopened")
    assert (gone.record_id, gone.reason) == ("r2", "stage full_text is fed from mapping now")
    straight = (*STAGES[:2], Stage(name="full_text"))
    await team.hear(ReviewAmended(review_id="rev", review=a_review(straight).review))
    flow = await team.flow("full_text")
    assert (flow["pool"], flow["include"]) == (3, 1), "what stood stands again"
