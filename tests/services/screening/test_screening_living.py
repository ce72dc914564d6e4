"""Records that change, merge and part; rankings, stopping and what is offered again."""

from dataclasses import replace

import numpy as np
import pytest
from screening_team import STAGES, a_record, a_review, alone, joined

from services.screening.adapters.ranking import ForgottenReview, ProcessRanker
from services.screening.ports import RankingTask
from shared.events.search import (
    Flag,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RecordState,
    RescreenSuggested,
)
from shared.events.synthesis import TheoryRefined, TheoryState, TheoryStated
from shared.events.workbench import Policy, ReviewAmended, Stage

SINGLE = (Stage(name="title"), Stage(name="full_text", source="title"))


def merged(survivor, absorbed):
    return RecordMerged(
        review_id="rev", record=RecordState(record_id=survivor, title="T"), absorbed=absorbed
    )


def split(survivor, restored):
    return RecordSplit(
        review_id="rev",
        record=RecordState(record_id=survivor, title="T"),
        restored=RecordState(record_id=restored, title="U"),
    )


async def standing(team, record, stage="title", by="owner"):
    answer = await team.ask("GET", f"/stages/{stage}/records/{record}", by=by)
    return answer["state"], answer["verdict"]


async def test_records_settled_alike_merge_without_a_word(team):
    await team.agree("r1", "include")
    await team.agree("r2", "include")
    await team.hear(merged("r1", "r2"))
    assert (await team.flow())["include"] == 1
    assert (await team.flow())["pool"] == 2
    assert await team.said("conflict_opened") == []


async def test_records_settled_differently_merge_into_a_conflict_and_part_with_their_own(team):
    await team.agree("r1", "include")
    await team.agree("r2", "exclude")
    await team.hear(merged("r1", "r2"))
    assert await standing(team, "r2") == ("conflict", None)
    (item,) = (await team.ask("GET", "/stages/title/conflicts", by="rita"))["items"]
    assert {v["verdict"] for v in item["votes"]} == {"include", "exclude"}
    assert (await team.flow("full_text"))["pool"] == 0
    await team.hear(split("r1", "r2"))
    assert await standing(team, "r1") == ("settled", "include")
    assert await standing(team, "r2") == ("settled", "exclude")
    assert (await team.flow("full_text"))["pool"] == 1


async def test_a_waiting_survivor_takes_over_a_settlement_and_gives_it_back(team):
    await team.agree("r2", "include")
    await team.hear(merged("r1", "r2"))
    assert await standing(team, "r1") == ("settled", "include")
    assert (await team.flow("full_text"))["pool"] == 1
    await team.vote("ann", "r2", "include", stage="full_text")
    assert await standing(team, "r1", "full_text") == ("settled", "include")
    await team.hear(split("r1", "r2"))
    assert await standing(team, "r1") == ("waiting", None)
    assert await standing(team, "r2") == ("settled", "include")


async def test_a_decision_on_an_absorbed_record_counts_for_its_survivor(team):
    await team.hear(merged("r1", "r2"))
    await team.agree("r2", "exclude")
    assert await standing(team, "r1") == ("settled", "exclude")
    assert "r2" not in await team.queue("ann")


async def test_a_merge_that_arrives_after_its_split_changes_nothing(team):
    later = split("r1", "r2")
    await team.hear(later, version=900)
    await team.hear(merged("r1", "r2"), version=800)
    assert set(await team.queue("ann")) == {"r1", "r2", "r3"}


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
    assert await standing(team, "r1") == ("waiting", None)


ABOUT = {
    "housing": "Assertive outreach and housing support for homeless people",
    "surgery": "Cardiac valve surgery outcomes in elderly patients",
}


def library(size=40):
    """Records of two kinds, told apart by their words."""
    rng = np.random.default_rng(1)
    return [
        a_record(
            f"{kind}{i}",
            title=ABOUT[kind],
            abstract=" ".join(rng.choice(ABOUT[kind].split(), 12)) + f" study {i}",
        )
        for kind in ABOUT
        for i in range(size // 2)
    ]


async def test_settlements_bring_their_likes_to_the_front_with_a_plain_reason(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        await team.vote("ann", "housing0", "include")
        await team.vote("ann", "surgery0", "exclude")
        await team.work()
        page = await team.ask("GET", "/stages/title/queue?limit=19", by="ann")
        assert all(item["record"].startswith("housing") for item in page["items"])
        assert page["items"][0]["why"].startswith("raised by: ")
        (ranked, *_) = await team.said("records_ranked")
        assert (ranked.trained_on, ranked.model_version) == (2, "linear-svm-1")
        shown = await team.ask("GET", "/stages/title/ranking")
        assert shown["ranking"]["seed"] == 7


async def test_the_ranking_learns_nothing_from_an_open_vote(storage):
    stages = (Stage(name="title", policy=Policy(kind="dual")),)
    async with alone(storage, stages=stages, records=()) as team:
        await team.hear(*library())
        await team.agree("housing0", "include")
        await team.agree("surgery0", "exclude")
        await team.work()
        before = await team.queue("rita", limit=100)
        await team.vote("ann", "surgery1", "include")
        await team.vote("ann", "housing1", "exclude")
        await team.work()
        assert await team.queue("rita", limit=100) == before


async def test_query_terms_rank_before_anything_is_settled(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        start = {"query": "cardiac surgery", "random_share": 0.0}
        await team.ask("PUT", "/stages/title/ranking", start, status=202)
        await team.work()
        assert all(r.startswith("surgery") for r in await team.queue("ann", limit=20))


async def test_records_that_arrive_later_are_ranked_by_earlier_settlements(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        await team.vote("ann", "housing0", "include")
        await team.vote("ann", "surgery0", "exclude")
        await team.work()
        late = [a_record(f"late{i}", title=ABOUT["housing"]) for i in range(3)]
        await team.hear(*late)
        await team.work()
        assert {"late0", "late1", "late2"} <= set(await team.queue("ann", limit=25))
        ranked = [e for e in await team.said("records_ranked") if e.stage == "title"]
        assert len(ranked) == 2


async def test_exclusions_of_an_earlier_stage_are_priors_of_the_next(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        await team.vote("ann", "housing0", "include")
        await team.vote("ann", "surgery0", "exclude")
        await team.work()
        task = team.running.context.resources.ranker.last_task
        labels = {record: (label, weight) for record, label, weight in task.labels}
        assert labels["surgery0"][0] == 0
        assert labels["surgery0"][1] < 1


async def test_the_queue_is_paged_searched_and_filtered(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(
            *(a_record(f"r{i:02}", year=2000 + i, abstract="50% of all") for i in range(30))
        )
        seen, cursor = [], ""
        while cursor is not None:
            page = await team.ask("GET", f"/stages/title/queue?limit=7&cursor={cursor}" if cursor
                                  else "/stages/title/queue?limit=7", by="ann")  # fmt: skip
            seen += [item["record"] for item in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == [f"r{i:02}" for i in range(30)]
        assert await team.queue("ann", q="of+R07") == ["r07"]
        assert await team.queue("ann", q="50%25+r08") == ["r08"]
        assert await team.queue("ann", q="_00") == []
        assert await team.queue("ann", year_from=2028) == await team.queue(
            "ann", year_from=2028, year_to=2029
        )
        await team.ask("POST", f"/stages/title/queue/{seen[0]}/later", by="ann", status=204)
        assert (await team.queue("ann", limit=200))[-1] == seen[0]
        given = await team.ask("POST", "/stages/title/assignments", {"person": "ben", "count": 4})
        assert await team.queue("ben", assigned="true") == given["records"]
        await team.ask(
            "POST", "/stages/title/assignments", {"person": "zoe", "count": 4}, status=422
        )


async def test_the_stopping_rule_answers_and_a_target_is_fixed_before_screening(storage):
    records = [f"r{i:03}" for i in range(120)]
    async with alone(storage, stages=SINGLE, records=records) as team:
        target = {"recall": 0.9, "confidence": 0.9}
        await team.ask("PUT", "/stages/title/stopping/target", target)
        body = {"decisions": [{"record": r, "verdict": "include"} for r in records[:12]]}
        await team.ask("POST", "/stages/title/decisions", body, by="ann")
        problem = await team.ask(
            "PUT", "/stages/title/stopping/target", {"recall": 0.5}, status=409
        )
        assert problem["type"] == "/problems/target-is-fixed"
        await team.work()
        for record in records[12:60]:
            await team.vote("ann", record, "exclude")
        shown = await team.ask("GET", "/stages/title/stopping")
        assert (shown["state"], shown["read"], shown["unread"]) == ("go_on", 60, 60)
        assert 0 < shown["p"] < 1
        assert shown["expected_reading"] > 0
        assert [e.estimable for e in await team.said("stopping_assessed")] == [True]


async def test_a_random_check_bounds_what_may_be_missed(storage):
    records = [f"r{i:03}" for i in range(50)]
    async with alone(storage, stages=SINGLE, records=records) as team:
        drawn = await team.ask("POST", "/stages/title/stopping/check", {"size": 20})
        again = await team.ask("POST", "/stages/title/stopping/check", {"size": 20})
        assert drawn == again
        await team.ask("POST", "/stages/title/stopping/check", {"size": 51}, status=422)
        for record in drawn["records"]:
            await team.vote("ann", record, "exclude")
        shown = await team.ask("GET", "/stages/title/stopping")
        assert shown["random_check"]["found"] == 0
        assert 0 < shown["random_check"]["missed_at_most"] <= 5


async def test_stopping_finishes_begun_pairs_among_others_that_hide_them(storage):
    stages = (Stage(name="title", policy=Policy(kind="dual")),)
    records = [f"r{i:02}" for i in range(40)]
    async with alone(storage, stages=stages, records=records) as team:
        for record in records[:3]:
            await team.vote("ann", record, "exclude")
        reason = {"reason": "target reached"}
        stopped = await team.ask("POST", "/stages/title/stopping/stop", reason)
        assert stopped["stopped"] == "closing"
        offered = await team.queue("ben", limit=100)
        assert set(records[:3]) < set(offered)
        assert len(offered) == 13
        for record in records[:3]:
            await team.vote("ben", record, "exclude")
        await team.work()
        assert await team.queue("ben") == []
        assert (await team.ask("GET", "/stages/title/stopping"))["stopped"] == "stopped"
        await team.hear(a_record("new"))
        assert len(await team.queue("ben", limit=100)) == 38, "new records reopen the stage"


async def test_a_changed_criterion_offers_excluded_records_again_and_flips_none(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library(8))
        path = "/stages/title/criteria"
        old = {"criteria": [{"id": "population", "text": "homeless people"}]}
        await team.ask("PUT", path, old)
        await team.vote("ann", "surgery0", "exclude", reason="population")
        await team.vote("ann", "housing0", "exclude", reason="population")
        new = {
            "criteria": [{"id": "population", "text": "homeless people or cardiac valve surgery"}]
        }
        assert (await team.ask("PUT", path, new))["version"] == 2
        await team.work()
        (offer,) = (await team.ask("GET", "/stages/title/reconsider", by="ann"))["items"]
        assert offer["record"] == "surgery0"
        assert offer["criteria_version"] == 1
        assert "cardiac" in offer["words"]
        assert (await team.flow())["exclude"] == 2
        body = {"reason": "still out of scope"}
        await team.ask(
            "POST", "/stages/title/reconsider/surgery0/dismiss", body, by="ann", status=204
        )
        assert (await team.ask("GET", "/stages/title/reconsider"))["items"] == []


async def test_a_refined_theory_offers_excluded_records_again(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library(8))
        theory = TheoryState(theory_id="PT1", version=1, name="N", statement="trust grows")
        await team.hear(TheoryStated(review_id="rev", theory=theory))
        await team.vote("ann", "housing0", "exclude")
        assert (await team.said("record_settled"))[0].theory_versions == (("PT1", 1),)
        refined = replace(
            theory, version=2, statement="trust grows through assertive outreach and housing"
        )
        await team.hear(TheoryRefined(review_id="rev", theory=refined))
        await team.work()
        (offer,) = (await team.ask("GET", "/stages/title/reconsider"))["items"]
        assert offer["cause"] == "theory PT1 version 2"
        assert offer["theory_versions"] == [["PT1", 1]]
        await team.vote("ann", "surgery0", "exclude")
        assert ("PT1", 2) in (await team.said("record_settled"))[-1].theory_versions


async def test_a_suggested_second_look_is_offered(team):
    await team.agree("r1", "exclude")
    await team.hear(RescreenSuggested(review_id="rev", record_id="r1", reason="reinstated"))
    (offer,) = (await team.ask("GET", "/stages/title/reconsider"))["items"]
    assert (offer["record"], offer["cause"]) == ("r1", "reinstated")


async def test_full_text_settlements_name_their_theories(team):
    await team.agree("r1", "include")
    await team.vote("ann", "r1", "include", stage="full_text", theories=["PT2", "PT1"])
    settled = (await team.said("record_settled"))[-1]
    assert (settled.stage, settled.theories) == ("full_text", ("PT1", "PT2"))


async def test_day_counts_name_no_record_and_no_person(team):
    await team.vote("ann", "r1", "include")
    await team.vote("ann", "r2", "include")
    await team.work()
    (event,) = await team.said("decision_made")
    assert (event.stage, event.day, event.decisions) == ("title", "2026-03-01", 2)


async def test_two_voters_resolve_by_discussion_where_that_is_the_policy(storage):
    stages = (Stage(name="title", policy=Policy(kind="dual", resolution="discussion")),)
    async with alone(storage, stages=stages) as team:
        await team.hear(joined("cleo", "reviewer"))
        await team.vote("ann", "r1", "include")
        await team.vote("ben", "r1", "exclude")
        (item,) = (await team.ask("GET", "/stages/title/conflicts", by="ben"))["items"]
        assert len(item["votes"]) == 2
        (item,) = (await team.ask("GET", "/stages/title/conflicts", by="cleo"))["items"]
        assert item["votes"] is None
        path = "/stages/title/conflicts/r1/resolution"
        await team.ask("POST", path, {"verdict": "exclude"}, by="cleo", status=409)
        assert (await team.ask("POST", path, {"verdict": "exclude"}, by="ben"))[
            "state"
        ] == "settled"


async def test_agreement_and_progress_count_complete_pairs_only(team):
    await team.vote("ann", "r1", "include")
    shown = await team.ask("GET", "/stages/title/agreement")
    assert shown["records"] == 0
    assert "no record" in shown["kappa"]["undefined"]
    await team.vote("ben", "r1", "exclude")
    await team.vote("ben", "r2", "include")
    shown = await team.ask("GET", "/stages/title/agreement")
    assert (shown["records"], shown["percent"]["value"]) == (1, 0.0)
    seen = {}
    for by in ("ann", "ben"):
        people = (await team.ask("GET", "/stages/title/progress", by=by))["people"]
        seen[by] = {p["person"]: p["votes"] for p in people}
    assert (seen["ann"]["ben"], seen["ben"]["ben"]) == (1, 2)


async def test_highlights_are_kept_by_name(team):
    body = {"terms": ["outreach", "hous*"], "colour": "green"}
    await team.ask("PUT", "/highlights/population", body, by="ann")
    (item,) = (await team.ask("GET", "/highlights"))["items"]
    assert item["terms"] == ["outreach", "hous*"]


async def test_the_ranking_process_forgets_and_is_told_again():
    ranker = ProcessRanker()
    texts = [(e.record.record_id, 1, _text(e)) for e in library(20)]
    task = RankingTask(
        review_id="rev",
        waiting=[(record, 1 << 41) for record, _, _ in texts],
        labels=[("housing0", 1, 1.0), ("surgery0", 0, 1.0)],
    )
    try:
        with pytest.raises(ForgottenReview):
            await ranker.rank(task)
        await ranker.learn("rev", texts)
        assert ranker.stamp("rev") == (20, 20)
        assert ranker.outdated("rev", {"housing0": 2, "surgery0": 1}) == ["housing0"]
        done = await ranker.rank(task)
        assert done.places[0][0].startswith("housing")
        assert done.places[0][3].startswith("raised by")
        again = await ranker.rank(task)
        assert again.places == done.places
    finally:
        ranker.close()


def _text(event):
    from services.screening.domain.ranking.features import RecordText

    return RecordText(title=event.record.title, abstract=event.record.abstract)
