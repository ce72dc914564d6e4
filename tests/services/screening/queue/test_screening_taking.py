"""A record is held for who reads it: given to nobody else, renewed, let go, and given back."""

from sqlalchemy import update

from services.screening import tables
from services.screening.queue.store import QueueFilter, queue
from shared.events.workbench import Policy, Stage
from tests.services.screening.screening_team import alone, merged

SINGLE = (Stage(name="title"), Stage(name="full_text", source="title"))
DUAL = (Stage(name="title", policy=Policy(kind="dual")),)
TAKE = "/stages/title/queue/take"


async def take(team, by, **wish):
    """The one record that a person is given, and the whole answer."""
    page = await team.ask("POST", TAKE, {"count": 1, **wish}, by=by)
    return (page["items"][0]["record"] if page["items"] else None), page


def hold(record):
    """The address of a record's hold."""
    return f"/stages/title/queue/{record}/hold"


async def run_out(team):
    """Ten minutes pass for everything that is held."""

    async def end(tx):
        await tx.execute(update(tables.leases).values(until=1.0))

    await team.db.write(end)


async def untils(team):
    """Until when each record is held, by record and person."""

    async def read(tx):
        return {(r.record_id, r.person): r.until for r in await tx.execute(tables.leases.select())}

    return await team.db.read(read)


async def test_two_people_are_never_given_the_same_record_of_one_vote(storage):
    async with alone(storage, stages=SINGLE) as team:
        anns, _ = await take(team, "ann")
        bens, _ = await take(team, "ben")
        assert anns != bens
        again, _ = await take(team, "ann")
        assert again == anns, "who asks again is given what they hold"
        refused, page = await take(team, "ben", record=anns)
        assert (refused, page["held_by_others"]) == (bens, True)


async def test_the_record_that_is_asked_for_is_held(storage):
    async with alone(storage, stages=SINGLE) as team:
        first, *_, last = await team.queue("ann")
        taken, page = await take(team, "ann", record=last)
        assert (taken, page["held_by_others"]) == (last, False)
        assert last not in await team.queue("ben")
        gone, page = await take(team, "ann", record="nowhere")
        assert (gone, page["held_by_others"]) == (last, False)
        assert first in await team.queue("ben")


async def test_who_turns_from_a_record_is_given_another_while_there_is_one(storage):
    async with alone(storage, stages=SINGLE, records=("r1", "r2")) as team:
        mine, _ = await take(team, "ann")
        bens, _ = await take(team, "ben")
        again, page = await take(team, "ann", record=bens, leave=mine)
        assert (again, page["held_by_others"]) == (mine, True), "there is no other"
        await run_out(team)
        mine, _ = await take(team, "ann")
        other, _ = await take(team, "ann", leave=mine)
        assert other != mine
        assert mine in await team.queue("ben")


async def test_words_are_looked_for_among_what_is_free(storage):
    async with alone(storage, stages=SINGLE) as team:
        assert (await take(team, "ann", q="title r2"))[0] == "r2"
        none, page = await take(team, "ben", q="title r2")
        assert (none, page["held_by_others"]) == (None, True)
        none, page = await take(team, "ben", q="nothing like it")
        assert (none, page["held_by_others"]) == (None, False)
        assert (await take(team, "ann", q="of r3"))[0] == "r3"


async def test_a_hold_is_renewed_and_told_when_others_have_taken_it_over(storage):
    async with alone(storage, stages=SINGLE) as team:
        mine, _ = await take(team, "ann")
        before = (await untils(team))[mine, "ann"]
        assert await team.ask("PUT", hold(mine), by="ann") == {"record": mine, "held": True}
        assert (await untils(team))[mine, "ann"] >= before
        await run_out(team)
        assert mine in await team.queue("ben"), "its reader went away"
        await take(team, "ben", record=mine)
        assert await team.ask("PUT", hold(mine), by="ann") == {"record": mine, "held": False}
        assert (mine, "ann") not in await untils(team)


async def test_who_goes_on_lets_go_of_a_record_of_one_vote(storage):
    async with alone(storage, stages=SINGLE) as team:
        mine, _ = await take(team, "ann")
        await team.ask("DELETE", hold(mine), by="ben", status=204)
        assert mine not in await team.queue("ben"), "nobody lets go of what another holds"
        await team.ask("DELETE", hold(mine), by="ann", status=204)
        await team.ask("DELETE", hold(mine), by="ann", status=204)
        assert mine in await team.queue("ben")


async def test_where_two_judge_a_hold_runs_out_by_itself_for_letting_go_would_tell_of_no_vote(
    storage,
):
    async with alone(storage, stages=DUAL) as team:
        mine, _ = await take(team, "ann")
        await team.ask("DELETE", hold(mine), by="ann", status=204)
        assert (mine, "ann") in await untils(team)


async def test_an_absorbed_record_is_held_and_let_go_as_its_survivor(storage):
    async with alone(storage, stages=SINGLE) as team:
        await team.hear(merged("r1", "r2"))
        assert (await take(team, "ann", record="r2"))[0] == "r1"
        assert (await team.ask("PUT", hold("r2"), by="ann"))["record"] == "r1"
        await team.ask("DELETE", hold("r2"), by="ann", status=204)
        assert "r1" in await team.queue("ben")


async def test_nobody_holds_for_another(storage):
    async with alone(storage, stages=SINGLE) as team:
        await team.ask("POST", TAKE, {"count": 1, "person": "ben"}, by="ann", status=403)
        await team.ask("PUT", hold("r1") + "?person=ben", by="ann", status=403)
        await team.ask("DELETE", hold("r1") + "?person=ben", by="ann", status=403)


async def test_who_sits_for_others_holds_nothing_against_them(storage):
    async with alone(storage, stages=SINGLE, records=("r1",)) as team:
        await take(team, "owner")
        assert await team.queue("ann") == []
        page = await team.db.read(lambda tx: waiting_for(tx, "ann", sitter="owner"))
        assert [row.record_id for row in page] == ["r1"]


async def waiting_for(tx, person, **more):
    return await queue(tx, "rev", "title", QueueFilter(person=person, **more))


async def test_a_reader_is_given_a_record_and_all_around_it_in_one_answer(storage):
    async with alone(storage, stages=SINGLE) as team:
        criteria = {"criteria": [{"id": "off", "text": "off topic", "kind": "exclude"}]}
        await team.ask("PUT", "/stages/title/criteria", criteria, by="rita")
        queue = await team.queue("ann")
        desk = await team.ask("POST", "/stages/title/desk", {"limit": 2}, by="ann")
        taken, _ = await take(team, "ann")
        assert desk["current"]["record"] == taken == queue[0]
        assert [one["record"] for one in desk["items"]] == queue[:2]
        assert "abstract" not in desk["items"][0]
        assert [one["id"] for one in desk["criteria"]] == ["off"]
        assert desk["own"] == {"waiting": len(queue), "more": False, "today": 0}
        wish = {"record": queue[1], "hold": False}
        seen = await team.ask("POST", "/stages/title/desk", wish, by="ben")
        assert seen["current"]["record"] == queue[1]
        assert set(await untils(team)) == {(queue[0], "ann")}, "looking holds nothing"
