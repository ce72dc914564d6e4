"""Around every page: where one is, what waits for whom, one search over everything."""

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.navigation import AREAS, bars_of

QUEUE = "/api/screening/reviews/rev/stages/title_abstract/queue/count"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review with one record that waits, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    await the_review.lay(tmp_path)
    async with open_system(settings) as system, system.client() as client:
        await the_review.fill(system, client)
        await the_review.add_records(client, *the_review.TITLES, "One that waits")
        await system.drain()
        yield system, client


def test_the_bars_know_from_the_path_where_one_is():
    def found(path):
        bars = bars_of(path, "a/b")
        return bars.area.key, bars.page.words

    assert found("/reviews/a/b") == ("overview", "Home")
    assert found("/reviews/a/b/screening") == ("screen", "Queue")
    assert found("/reviews/a/b/theories/PT1") == ("theorise", "Theories")
    assert bars_of("/", None).area is None
    assert bars_of("/reviews/a/b", "a/b").address(AREAS[0].pages[0]) == "/reviews/a%2Fb"


async def test_numbers_in_the_bars_are_those_of_who_looks(pages):
    system, client = pages
    assert (await client.get("/reviews/rev/waiting")).json()["queue"] == 1
    assert (await client.get(QUEUE)).json() == {"waiting": 1, "more": False, "today": 3}
    head = await member_head(system, "rev", "rita", "reviewer")
    assert (await client.get(QUEUE, headers=head)).json()["today"] == 0
    reader = await member_head(system, "rev", "rosa", "reader")
    assert (await client.get("/reviews/rev/waiting", headers=reader)).json() == {}
    page = (await client.get("/reviews/rev/screening")).text
    assert '<span class="badge" data-badge="queue" hidden>' in page


async def test_one_search_finds_pages_theories_records_documents_and_codes(pages):
    _, client = pages
    page = (await client.get("/reviews/rev/search", params={"q": "trust"})).text
    for kind in ("Theories", "Records", "Codes"):
        assert f"<h2>{kind}</h2>" in page
    assert "<h2>Documents</h2>" in (await client.get("/reviews/rev/search?q=report")).text
    part = await client.get("/reviews/rev/search?q=queue", headers={"x-fragment": "1"})
    assert 'href="/reviews/rev/screening"' in part.text
    assert "<html" not in part.text
    none = (await client.get("/reviews/rev/search?q=zebra")).text
    assert "Nothing in this review has these words." in none


async def test_only_ones_own_reviews_stand_in_the_switcher(pages):
    system, client = pages
    await client.post("/api/reviews", json={"id": "other", "title": "Another review"})
    await system.drain()
    assert "Another review" in (await client.get("/reviews/rev/search")).text
    head = await member_head(system, "rev", "rita", "reviewer")
    page = (await client.get("/reviews/rev/search", headers=head)).text
    assert "Another review" not in page
    assert "Coaching in heart failure" in page
