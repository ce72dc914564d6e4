"""What an open vote must not show through: assignments, desks, histories, tables and stops."""

from services.screening.decisions.domain.votes import in_sample
from shared.events.workbench import Policy, ReviewAmended, Stage
from tests.services.screening.screening_team import a_review, alone, joined, merged

DUAL = (Stage(name="title", policy=Policy(kind="dual")),)


async def test_a_batch_given_to_a_person_does_not_pass_over_what_they_judged(team):
    before = await team.queue("ann")
    await team.vote("ann", before[0], "include")
    wish = {"person": "ann", "count": 2}
    given = await team.ask("POST", "/stages/title/assignments", wish, by="rita")
    assert given["records"] == before[:2], "as if nothing had been judged"
    assert await team.queue("ann", assigned="true") == [before[1]]


async def test_what_waits_for_a_person_is_seen_by_that_person_alone(team):
    await team.vote("ann", "r1", "include")
    for by in ("owner", "rita", "ben"):
        path = "/stages/title/queue?person=ann"
        problem = await team.ask("GET", path, by=by, status=403)
        assert "Ask without 'person'" in problem["detail"]
        gone = "/stages/title/decisions/r1?person=ann"
        await team.ask("DELETE", gone, by=by, status=403)
        body = {"verdict": "include", "person": "ann"}
        await team.ask("PUT", "/stages/title/decisions/r1", body, by=by, status=403)
    assert len((await team.ask("GET", "/stages/title/queue?person=ann", by="ann"))["items"]) == 2


async def test_the_history_of_a_merge_tells_nothing_of_votes_to_come(storage):
    stages = (Stage(name="title", policy=Policy(kind="dual_until_kappa", kappa=0.8)),)
    async with alone(storage, stages=stages, records=("a", "b", "c", "d")) as team:
        await team.vote("ann", "a", "include")
        await team.hear(merged("a", "b"), merged("c", "d"))
        lines = {
            record: (await team.ask("GET", f"/stages/title/records/{record}", by="ben"))["history"]
            for record in ("a", "c")
        }
        said = {record: found[0]["said"] for record, found in lines.items()}
        assert said["a"] == said["c"] | {"record_id": "a"}


async def test_no_figure_tells_who_voted_what_on_a_record_in_conflict(team):
    await team.hear(joined("cleo", "reviewer"))
    await team.agree("r1", "include")
    await team.vote("ann", "r2", "include")
    await team.vote("ben", "r2", "exclude")
    for by in ("ann", "ben", "cleo"):
        shown = await team.ask("GET", "/stages/title/agreement", by=by)
        assert (shown["records"], shown["left_out"]) == (1, 1)
        people = (await team.ask("GET", "/stages/title/progress", by=by))["people"]
        for one in people:
            if one["person"] in ("ann", "ben") and one["person"] != by:
                words = ("include", "exclude", "maybe", "in_conflict", "votes")
                assert [one[word] for word in words] == [1, 0, 0, 1, 2]
    for by in ("rita", "owner"):
        shown = await team.ask("GET", "/stages/title/agreement", by=by)
        assert (shown["records"], shown["left_out"]) == (2, 0)
    body = {"verdict": "exclude", "note": "read in full"}
    await team.ask("POST", "/stages/title/conflicts/r2/resolution", body, by="rita")
    shown = await team.ask("GET", "/stages/title/agreement", by="cleo")
    assert (shown["records"], shown["left_out"]) == (2, 0)


async def test_a_resolver_who_voted_does_not_see_the_other_vote_in_the_table(team):
    await team.vote("ann", "r1", "include")
    await team.vote("rita", "r1", "exclude")
    assert (await team.ask("GET", "/stages/title/agreement", by="rita"))["records"] == 0
    assert (await team.ask("GET", "/stages/title/agreement", by="owner"))["records"] == 1


async def test_a_policy_that_asks_for_less_does_not_tell_which_pairs_are_begun(storage):
    records = [f"r{i}" for i in range(6)]
    async with alone(storage, stages=DUAL, records=records) as team:
        order = await team.queue("rita")
        await team.vote("ann", order[0], "include")
        for kind in ("single", "sample"):
            policy = Policy(kind=kind, share=0.1) if kind == "sample" else Policy(kind=kind)
            changed = a_review((Stage(name="title", policy=policy),))
            await team.hear(ReviewAmended(review_id="rev", review=changed.review))
            for record in order[:2]:
                body = {"person": "ben", "records": [record]}
                await team.ask("POST", "/stages/title/assignments", body, by="rita")
            await team.ask("POST", "/stages/title/queue/take", {"count": 6}, by="owner")
            seen = await team.queue("rita")
            assert (order[0] in seen) == (order[1] in seen), kind
        assert (await team.vote("ben", order[0], "include"))["state"] == "settled", "a pair"
        outside = [r for r in order[1:] if not in_sample(7, r, 0.1)]
        assert (await team.vote("ben", outside[0], "include"))["state"] == "settled", "alone"
