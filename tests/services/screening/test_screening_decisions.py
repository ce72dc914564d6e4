"""Votes, settlements, conflicts: what people do and what the world is told."""

import pytest
from screening_team import STAGES, a_record, alone

from shared.events.workbench import MemberLeft, Policy, Stage


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
    assert "PUT" in problem["detail"]
    changed = await team.ask("PUT", "/stages/title/decisions/r1", {"verdict": "exclude"}, by="ann")
    assert changed["state"] == "waiting"
    assert (await team.vote("ben", "r1", "exclude"))["state"] == "settled"
    await team.ask(
        "PUT", "/stages/title/decisions/r1", {"verdict": "include"}, by="ann", status=409
    )


async def test_votes_that_differ_open_a_conflict_that_names_the_record_only(team):
    await team.vote("ann", "r1", "include")
    assert (await team.vote("ben", "r1", "exclude", note="off topic"))["state"] == "conflict"
    (event,) = await team.said("conflict_opened")
    assert event.record_id == "r1"
    for by in ("ann", "ben", "owner"):
        (item,) = (await team.ask("GET", "/stages/title/conflicts", by=by))["items"]
        assert (item["votes"] is None) == (by != "owner")
    (item,) = (await team.ask("GET", "/stages/title/conflicts", by="rita"))["items"]
    assert {v["person"]: v["verdict"] for v in item["votes"]} == {
        "ann": "include", "ben": "exclude",
    }  # fmt: skip


async def test_a_resolver_who_is_no_party_resolves_and_a_party_may_not(team):
    await team.vote("ann", "r1", "include")
    await team.vote("ben", "r1", "exclude")
    path, body = "/stages/title/conflicts/r1/resolution", {"verdict": "include", "note": "in scope"}
    problem = await team.ask("POST", path, body, by="ann", status=409)
    assert problem["type"] == "/problems/not-yours-to-resolve"
    assert (await team.ask("POST", path, body, by="rita"))["state"] == "settled"
    assert not (await team.ask("POST", path, body, by="rita"))["changed"]
    assert (await team.said("record_settled"))[0].how == "resolution"
    await team.ask("POST", path, {"verdict": "exclude"}, by="rita", status=409)


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


async def test_a_settlement_is_reopened_with_a_reason_and_starves_the_next_stage(team):
    await team.agree("r1", "include")
    await team.vote("ann", "r1", "include", stage="full_text")
    body = {"reason": "new criterion"}
    reopened = await team.ask("POST", "/stages/title/settlements/r1/reopen", body, by="ann")
    assert reopened["state"] == "waiting"
    assert await team.queue("ann", "mapping") == []
    said = await team.said("settlement_reopened")
    assert (said[0].stage, said[0].reason) == ("title", "new criterion")
    assert ("full_text", "no longer included at stage title") in [(e.stage, e.reason) for e in said]
    await team.agree("r1", "include")
    again = [e for e in await team.said("record_settled") if e.stage == "full_text"]
    assert len(again) == 2, "what stood at the next stage stands again"


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
    taken = await team.vote("owner", "r1", "include", **more)
    assert taken["state"] == "conflict"
    refused = await team.vote("ann", "r2", "include", person="ben", status=403)
    assert "owner" in refused["detail"]
    same = await team.vote("owner", "r1", "include", **more)
    assert not same["changed"]


async def test_a_resolvers_imported_decision_on_a_conflict_resolves_it(team):
    await team.vote("ann", "r1", "include")
    await team.vote("ben", "r1", "exclude")
    more = {"person": "rita", "decided_at": "2025-01-01T00:00:00Z"}
    assert (await team.vote("owner", "r1", "include", **more))["state"] == "settled"


async def test_a_batch_may_hold_both_votes_and_the_resolution(team):
    verdicts = {"ann": "include", "ben": "exclude", "rita": "include"}
    at = "2025-01-01T00:00:00Z"
    rows = [
        {"record": "r1", "verdict": v, "person": p, "decided_at": at} for p, v in verdicts.items()
    ]
    answer = await team.ask("POST", "/stages/title/decisions", {"decisions": rows})
    assert [r["state"] for r in answer["results"]] == ["waiting", "conflict", "settled"]
    assert (await team.said("record_settled"))[0].how == "resolution"


async def test_a_settlement_is_overturned_by_its_owner_without_votes(team):
    path = "/stages/title/settlements/r1"
    assert (await team.ask("PUT", path, {"verdict": "include"}))["state"] == "settled"
    assert not (await team.ask("PUT", path, {"verdict": "include"}))["changed"]
    await team.ask("PUT", path, {"verdict": "exclude", "reason": None})
    assert [e.verdict for e in await team.said("record_settled")] == ["include", "exclude"]
    await team.ask("PUT", "/stages/title/settlements/nobody", {"verdict": "include"}, status=503)


async def test_a_leaver_leaves_no_record_that_cannot_be_settled(team):
    await team.vote("ben", "r1", "include")
    await team.vote("ben", "r2", "include")
    await team.vote("ann", "r2", "exclude")
    await team.ask("POST", "/stages/title/queue/take", {"count": 3}, by="ben")
    await team.hear(MemberLeft(review_id="rev", person_id="ben"))
    assert set(await team.queue("ann")) == {"r1", "r3"}
    assert (await team.vote("ann", "r1", "include"))["state"] == "settled"
    await team.hear(MemberLeft(review_id="rev", person_id="rita"))
    body = {"verdict": "include"}
    resolved = await team.ask("POST", "/stages/title/conflicts/r2/resolution", body, by="owner")
    assert resolved["state"] == "settled"


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

        from screening_team import a_review

        from shared.events.workbench import ReviewAmended

        opened = a_review(STAGES)
        await team.hear(ReviewAmended(review_id="rev", review=replace(opened.review)))
        assert await team.queue("ann") == ["early"]
