"""Europe PMC and OpenAlex are searched page by page, and what they find is kept like any other."""

import pytest

from tests.services.search.connectors.looking import looking
from tests.support.connectors import Work

WORKS = [Work(number=n, doi=f"10.1000/{n}", pmid=str(100 + n)) for n in range(1, 6)]
SEARCH = {"name": "EPMC", "database": "Europe PMC", "query": "trust"}


@pytest.fixture
async def searched(sqlite_settings):
    async with looking(sqlite_settings, WORKS, "europe_pmc", "openalex") as found:
        found.fakes["europe_pmc"].page = 2
        yield found


async def run(searched, search_id="epmc", **about):
    await searched.library.call("PUT", f"/searches/{search_id}", json=SEARCH | about)
    path = f"/searches/{search_id}/connector-runs"
    run_id = (await searched.library.call("POST", path, expect=202))["run_id"]
    await searched.pass_time(minutes=1)
    return await searched.library.call("GET", f"/searches/{search_id}/runs/{run_id}")


async def test_every_page_is_kept_and_a_repeat_finds_nothing_new(searched):
    first = await run(searched)
    assert (first["state"], first["found"], first["added"]) == ("succeeded", 5, 5)
    again = await run(searched)
    assert (again["state"], again["added"], again["seen"]) == ("succeeded", 0, 5)
    assert len(await searched.library.records()) == 5


async def test_what_two_sources_find_is_one_record(searched):
    await run(searched)
    other = await run(searched, "oa", database="openalex")
    assert other["state"] == "succeeded", other
    assert (other["found"], other["added"], other["merged"]) == (5, 0, 5)
    (told,) = (
        one
        for one in await searched.library.events("search_finished")
        if (one["source"], one["kind"]) == ("openalex", "search")
    )
    assert (told["found"], told["merged"]) == (5, 5)


async def test_a_query_that_finds_too_much_is_told_and_not_carried_out(searched, monkeypatch):
    monkeypatch.setattr("services.search.connectors.handlers.runs.MOST", 4)
    ended = await run(searched)
    assert ended["state"] == "failed"
    assert not await searched.library.records()
    ended = await searched.library.events("search_finished")
    (told,) = (one for one in ended if one["kind"] == "search")
    assert "narrow it" in told["warnings"][0]


async def test_a_search_of_another_database_cannot_be_run_here(searched):
    await searched.library.call("PUT", "/searches/x", json=SEARCH | {"database": "Embase"})
    problem = await searched.library.call("POST", "/searches/x/connector-runs", expect=409)
    assert "Europe PMC or OpenAlex" in problem["detail"]


async def test_a_run_goes_on_at_the_page_where_the_budget_ended(searched):
    searched.fakes["openalex"].page = 2
    searched.fakes["openalex"].dollars = 0.0025
    stopped = await run(searched, "oa", database="OpenAlex")
    assert (stopped["state"], stopped["added"]) == ("waiting", 4)
    assert "used up" in stopped["report"]["troubles"][0]["why"]
    searched.fakes["openalex"].dollars = 1.0
    await searched.pass_time(hours=2)
    ended = await searched.library.call("GET", f"/searches/oa/runs/{stopped['run_id']}")
    assert (ended["state"], ended["added"]) == ("succeeded", 5)
    seen = searched.standing["openalex"].seen
    asked = [one.parameters["cursor"] for one in seen if "search" in one.parameters]
    assert asked == ["*", "2", "4", "4"]
