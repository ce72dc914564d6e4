"""Publishing in the browser: versions are frozen and compared in words, every export is there."""

import html
import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.pages.since_version import counted
from workbench.web.pages.versions import next_number

PAGE = "/reviews/rev/versions"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review, and a client of its owner."""
    await the_review.lay(tmp_path)
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        yield system, client


async def shown(client, path):
    answer = await client.get(path)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_a_version_is_frozen_with_a_reason_and_compared_in_words(pages):
    system, client = pages
    assert "No version is frozen yet." in await shown(client, PAGE)
    refused = await client.post(PAGE, data={"number": "1", "reason": ""})
    assert refused.status_code == 422
    assert "Say why it is frozen now" in refused.text
    first = {"number": "1", "reason": "first round of interviews"}
    assert (await client.post(PAGE, data=first)).status_code == 303
    words = await shown(client, PAGE)
    assert "first round of interviews" in words
    assert "Nothing changed." in words
    theory = {"deed": "x", "name": "Trust keeps people", "status": "refined", "reason": "said so"}
    await client.post("/reviews/rev/wording-of/PT1", data=theory)
    await system.drain()
    words = await shown(client, PAGE)
    assert "What changed from version 1 to now" in words
    assert "PT1 Theory: Trust keeps people" in words
    assert "Since version 1 1 theory changed." in await shown(client, "/reviews/rev")


def test_what_changed_is_counted_by_kind():
    changes = [{"what": what} for what in ("ccmoc", "theory", "ccmoc", "argument")]
    assert counted(changes) == "1 theory, 1 argument, 2 configurations"
    assert counted([]) == ""


async def test_the_report_stands_in_a_frame_of_its_page(pages):
    _, client = pages
    assert 'src="/reviews/rev/report-preview"' in (await client.get("/reviews/rev/report")).text
    answer = await client.get("/reviews/rev/report-preview")
    assert "Trust keeps people in contact" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy


async def test_only_an_owner_freezes(pages):
    system, client = pages
    head = await member_head(system, "rev", "rob", "reviewer")
    assert "Freeze a version" not in (await client.get(PAGE, headers=head)).text
    form = {"number": "1", "reason": "why"}
    assert (await client.post(PAGE, data=form, headers=head)).status_code == 403


async def test_every_file_of_the_export_page_is_there(pages):
    _, client = pages
    page = (await client.get("/reviews/rev/exports")).text
    files = re.findall(r'<a href="([^"]+)" download>', page)
    assert len(files) == 11
    for file in files:
        answer = await client.get(html.unescape(file))
        assert answer.status_code == 200, file
        assert answer.content, file


def test_the_next_number_follows_the_last_whole_one():
    assert [next_number(known) for known in ([], ["1"], ["1", "2.1"], ["draft"])] == [
        "1", "2", "3", "1",
    ]  # fmt: skip
