"""Votes, settlements, conflicts: what people do and what the world is told."""

import pytest

from shared.events.workbench import Policy, Stage
from tests.services.screening.screening_team import STAGES, a_record, alone, joined


async def test_a_first_vote_settles_nothing_and_says_nothing(team):
    await team.work()
    before = len(await team.outbox())
    assert (await team.vote("ann", "r1", "include"))["state"] == "waiting"
    assert len(await team.outbox()) == before
    assert (await team.flow())["waiting"] == 3


async def test_two_votes_that_agree_settle_the_record_and_feed_the_next_stages(team):
    assert (await team.agree("r1", "include"))["state"] == "settled"
    settled = (await team.said("record_settled"))[0]
    assert (settled.record_id, settled.verdict, settled.how) == ("r1", "include", "agreement")
    assert await team.queue("ann", "full_text") == ["r1"]
    assert await team.queue("ann", "mapping") == ["r1"]


async def test_the_same_vote_again_changes_nothing(team):
    await team.vote("ann", "r1", "include")
    again = await team.vote("ann", "r1", "include")
    assert (again["changed"], again["state"]) == (False, "waiting")
    await team.vote("ben", "r1", "include")
    before = len(await team.outbox())
    assert not (await team.vote("ben", "r1", "include"))["changed"]
    assert len(await team.outbox()) == before


async def test_a_different_second_vote_is_refused_and_says_how_to_change_it(team):
    await team.vote("ann", "r1", "include")
    problem = await team.vote("ann", "r1", "exclude", status=409)
    assert problem["type"] == "/problems/different-second-vote"
    assert "Change that vote" in problem["detail"]
    changed = await team.ask("PUT", "/stages/title/decisions/r1", {"verdict": "exclude"}, by="ann")
    assert changed["state"] == "waiting"
    assert (await team.vote("ben", "r1", "exclude"))["state"] == "settled"
    await team.ask(
        "PUT", "/stages/title/decisions/r1", {"verdict": "include"}, by="ann", status=409
    )


async def test_a_vote_on_a_settled_record_is_refused(team):
    await team.agree("r1", "exclude")
    problem = await team.vote("rita", "r1", "include", status=409)
    assert problem["type"] == "/problems/already-settled"
    assert "reopen" in problem["detail"]


async def test_a_batch_takes_what_it_can_and_says_what_it_cannot(team):
    await team.agree("r1", "exclude")
    decisions = [{"record": r, "verdict": "include"} for r in ("r1", "r2")]
    answer = await team.ask("POST", "/stages/title/decisions", {"decisions": decisions}, by="ann")
    first, second = answer["results"]
    assert first["refused"]["type"] == "/problems/already-settled" or not first["changed"]
    assert second == {"record": "r2", "state": "waiting", "changed": True, "refused": None}


async def test_a_record_unheard_of_refuses_the_whole_batch(team):
    decisions = [{"record": r, "verdict": "include"} for r in ("r2", "nobody")]
    await team.ask(
        "POST", "/stages/title/decisions", {"decisions": decisions}, by="ann", status=503
    )
    assert "r2" in await team.queue("ann")


async def test_a_record_that_the_stage_was_not_fed_is_refused(team):
    problem = await team.vote("ann", "r1", "include", stage="full_text", status=404)
    assert problem["type"] == "/problems/not-in-stage"
    assert "fed from title" in problem["detail"]
    problem = await team.vote("ann", "r1", "include", stage="nowhere", status=404)
    assert "full_text" in problem["detail"]


async def test_an_unknown_reason_is_refused_with_the_known_ones(team):
    criteria = {"criteria": [{"id": "population", "text": "not homeless"}]}
    await team.ask("PUT", "/stages/title/criteria", criteria)
    problem = await team.vote("ann", "r1", "exclude", reason="colour", status=422)
    assert "population" in problem["detail"]
    await team.agree("r1", "exclude", reason="population")
    assert (await team.flow())["reasons"] == {"population": 1}


async def test_a_settlement_carries_the_versions_it_was_made_under(team):
    criteria = {"criteria": [{"id": "population", "text": "not homeless"}]}
    assert (await team.ask("PUT", "/stages/title/criteria", criteria))["version"] == 1
    assert (await team.ask("PUT", "/stages/title/criteria", criteria))["version"] == 1
    await team.agree("r1", "exclude")
    assert (await team.said("record_settled"))[0].criteria_version == 1
    assert len(await team.said("criteria_changed")) == 1


async def test_a_vote_may_be_taken_back_until_others_made_the_verdict(team):
    await team.vote("ann", "r1", "include")
    back = await team.ask("DELETE", "/stages/title/decisions/r1", by="ann")
    assert back["state"] == "waiting"
    await team.vote("ben", "r1", "include")
    await team.vote("ann", "r1", "include")
    await team.ask("DELETE", "/stages/title/decisions/r1", by="ann", status=409)
    await team.vote("ann", "r1", "exclude", stage="mapping")
    undone = await team.ask("DELETE", "/stages/mapping/decisions/r1", by="ann")
    assert undone["state"] == "waiting"
    assert (await team.vote("ann", "r1", "include", stage="mapping"))["state"] == "settled"


async def test_a_maybe_is_kept_for_later_and_decided_unseen(team):
    assert (await team.agree("r1", "maybe"))["state"] == "maybe"
    assert await team.queue("ann", state="maybe") == ["r1"]
    before = len(await team.outbox())
    await team.vote("ann", "r1", "include")
    assert len(await team.outbox()) == before
    assert await team.queue("ben", state="maybe") == ["r1"]
    assert (await team.vote("ben", "r1", "include"))["state"] == "settled"


async def test_two_exclusions_agree_whatever_their_reasons(team):
    criteria = {"criteria": [{"id": i, "text": i} for i in ("population", "design")]}
    await team.ask("PUT", "/stages/title/criteria", criteria)
    await team.vote("ann", "r1", "exclude", reason="design")
    await team.vote("ben", "r1", "exclude", reason="population")
    assert (await team.said("record_settled"))[0].reason == "population"


async def test_ticked_criteria_amount_to_a_verdict(team):
    criteria = {"criteria": [
        {"id": "integration", "text": "integrated", "kind": "include"},
        {"id": "protocol", "text": "a protocol", "kind": "exclude"},
    ]}  # fmt: skip
    await team.ask("PUT", "/stages/title/criteria", criteria)
    met = {"integration": False, "protocol": False}
    for by in ("ann", "ben"):
        body = {"decisions": [{"record": "r1", "met": met}]}
        await team.ask("POST", "/stages/title/decisions", body, by=by)
    assert (await team.said("record_settled"))[0].reason == "integration"


async def test_an_owner_brings_in_what_others_decided_elsewhere(team):
    await team.agree("r1", "exclude")
    more = {"person": "cleo", "decided_at": "2025-01-01"}  # a day alone is midnight, UTC
    await team.hear(joined("cleo", "reviewer"))
    taken = await team.vote("owner", "r1", "include", **more)
    assert taken["state"] == "recorded"
    assert (await team.standing("r1"))[0] == "conflict"
    refused = await team.vote("ann", "r2", "include", person="ben", status=403)
    assert "owner" in refused["detail"]
    before = len(await team.outbox())
    assert await team.vote("owner", "r1", "include", **more) == taken
    assert len(await team.outbox()) == before


async def test_leases_keep_two_people_from_the_same_single_record(storage):
    stages = (Stage(name="title"),)
    async with alone(storage, stages=stages) as team:
        held = await team.ask("POST", "/stages/title/queue/take", {"count": 2}, by="ann")
        taken = {item["record"] for item in held["items"]}
        assert len(taken) == 2
        assert set(await team.queue("ben")) == {"r1", "r2", "r3"} - taken
        assert len(await team.queue("ann")) == 3


async def test_the_dual_sample_is_drawn_before_any_decision(storage):
    policy = Policy(kind="sample", share=0.3)
    records = [f"r{i}" for i in range(60)]
    stages = (Stage(name="title", policy=policy),)
    async with alone(storage, stages=stages, records=records) as team:
        body = {"decisions": [{"record": r, "verdict": "exclude"} for r in records]}
        answer = await team.ask("POST", "/stages/title/decisions", body, by="ann")
        waiting = [r["record"] for r in answer["results"] if r["state"] == "waiting"]
        assert 8 < len(waiting) < 30
        assert set(await team.queue("ben", limit=100)) == set(waiting)


async def test_dual_screening_ends_when_kappa_is_reached(storage):
    policy = Policy(kind="dual_until_kappa", kappa=0.6, minimum=4)
    stages = (Stage(name="title", policy=policy),)
    records = [f"r{i}" for i in range(6)]
    async with alone(storage, stages=stages, records=records) as team:
        for i, record in enumerate(records[:4]):
            await team.agree(record, "include" if i % 2 else "exclude")
        await team.work()
        assert (await team.vote("ann", "r4", "include"))["state"] == "settled"


@pytest.mark.parametrize("field", ["verdict", "person_", "decisions"])
async def test_a_request_that_makes_no_sense_says_which_field(team, field):
    bodies = {
        "verdict": {"decisions": [{"record": "r1", "verdict": "perhaps"}]},
        "person_": {"decisions": [{"record": "r1", "verdict": "maybe", "person_": "x"}]},
        "decisions": {"decisions": []},
    }
    problem = await team.ask("POST", "/stages/title/decisions", bodies[field], by="ann", status=422)
    assert field in problem["detail"]


async def test_records_that_came_before_the_review_enter_it(storage):
    async with alone(storage, stages=(), records=()) as team:
        await team.hear(a_record("early"))
        from dataclasses import replace

        from shared.events.workbench import ReviewAmended
        from tests.services.screening.screening_team import a_review

        opened = a_review(STAGES)
        await team.hear(ReviewAmended(review_id="rev", review=replace(opened.review)))
        assert await team.queue("ann") == ["early"]


async def test_criteria_are_kept_and_published_without_control_characters(team):
    sent = {"id": "c\x001", "text": "Wrong \x07population\x1b", "kind": "exclude"}
    given = await team.ask("PUT", "/stages/title/criteria", {"criteria": [sent]})
    plain = {"id": "c1", "text": "Wrong population", "kind": "exclude"}
    assert given["criteria"] == [plain]
    (event,) = await team.said("criteria_changed")
    assert [(c.criterion_id, c.text) for c in event.criteria] == [("c1", "Wrong population")]


async def test_a_decision_by_criteria_that_have_changed_says_to_fetch_the_queue_again(team):
    path = "/stages/title/criteria"
    await team.ask("PUT", path, {"criteria": [{"id": "c1", "text": "off topic"}]})
    page = await team.ask("GET", "/stages/title/queue", by="ann")
    await team.ask("PUT", path, {"criteria": [{"id": "c1", "text": "not about housing"}]})
    seen = {"criteria_version": page["criteria_version"]}
    problem = await team.vote("ann", "r1", "include", status=409, **seen)
    assert problem["type"] == "/problems/stale-queue"
    assert (problem["criteria_version"], "load the queue again" in problem["detail"]) == (2, True)
    page = await team.ask("GET", "/stages/title/queue", by="ann")
    await team.vote("ann", "r1", "include", criteria_version=page["criteria_version"])


async def test_ticks_of_what_is_no_criterion_are_refused_with_the_known_ones(team):
    body = {"decisions": [{"record": "r1", "met": {"c1": True}}]}
    path = "/stages/title/decisions"
    problem = await team.ask("POST", path, body, by="ann", status=422)
    assert (problem["type"], problem["field"]) == ("/problems/unknown-reason", "met")
    await team.ask("POST", path, {"decisions": [{"record": "r1", "met": {}}]}, status=422)
    criteria = {"criteria": [{"id": "design", "text": "a trial", "kind": "include"}]}
    await team.ask("PUT", "/stages/title/criteria", criteria)
    problem = await team.ask("POST", path, body, by="ann", status=422)
    assert "it has: design" in problem["detail"]
    assert (await team.ask("GET", "/flow"))["stages"][0]["waiting"] == 3
