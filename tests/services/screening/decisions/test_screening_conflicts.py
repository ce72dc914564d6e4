"""Conflicts, resolutions and settlements judged again: by whom, with what reason, shown to whom."""

import pytest

from shared.events.workbench import MemberLeft


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
    other = {"verdict": "exclude", "note": "on second thoughts"}
    await team.ask("POST", path, other, by="rita", status=409)


@pytest.mark.parametrize("note", [{}, {"note": ""}, {"note": " \n\t "}])
async def test_a_resolution_without_a_written_reason_says_what_is_missing(team, note):
    await team.vote("ann", "r1", "include")
    await team.vote("ben", "r1", "exclude")
    path = "/stages/title/conflicts/r1/resolution"
    problem = await team.ask("POST", path, {"verdict": "include", **note}, by="rita", status=422)
    assert (problem["type"], problem["field"]) == ("/problems/reason-missing", "note")
    assert "'note'" in problem["detail"]
    problem = await team.vote("rita", "r1", "include", status=422, **note)
    assert problem["type"] == "/problems/reason-missing"
    path = "/stages/title/settlements/r2"
    problem = await team.ask("PUT", path, {"verdict": "include", **note}, status=422)
    assert problem["type"] == "/problems/reason-missing"
    assert await team.said("record_settled") == []


async def test_who_resolved_a_conflict_and_why_stands_with_the_settlement(team):
    await team.agree("r2", "include")
    await team.vote("ann", "r1", "include")
    await team.vote("ben", "r1", "exclude")
    body = {"verdict": "include", "note": "in scope since the protocol's amendment"}
    await team.ask("POST", "/stages/title/conflicts/r1/resolution", body, by="rita")
    items = (await team.ask("GET", "/stages/title/settlements", by="ann"))["items"]
    assert {i["record"]: (i["person"], i["note"]) for i in items} == {
        "r1": ("rita", body["note"]), "r2": (None, None),
    }  # fmt: skip


async def test_a_verdict_of_the_team_excludes_for_a_criterion_that_there_is(team):
    criteria = {"criteria": [{"id": "c1", "text": "off topic"}]}
    await team.ask("PUT", "/stages/title/criteria", criteria)
    body = {"verdict": "exclude", "reason": "c9", "note": "no"}
    problem = await team.ask("PUT", "/stages/title/settlements/r1", body, status=422)
    assert problem["type"] == "/problems/unknown-reason"
    await team.vote("ann", "r1", "include")
    await team.vote("ben", "r1", "exclude")
    await team.ask("POST", "/stages/title/conflicts/r1/resolution", body, by="rita", status=422)


@pytest.mark.parametrize("reason", [{}, {"reason": ""}, {"reason": "  "}])
async def test_a_settlement_is_not_reopened_without_a_reason_in_words(team, reason):
    await team.agree("r1", "exclude")
    path = "/stages/title/settlements/r1/reopen"
    problem = await team.ask("POST", path, reason, by="ann", status=422)
    assert "reason" in problem["detail"]
    assert await team.said("settlement_reopened") == []


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


async def test_a_resolvers_imported_decision_on_a_conflict_resolves_it(team):
    await team.vote("ann", "r1", "include")
    await team.vote("ben", "r1", "exclude")
    more = {"person": "rita", "decided_at": "2025-01-01T00:00:00Z"}
    await team.vote("owner", "r1", "include", **more)
    assert (await team.standing("r1"))[0] == "settled"
    (item,) = (await team.ask("GET", "/stages/title/settlements"))["items"]
    assert (item["person"], item["note"]) == ("rita", "decided elsewhere; no reason was given")


async def test_a_batch_may_hold_both_votes_and_the_resolution(team):
    verdicts = {"ann": "include", "ben": "exclude", "rita": "include"}
    at = "2025-01-01T00:00:00Z"
    rows = [
        {"record": "r1", "verdict": v, "person": p, "decided_at": at} for p, v in verdicts.items()
    ]
    answer = await team.ask("POST", "/stages/title/decisions", {"decisions": rows})
    assert [r["state"] for r in answer["results"]] == ["recorded"] * 3
    assert (await team.said("record_settled"))[0].how == "resolution"


async def test_a_settlement_is_overturned_by_its_owner_without_votes(team):
    path, body = "/stages/title/settlements/r1", {"verdict": "include", "note": "a pearl"}
    assert (await team.ask("PUT", path, body))["state"] == "settled"
    assert not (await team.ask("PUT", path, body))["changed"]
    await team.ask("PUT", path, {"verdict": "exclude", "reason": None, "note": "not one"})
    assert [e.verdict for e in await team.said("record_settled")] == ["include", "exclude"]
    await team.ask("PUT", "/stages/title/settlements/nobody", body, status=503)


async def test_a_leaver_leaves_no_record_that_cannot_be_settled(team):
    await team.vote("ben", "r1", "include")
    await team.vote("ben", "r2", "include")
    await team.vote("ann", "r2", "exclude")
    await team.ask("POST", "/stages/title/queue/take", {"count": 3}, by="ben")
    await team.hear(MemberLeft(review_id="rev", person_id="ben"))
    assert set(await team.queue("ann")) == {"r1", "r3"}
    assert (await team.vote("ann", "r1", "include"))["state"] == "settled"
    await team.hear(MemberLeft(review_id="rev", person_id="rita"))
    body = {"verdict": "include", "note": "neither is here to ask"}
    resolved = await team.ask("POST", "/stages/title/conflicts/r2/resolution", body, by="owner")
    assert resolved["state"] == "settled"


async def test_a_conflict_is_not_reopened_for_its_votes_would_be_seen(team):
    await team.vote("ann", "r1", "include", note="hers")
    await team.vote("ben", "r1", "exclude", note="his")
    path, body = "/stages/title/settlements/r1/reopen", {"reason": "once more"}
    problem = await team.ask("POST", path, body, by="ann", status=409)
    assert problem["type"] == "/problems/in-conflict"
    for by in ("owner", "ben"):
        assert "hers" not in str(await team.ask("GET", "/stages/title/decisions", by=by))
        assert "hers" not in str(await team.ask("GET", "/stages/title/records/r1", by=by))


async def test_reopening_a_maybe_shows_nobody_the_votes_that_gather_on_it(team):
    await team.agree("r1", "maybe")
    await team.vote("ann", "r1", "include", note="unseen")
    path, body = "/stages/title/settlements/r1/reopen", {"reason": "the full text came"}
    await team.ask("POST", path, body, by="ben")
    for page in ("decisions", "records/r1", "progress", "agreement"):
        assert "unseen" not in str(await team.ask("GET", f"/stages/title/{page}", by="ben"))
    assert "r1" not in await team.queue("ann")
    assert (await team.vote("ben", "r1", "include"))["state"] == "settled"
