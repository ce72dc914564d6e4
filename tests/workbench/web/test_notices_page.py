"""Notices: what each of them touches, by label."""

import html
import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system

PAGE = "/reviews/rev/notices"


@pytest_asyncio.fixture
async def flagged(tmp_path):
    """The small review, in which a coded report was retracted and an excluded one corrected."""
    await the_review.lay(tmp_path)
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        records = await the_review.fill(system, client)
        assert "No notice stands against any record." in (await client.get(PAGE)).text
        for record, flag in ((records[2], "correction"), (records[0], "retraction")):
            body = {"flag": flag, "notice": "Journal of Notices 2026;1:2"}
            path = f"/api/search/reviews/rev/records/{record}/flags"
            (await client.post(path, json=body)).raise_for_status()
            await system.drain()
        yield system, client, records


def articles(page):
    """Each notice of the page in words, and where its links lead."""
    found = re.findall(r"<article.*?</article>", page, re.DOTALL)
    words = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]
    return words, [re.findall(r'href="([^"]+)"', one) for one in found]


async def test_a_retraction_shows_decision_document_fragments_ccmocs_and_theories(flagged):
    _, client, records = flagged
    words, links = articles((await client.get(PAGE)).text)
    retracted, corrected = words
    for said in (
        "Trust in nurses", "Retraction", "Journal of Notices 2026;1:2", "Full text: included",
        "1 fragment", "They trusted us, and stayed (0).", "Trust → Engagement",
        "Trust keeps people in contact",
    ):  # fmt: skip
        assert said in retracted
    assert f"/reviews/rev/records/{records[0]}" in links[0]
    assert "/reviews/rev/coding/d0#fragment-f0" in links[0]
    assert "/reviews/rev/theories/PT1" in links[0]
    assert "Salt and soup" in corrected
    assert "Correction" in corrected
    assert "excluded" in corrected
    assert "None; nothing is coded of it." in corrected
    for one in words:
        assert not {*records, "f0", "d0", "PT1"} & set(re.findall(r"[\w-]+", one))


async def test_every_link_of_a_notice_leads_to_a_page(flagged):
    _, client, _ = flagged
    _, links = articles((await client.get(PAGE)).text)
    for address in sorted({one for some in links for one in some}):
        assert (await client.get(address.split("#")[0])).status_code == 200, address


async def test_a_reinstatement_stands_beside_the_notice_that_it_ends(flagged):
    system, client, records = flagged
    path = f"/api/search/reviews/rev/records/{records[0]}/flags"
    (await client.post(path, json={"flag": "reinstatement"})).raise_for_status()
    await system.drain()
    words, _ = articles((await client.get(PAGE)).text)
    assert len(words) == 2
    assert "no notice stands any more" in words[0]
    assert "Reinstatement" in words[0]
