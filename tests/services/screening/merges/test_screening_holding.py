"""Two records turn out to be one, and come apart: what people hold of them follows."""

from dataclasses import replace

from services.screening.decisions.store import entries, holds
from shared.events.workbench import Policy, ReviewAmended, Stage
from tests.services.screening.screening_team import STAGES, a_review, alone, joined, merged, split

SINGLE = (Stage(name="title"), Stage(name="full_text", source="title"))


async def who(team, kind, record, stage="title"):
    """The people who hold a record."""
    found = await team.db.read(lambda tx: holds.held(tx, "rev", stage, kind, [record]))
    return {one.person for one in found[record]}


async def give(team, person, *records, stage="title"):
    """Assign records to a person; returns the records as the answer names them."""
    body = {"person": person, "records": records}
    return (await team.ask("POST", f"/stages/{stage}/assignments", body))["records"]


async def take(team, person, count=1):
    """Records that a person is given to hold."""
    path = "/stages/title/queue/take"
    items = (await team.ask("POST", path, {"count": count}, by=person))["items"]
    return [item["record"] for item in items]


async def put_off(team, person, record):
    """A person comes back to a record later."""
    await team.ask("POST", f"/stages/title/queue/{record}/later", by=person, status=204)


async def test_assignments_of_both_records_are_kept_without_doubling(team):
    await team.hear(joined("cleo", "reviewer"))
    await give(team, "ann", "r1", "r2")
    await give(team, "ben", "r2")
    assert "r1" in await team.queue("cleo"), "one was given it, two must judge it"
    await team.hear(merged("r1", "r2"))
    assert await team.queue("ann", assigned=True) == ["r1"]
    assert await team.queue("ben", assigned=True) == ["r1"]
    assert "r1" not in await team.queue("cleo"), "as many as must judge it were given it"
    await team.hear(split("r1", "r2"))
    assert set(await team.queue("ann", assigned=True)) == {"r1", "r2"}
    assert await team.queue("ben", assigned=True) == ["r2"]
    assert "r1" in await team.queue("cleo")
    assert "r2" not in await team.queue("cleo")


async def test_an_absorbed_record_is_assigned_and_put_off_as_its_survivor(team):
    await team.hear(merged("r1", "r2"))
    assert await give(team, "ann", "r2", "r1") == ["r1"]
    assert await who(team, "assignments", "r1") == {"ann"}
    await put_off(team, "ben", "r2")
    assert (await team.queue("ben"))[-1] == "r1"
    await team.hear(split("r1", "r2"))
    assert await who(team, "assignments", "r1") == {"ann"}, "it was the survivor that was given"
    assert await who(team, "assignments", "r2") == set()


async def test_what_is_assigned_anew_after_a_merge_stays_after_the_split(team):
    await give(team, "ann", "r2")
    await team.hear(merged("r1", "r2"))
    await give(team, "ann", "r1")
    await team.hear(split("r1", "r2"))
    assert set(await team.queue("ann", assigned=True)) == {"r1", "r2"}


async def test_an_assignment_follows_at_a_later_stage(team):
    await team.agree("r2", "include")
    await give(team, "ann", "r2", stage="full_text")
    await team.hear(merged("r1", "r2"))
    assert await team.queue("ann", "full_text", assigned=True) == ["r1"]
    await team.hear(split("r1", "r2"))
    assert await team.queue("ann", "full_text", assigned=True) == ["r2"]


async def test_a_lease_moves_to_a_free_survivor_and_returns(storage):
    async with alone(storage, stages=SINGLE) as team:
        (taken,) = await take(team, "ann")
        survivor, other = sorted({"r1", "r2", "r3"} - {taken})
        await team.hear(merged(survivor, taken))
        assert await team.queue("ben") == [other], "ann is reading what counts as the survivor"
        assert survivor in await team.queue("ann")
        await team.hear(split(survivor, taken))
        assert set(await team.queue("ben")) == {survivor, other}


async def test_a_lease_ends_where_another_reads_the_survivor(storage):
    async with alone(storage, stages=SINGLE) as team:
        (anns,), (bens,) = await take(team, "ann"), await take(team, "ben")
        await team.hear(merged(bens, anns))
        assert await who(team, "leases", bens) == {"ben"}
        assert bens not in await team.queue("ann")
        assert bens in await team.queue("ben")
        await team.hear(split(bens, anns))
        assert await who(team, "leases", anns) == {"ann"}


async def test_leases_move_while_fewer_hold_the_record_than_must_judge_it(team):
    for record, person in (("r1", "ann"), ("r2", "ben"), ("r3", "cleo")):
        await team.db.write(lambda tx, r=record, p=person: holds.lease(tx, "rev", "title", p, [r]))
    await team.hear(merged("r1", "r2"))
    await team.hear(merged("r1", "r3"))
    assert await who(team, "leases", "r1") == {"ann", "ben"}
    await team.hear(split("r1", "r2"))
    await team.hear(merged("r3", "r2"))
    assert await who(team, "leases", "r3") == {"ben", "cleo"}


async def test_a_postponement_follows_for_who_has_not_judged(team):
    await put_off(team, "ann", "r2")
    await put_off(team, "ben", "r2")
    await team.vote("ben", "r1", "include")
    await team.hear(merged("r1", "r2"))
    assert await team.queue("ann") == ["r3", "r1"]
    assert await who(team, "postponed", "r1") == {"ann"}
    await team.hear(split("r1", "r2"))
    assert (await team.queue("ann"))[-1] == "r2"
    assert await who(team, "postponed", "r1") == set()
    assert await who(team, "postponed", "r2") == {"ann", "ben"}


async def test_a_postponement_does_not_follow_to_what_is_settled(team):
    await put_off(team, "ann", "r2")
    await team.agree("r1", "exclude")
    await team.hear(merged("r1", "r2"))
    assert await who(team, "postponed", "r1") == set()
    body = {"reason": "again"}
    await team.ask("POST", "/stages/title/settlements/r1/reopen", body)
    await team.hear(split("r1", "r2"))
    assert await who(team, "postponed", "r2") == {"ann"}


async def test_a_postponement_under_a_vote_on_the_twin_returns_with_the_split(team):
    await put_off(team, "ann", "r1")
    await team.vote("ann", "r2", "include")
    await team.hear(merged("r1", "r2"))
    await team.work()
    await team.hear(split("r1", "r2"))
    assert await team.queue("ann") == ["r3", "r1"]


async def test_what_is_put_off_after_a_merge_stays_assigned_and_comes_last(team):
    await give(team, "ann", "r1", "r2")
    await team.hear(merged("r1", "r2"))
    await put_off(team, "ann", "r1")
    await team.hear(split("r1", "r2"))
    assert await team.queue("ann", assigned=True) == ["r2", "r1"]
    assert await who(team, "postponed", "r1") == {"ann"}


async def test_holds_follow_through_chains_in_whatever_order_they_are_heard(team):
    await give(team, "ann", "r3")
    await give(team, "ben", "r2")
    await team.hear(merged("r1", "r2"))
    await team.hear(merged("r2", "r3"))
    assert await who(team, "assignments", "r1") == {"ann", "ben"}
    await team.hear(split("r2", "r3"))
    assert await who(team, "assignments", "r1") == {"ben"}
    await team.hear(merged("r2", "r3"))
    await team.hear(split("r1", "r2"))
    assert await who(team, "assignments", "r1") == set()
    assert await who(team, "assignments", "r2") == {"ann", "ben"}


async def test_what_two_absorbed_records_have_in_common_stays_while_one_is_absorbed(team):
    await give(team, "ann", "r2", "r3")
    await put_off(team, "ben", "r2")
    await put_off(team, "ben", "r3")
    await team.hear(merged("r1", "r2"))
    await team.hear(merged("r1", "r3"))
    await team.hear(split("r1", "r2"))
    assert await who(team, "assignments", "r1") == {"ann"}
    assert await who(team, "postponed", "r1") == {"ben"}
    await team.hear(split("r1", "r3"))
    assert await who(team, "assignments", "r1") == set()
    assert await who(team, "postponed", "r1") == set()


async def test_what_follows_depends_on_nobodys_vote(storage):
    records = ["r1", "r2", "r3", "r4"]
    async with alone(storage, records=records) as team:
        await team.hear(joined("cleo", "reviewer"))
        for kept, gone in (("r1", "r2"), ("r3", "r4")):
            await give(team, "ann", gone)
            for one, person in ((gone, "ann"), (gone, "ben"), (kept, "ann")):
                await team.db.write(
                    lambda tx, r=one, p=person: holds.lease(tx, "rev", "title", p, [r])
                )
        await team.vote("ann", "r1", "include")
        await team.hear(merged("r1", "r2"))
        await team.hear(merged("r3", "r4"))
        for kind in ("assignments", "leases"):
            assert await who(team, kind, "r1") == await who(team, kind, "r3")
        offered = await team.queue("cleo")
        assert ("r1" in offered) == ("r3" in offered)


async def test_the_history_says_what_followed_and_a_postponement_to_its_person_only(team):
    await give(team, "ann", "r2")
    await put_off(team, "ben", "r2")
    await team.hear(merged("r1", "r2"))
    told = {}
    for by in ("ann", "ben", "rita"):
        lines = (await team.ask("GET", "/stages/title/records/r1", by=by))["history"]
        told[by] = {(line["person"], line["what"]) for line in lines if line["person"]}
    given = ("ann", "assignment of the twin counts here")
    later = ("ben", "put off as its twin was")
    assert told == {"ann": {given}, "ben": {given, later}, "rita": {given}}


async def test_a_random_check_is_answered_for_by_survivors(storage):
    records = [f"r{i:02}" for i in range(30)]
    async with alone(storage, stages=SINGLE, records=records) as team:
        wish = ("POST", "/stages/title/stopping/check", {"size": 6})
        drawn = (await team.ask(*wish))["records"]
        other = next(r for r in records if r not in drawn)
        for record in (drawn[0], *drawn[2:5]):
            await team.vote("ann", record, "exclude")
        await team.hear(merged(drawn[0], drawn[1]))
        await team.hear(merged(other, drawn[2]))
        assert (await team.ask(*wish))["records"] == [drawn[0], other, *drawn[3:]]
        await team.vote("ann", drawn[5], "exclude")
        shown = await team.ask("GET", "/stages/title/stopping")
        assert shown["random_check_unread"] == 0
        assert shown["random_check"]["sampled"] == 5, "two of it are one record"
        await team.hear(split(drawn[0], drawn[1]))
        await team.hear(split(other, drawn[2]))
        assert (await team.ask(*wish))["records"] == drawn
        assert (await team.ask("GET", "/stages/title/stopping"))["random_check_unread"] == 1


async def test_a_drawn_record_whose_twin_was_read_before_leaves_the_sample(storage):
    records = [f"r{i:02}" for i in range(30)]
    async with alone(storage, stages=SINGLE, records=records) as team:
        await team.vote("ann", "r00", "include")
        await team.work()
        wish = ("POST", "/stages/title/stopping/check", {"size": 5})
        drawn = (await team.ask(*wish))["records"]
        await team.work()
        await team.hear(merged("r00", drawn[0]))
        for record in drawn[1:]:
            await team.vote("ann", record, "exclude")
        shown = await team.ask("GET", "/stages/title/stopping")
        assert (shown["random_check"]["sampled"], shown["random_check"]["found"]) == (4, 0)


async def test_who_must_judge_a_record_is_drawn_for_its_own_id_through_merges(storage):
    half = (Stage(name="title", policy=Policy(kind="sample", share=0.5)),)
    records = [f"r{i:02}" for i in range(12)]
    async with alone(storage, stages=half, records=records) as team:
        before = await needed(team)
        pairs = list(zip(records[::2], records[1::2], strict=True))
        assert any(before[one] != before[other] for one, other in pairs)
        for one, other in pairs:
            await team.hear(merged(one, other))
        assert {r: n for r, n in (await needed(team)).items() if r in records[::2]} == {
            r: before[r] for r in records[::2]
        }
        for one, other in pairs:
            await team.hear(split(one, other))
        assert await needed(team) == before


async def test_a_record_that_returns_is_judged_by_as_many_as_the_policy_says_now(team):
    await team.hear(merged("r1", "r2"))
    single = (replace(STAGES[0], policy=Policy(kind="single")), *STAGES[1:])
    review = a_review(single).review
    await team.vote("ann", "r3", "include")
    await team.hear(ReviewAmended(review_id="rev", review=review, reason="few are left"))
    await team.hear(split("r1", "r2"))
    for record in ("r2", "r3"):
        await team.db.write(lambda tx, r=record: holds.lease(tx, "rev", "title", "ann", [r]))
    assert {"r2", "r3"} <= set(await team.queue("ben")), "no lease tells which has a vote"
    assert (await team.vote("ann", "r2", "include"))["state"] == "settled"
    assert (await team.vote("ann", "r1", "include"))["state"] == "settled"


async def needed(team):
    """How many must judge each record."""
    found = await team.db.read(
        lambda tx: entries.entries_of_stage(tx, "rev", "title", inactive=True)
    )
    return {entry.record_id: entry.needed for entry in found}
