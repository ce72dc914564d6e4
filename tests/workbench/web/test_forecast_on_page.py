"""What a year of updates will bring, on the page of its search, for who has never read of it."""

from datetime import UTC, datetime, timedelta

import pytest_asyncio

from services.search.tables import runs
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.schemas import on_sqlite

PAGE = "/reviews/rev/searches/weekly"
HEADING = "What a year of updates will bring"
START = datetime(2026, 1, 5, 6, tzinfo=UTC)
COUNTS = ("found", "source_records", "merged", "seen")


@pytest_asyncio.fixture
async def review(tmp_path):
    """A review without records, and a client of its owner."""
    async with open_system(on_sqlite(tmp_path)) as system, system.client() as client:
        await the_review.open_review(client)
        await system.drain()
        yield system, client


async def write(client, database):
    """A search of this database that runs only when a person says so."""
    form = {"name": "Weekly", "query": "coaching", "schedule": "", "database": database}
    answer = await client.post("/reviews/rev/searches", data=form)
    assert answer.status_code == 303, answer.text


async def ran(system, *added):
    """Runs of the search a week apart that brought so many new records."""
    rows = [
        {
            "review_id": "rev", "id": f"run-{week}", "search_id": "weekly", "trigger": "schedule",
            "state": "succeeded", "query": "coaching", "report": {}, "added": number,
            "asked_at": START + timedelta(weeks=week), "ended_at": START + timedelta(weeks=week),
            **dict.fromkeys(COUNTS, number),
        }
        for week, number in enumerate(added)
    ]  # fmt: skip
    await system.services["search"].db.write(lambda tx: tx.execute(runs.insert().values(rows)))


async def ahead(client):
    """What the page says under its heading, in one line."""
    page = (await client.get(PAGE)).text
    assert page.count(HEADING) == 1
    return " ".join(page.split(HEADING)[1].split("</div>")[0].split())


async def test_a_search_that_has_not_run_says_what_a_forecast_needs(review):
    _, client = review
    await write(client, "PubMed")
    said = await ahead(client)
    assert "Too little was observed" in said
    assert "0 updates over 0 days are known." in said
    assert "Counted from" not in said


async def test_a_year_of_updates_is_told_with_what_its_numbers_mean(review):
    system, client = review
    await write(client, "PubMed")
    await ran(system, 5000, *[10] * 52)
    said = await ahead(client)
    assert "522 (478 to 569) new records a year." in said
    assert "None has a verdict yet: includes are unknown." in said
    assert "Counted from 52 updates over 12 months, without the first run" in said
    assert "520 new records." in said
    assert "95 % range" in said


async def test_one_update_is_told_as_one(review):
    system, client = review
    await write(client, "PubMed")
    await ran(system, 5000, 1)
    assert "1 update over 7 days is known." in await ahead(client)


async def test_a_search_whose_verdicts_nobody_follows_does_not_say_that_none_was_screened(review):
    system, client = review
    await write(client, "OpenAlex")
    await ran(system, 90, 5, 5, 5, 5, 5)
    said = await ahead(client)
    assert "Which of them were included is not followed: includes are unknown." in said
    assert "None has a verdict" not in said


async def test_a_database_that_is_searched_elsewhere_has_no_forecast(review):
    _, client = review
    await write(client, "Embase")
    assert HEADING not in (await client.get(PAGE)).text
