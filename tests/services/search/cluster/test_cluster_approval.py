"""No query of a CLUSTER round runs before a person has seen and approved it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.search.cluster.handlers.approval import withdraw_round
from shared.http.problems import Conflict
from shared.ops.settings import Settings
from tests.services.search.cluster import cluster_harness as harness
from tests.services.search.cluster.cluster_harness import (
    GAP,
    START,
    again,
    data_of,
    find_gap,
    keep,
    pearl,
    plan,
    round_,
    run_queries,
)
from tests.services.search.living.living_harness import REVIEW, Living, living_review


@pytest_asyncio.fixture
async def living(settings: Settings) -> AsyncIterator[Living]:
    async with living_review(settings, harness.around_the_pearls(), START) as review:
        await find_gap(review)
        yield review


async def test_a_planned_round_shows_its_queries_and_asks_nothing(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await plan(living, one, steps=("cited_by", "project"), seeks="mechanism")
    await living.work()

    seen = await round_(living)
    assert (seen["state"], seen["approved"], seen["seeks"]) == ("planned", None, "mechanism")
    assert seen["steps"]["cited_by"]["links"] == [[one, "1"]]
    (query,) = seen["steps"]["project"]["queries"]
    assert '"NCT00000001"[si]' in query["term"]
    assert {step["component"] for step in seen["steps"].values()} == {"empirical studies"}
    assert all(step["calls"] == [] for step in seen["steps"].values())
    assert await data_of(living, "search.cluster_round_finished") == []
    assert not seen["may_close"]


async def test_only_the_steps_whose_queries_were_approved_ask(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await plan(living, one, steps=("cited_by", "project"))
    await run_queries(living, 1, ["cited_by"])
    await run_queries(living, 1, ["project"])
    await living.work()

    seen = await round_(living)
    assert seen["state"] == "succeeded"
    assert seen["approved"]["at"]
    assert (seen["steps"]["cited_by"]["state"], seen["total"]["new"]) == ("done", 1)
    project = seen["steps"]["project"]
    assert (project["state"], project["calls"]) == ("skipped", [])
    assert project["notes"][-1] == "Its queries were not approved, and not run."


async def test_a_round_of_which_nothing_was_approved_ends_and_asks_nothing(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await plan(living, one, steps=("cited_by",))
    await run_queries(living, 1, [])
    assert (await round_(living))["state"] == "succeeded"


async def test_a_withdrawn_round_never_runs_and_makes_room_for_another(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await plan(living, one, steps=("cited_by",))
    with pytest.raises(Conflict, match="approve its queries or withdraw it"):
        await again(living, one, steps=("project",))

    await living.db.write(lambda tx: withdraw_round((REVIEW, GAP, 1), "too wide", tx))
    await run_queries(living, 1)
    await living.work()
    seen = await round_(living)
    assert (seen["state"], seen["withdrawn"]["reason"]) == ("withdrawn", "too wide")
    assert await again(living, one, steps=("cited_by",)) == 2
