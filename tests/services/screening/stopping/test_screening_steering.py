"""Stopping, what is offered again, discussion and figures."""

from dataclasses import replace

from shared.events.search import (
    RescreenSuggested,
)
from shared.events.synthesis import TheoryRefined, TheoryState, TheoryStated
from shared.events.workbench import Policy, Stage
from tests.services.screening.screening_team import a_record, alone, joined, library, merged

SINGLE = (Stage(name="title"), Stage(name="full_text", source="title"))


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
    await team.agree("r1", "include")
    await team.vote("ann", "r2", "include")
    await team.work()
    (event,) = await team.said("decision_made")
    assert (event.stage, event.day, event.decisions) == ("title", "2026-03-01", 2)


async def test_day_counts_tell_of_a_vote_once_the_other_is_there(team):
    await team.vote("ann", "r1", "include")
    await team.work()
    assert await team.said("decision_made") == []
    await team.vote("ben", "r1", "exclude")
    await team.work()
    body = {"verdict": "exclude", "note": "read in full"}
    await team.ask("POST", "/stages/title/conflicts/r1/resolution", body, by="rita")
    await team.work()
    assert [event.decisions for event in await team.said("decision_made")] == [2]


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
        body = {"verdict": "exclude", "note": "we read it together"}
        await team.ask("POST", path, body, by="cleo", status=409)
        assert (await team.ask("POST", path, body, by="ben"))["state"] == "settled"


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


async def test_a_vote_on_an_assigned_or_leased_record_shows_nobody_that_it_was_cast(storage):
    stages = (Stage(name="title", policy=Policy(kind="dual")),)
    async with alone(storage, stages=stages) as team:
        await team.hear(joined("cleo", "reviewer"))
        for person in ("ann", "ben"):
            body = {"person": person, "records": ["r1"]}
            await team.ask("POST", "/stages/title/assignments", body)
            await team.ask("POST", "/stages/title/queue/take", {"count": 1}, by=person)
        before = await team.queue("cleo")
        await team.vote("ann", "r1", "include")
        await team.work()
        assert await team.queue("cleo") == before
        assert "r1" not in before, "it was given to two others"


async def test_a_stopped_stage_takes_no_vote_that_would_stand_alone(team):
    stop = {"reason": "the target is met"}
    await team.agree("r3", "exclude")
    assert (await team.ask("POST", "/stages/title/stopping/stop", stop))["stopped"] == "stopped"
    problem = await team.vote("ann", "r1", "include", status=409)
    assert problem["type"] == "/problems/screening-stopped"
    assert "resume" in problem["detail"]
    assert not (await team.vote("ann", "r3", "exclude"))["changed"], "a repeat is none"
    body = {"reason": "a new theory"}
    await team.ask("POST", "/stages/title/settlements/r3/reopen", body, by="ann")
    assert "r3" in await team.queue("ann"), "what waits again is offered"
    assert (await team.vote("ann", "r1", "include"))["state"] == "waiting"


async def test_only_an_owner_says_when_a_decision_was_made(team):
    at = {"decided_at": "2025-01-01T00:00:00Z"}
    await team.vote("ann", "r1", "include", status=403, **at)
    await team.vote("owner", "r1", "include", person="ann", **at)


async def test_a_decision_names_criteria_that_there_are(team):
    problem = await team.vote("ann", "r1", "include", status=422, criteria_version=3)
    assert problem["field"] == "criteria_version"
    await team.vote("owner", "r1", "include", person="ann", criteria_version=3)


async def test_a_decision_from_elsewhere_never_flips_a_verdict_that_no_vote_made(team):
    body = {"verdict": "include", "note": "a pearl"}
    await team.agree("r2", "include")
    await team.hear(merged("r1", "r2"))
    more = {"person": "cleo", "decided_at": "2025-01-01T00:00:00Z"}
    await team.hear(joined("cleo", "reviewer"))
    await team.vote("owner", "r1", "exclude", **more)
    assert (await team.standing("r1"))[0] == "conflict"
    await team.ask("PUT", "/stages/title/settlements/r3", body)
    await team.vote("owner", "r3", "exclude", status=409, **more)


async def test_a_criterion_that_is_taken_away_offers_what_it_excluded(team):
    two = [{"id": "a", "text": "not in English"}, {"id": "b", "text": "off topic"}]
    await team.ask("PUT", "/stages/title/criteria", {"criteria": two})
    await team.agree("r1", "exclude", reason="a")
    await team.agree("r2", "exclude", reason="b")
    await team.ask("PUT", "/stages/title/criteria", {"criteria": two[1:]})
    await team.work()
    (offer,) = (await team.ask("GET", "/stages/title/reconsider"))["items"]
    assert (offer["record"], offer["excluded_for"], offer["words"]) == ("r1", "a", [])


async def test_a_criterion_that_excludes_less_offers_what_holds_the_lost_words(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library(4))
        path = "/stages/title/criteria"
        wide = {"criteria": [{"id": "c", "text": "veterans or cardiac valve surgery"}]}
        await team.ask("PUT", path, wide)
        for record in ("surgery0", "housing0"):
            await team.vote("ann", record, "exclude", reason="c")
        await team.ask("PUT", path, {"criteria": [{"id": "c", "text": "veterans"}]})
        await team.work()
        (offer,) = (await team.ask("GET", "/stages/title/reconsider"))["items"]
        assert (offer["record"], "valve" in offer["words"]) == ("surgery0", True)
