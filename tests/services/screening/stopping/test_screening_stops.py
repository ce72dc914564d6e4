"""An orderly end of a stage, and the random check before it."""

from shared.events.workbench import Policy, Stage
from tests.services.screening.screening_team import a_record, alone, merged

DUAL = (Stage(name="title", policy=Policy(kind="dual")),)


async def test_a_stop_finishes_votes_on_records_kept_at_maybe_too(storage):
    records = [f"r{i:02}" for i in range(30)]
    async with alone(storage, stages=DUAL, records=records) as team:
        for record in records[:14]:
            await team.agree(record, "maybe")
        await team.vote("ann", "r03", "include")
        stop = await team.ask("POST", "/stages/title/stopping/stop", {"reason": "enough"})
        assert stop["stopped"] == "closing"
        kept = await team.queue("ben", state="maybe", limit=100)
        assert "r03" in kept, "it can be finished"
        assert len(kept) == 11, "among others that hide it"
        await team.vote("ben", "r03", "include")
        await team.work()
        assert (await team.ask("GET", "/stages/title/stopping"))["stopped"] == "stopped"


async def test_a_random_check_is_answered_by_survivors_and_drawn_anew_when_it_is_read(storage):
    stages = (Stage(name="title"),)
    records = [f"r{i:02}" for i in range(20)]
    async with alone(storage, stages=stages, records=records) as team:
        path = "/stages/title/stopping"
        drawn = (await team.ask("POST", f"{path}/check", {"size": 5}))["records"]
        others = [r for r in records if r not in drawn]
        await team.hear(merged(others[0], drawn[0]))
        for record in [others[0], *drawn[1:]]:
            await team.vote("ann", record, "exclude")
        shown = await team.ask("GET", path)
        assert (shown["random_check_unread"], shown["random_check"]["sampled"]) == (0, 5)
        again = (await team.ask("POST", f"{path}/check", {"size": 5}))["records"]
        assert not set(again) & set(drawn)


async def test_a_random_check_says_how_many_records_came_after_it(storage):
    async with alone(storage, stages=(Stage(name="title"),)) as team:
        path = "/stages/title/stopping"
        await team.ask("POST", f"{path}/check", {"size": 3})
        for record in ("r1", "r2", "r3"):
            await team.vote("ann", record, "exclude")
        await team.hear(a_record("late"))
        shown = await team.ask("GET", path)
        assert (shown["random_check"]["found"], shown["random_check_came_since"]) == (0, 1)
        assert (await team.ask("POST", f"{path}/check", {"size": 1}))["records"] == ["late"]
