"""How a review is getting on: numbers that lead to their records, activity, coverage."""

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system

HERE = "/reviews/rev"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review with a record that waits, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    await the_review.lay(tmp_path)
    async with open_system(settings) as system, system.client() as client:
        await the_review.fill(system, client)
        await the_review.add_records(client, *the_review.TITLES, "One that waits")
        await system.drain()
        yield system, client


async def test_the_first_page_says_what_waits_and_leads_there(pages):
    _, client = pages
    page = (await client.get(HERE)).text
    assert '<a href="/reviews/rev/screening">1 record to screen</a>' in page
    cards = (await client.get("/")).text
    assert "1 record to screen" in cards
    assert "Screening: title and abstract" in cards


async def test_every_number_of_the_flow_leads_to_its_records(pages):
    _, client = pages
    page = (await client.get(f"{HERE}/flow")).text
    for verdict, title in (("include", "Trust in nurses"), ("exclude", "Salt and soup")):
        path = f"{HERE}/library?stage=title_abstract&amp;verdict={verdict}"
        assert path in page
        assert title in (await client.get(path.replace("&amp;", "&"))).text
    assert f"{HERE}/library?source=embase" in page


async def test_activity_is_filtered_by_service_says_who_acted_and_shows_no_key(pages):
    _, client = pages
    page = (await client.get(f"{HERE}/activity")).text
    assert "Record added: One that waits" in page
    one = (await client.get(f"{HERE}/activity?service=synthesis")).text
    assert "Record added" not in one
    assert '<span class="who" data-acted="service">synthesis, by itself</span>' in one
    assert 'data-acted="person"' in page
    records = (await client.get("/api/search/reviews/rev/records")).json()["items"]
    assert not [one for one in records if one["record_id"] in page]


async def test_coverage_counts_configurations_by_what_the_evidence_says(pages):
    _, client = pages
    page = (await client.get(f"{HERE}/coverage")).text
    row = page.split("PT1: Trust keeps people in contact")[1].split("</tr>")[0]
    assert row.count('<td class="r">1</td>') >= 2
