"""The page of the inference log: found by what entries are about, in parts, and whole to print."""

import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head

CODED = "/api/extraction/reviews/rev"
PAGE = "/reviews/rev/inference-log"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review with memos of coding, and a client of its owner."""
    await the_review.lay(tmp_path)
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        for about in ("document/d0", "fragment/f0", "code/trust", "theory/PT1"):
            memo = {"about": about, "text": f"On {about}"}
            assert (await client.post(f"{CODED}/memos", json=memo)).is_success
        await system.drain()
        yield system, client


async def shown(client, **asked):
    answer = await client.get(PAGE, params=asked)
    assert answer.status_code == 200
    return answer.text


async def test_memos_of_coding_stand_in_the_log_with_links_to_what_they_are_about(pages):
    _, client = pages
    page = await shown(client)
    assert page.count("Memo written while coding") == 4
    assert '<a href="/reviews/rev/coding/d0">Report 0</a>' in page
    assert '<a href="/reviews/rev/coding/d0#fragment-f0">“They trusted us' in page
    assert '<a href="/reviews/rev/codes/trust">trust</a>' in page
    assert "Memos of coding stand in it too" in page


async def test_a_memo_on_a_passage_shows_its_quote_wherever_memos_are_listed(pages):
    _, client = pages
    memo = {"about": "document/d0", "text": "By whom?", "passage": {"quote": "a quote <b>"}}
    assert (await client.post(f"{CODED}/memos", json=memo)).is_success
    quote = "<q>a quote &lt;b&gt;</q>"
    assert f'<a href="/reviews/rev/coding/d0">Report 0</a>: {quote}' in await shown(client)
    for page in ("memos", "appraisal-of/d0"):
        assert (await client.get(f"/reviews/rev/{page}")).text.count(quote) == 1
    log = "/api/synthesis/reviews/rev/inference-log?format="
    assert ",a quote <b>\n" in (await client.get(f"{log}csv")).text
    assert '"quote": "a quote <b>"' in (await client.get(f"{log}jsonl")).text
    assert "Report 0: “a quote \\<b\\>”" in (await client.get(f"{log}md")).text
    report = await client.get("/api/synthesis/reviews/rev/report.md")
    assert "Report 0: “a quote" in report.text


async def test_the_log_is_found_by_what_it_is_about_and_by_words(pages):
    _, client = pages
    assert "On code/trust" in await shown(client, kind="code")
    assert "On document/d0" not in await shown(client, kind="code")
    assert "On document/d0" in await shown(client, q="on REPORT")
    assert "Nothing in the log is like that." in await shown(client, q="zebra")
    assert "On document/d0" in await shown(client, kind="no such kind")


async def test_a_long_log_comes_in_parts_and_whole_to_print(pages):
    _, client = pages
    for n in range(60):
        memo = {"about": "theory/PT1", "text": f"Note number {n:02}"}
        assert (await client.post(f"{CODED}/memos", json=memo)).is_success
    first = await shown(client)
    assert len(re.findall("Note number", first)) == 50
    assert "Note number 09" not in first
    assert "?start=50" in first
    assert "Note number 09" in await shown(client, start=50)
    assert len(re.findall("Note number", await shown(client, whole="true"))) == 60


async def test_who_does_not_code_is_told_where_the_memos_of_coding_are(pages):
    system, client = pages
    head = await member_head(system, "rev", "rita", "reviewer")
    page = (await client.get(PAGE, headers=head)).text
    assert "Memos of coding are shown to coders." in page
    assert "On document/d0" not in page
    assert "Theory stated" in page
