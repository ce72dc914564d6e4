"""Webhooks in the browser: an owner adds one, sees its secret once, reads the log, sends again."""

import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head
from tests.support.receiver import receiving
from workbench.web.pages.settings.webhooks import told

LIST = "/reviews/rev/settings/webhooks"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review where webhooks may go to this machine, and a client of its owner."""
    await the_review.lay(tmp_path)
    settings = Settings(
        home=tmp_path, sqlite_synchronous="NORMAL", network=True, webhook_private=True
    )
    async with open_system(settings) as system, system.client() as client:
        yield system, client


async def test_a_webhook_is_added_told_looked_at_sent_again_and_deleted_by_forms(pages):
    system, client = pages
    async with receiving() as receiver:
        form = {"url": receiver.url, "label": "Dashboard", "types": ["search", "workbench"]}
        made = await client.post(LIST, data=form)
        assert made.status_code == 200
        assert re.search(r'<code class="once">whsec_\S+</code>', made.text)
        page = (await client.get(LIST)).text
        assert "Dashboard" in page
        assert "search, workbench" in page
        one = re.search(r'href="([^"]*/settings/webhooks/[^"]+)"', page)[1]
        assert "whsec_" not in (await client.get(one)).text
        await the_review.add_records(client, *the_review.TITLES, "One more")
        await system.drain()
        log = (await client.get(one)).text
        assert "record added" in log
        assert "search.record_added" not in log
        position = re.search(r'name="position" value="(\d+)"', log)[1]
        sent = len(receiver.got)
        again = await client.post(one, data={"deed": "resend", "position": position})
        assert again.status_code == 303
        await system.drain()
        assert len(receiver.got) == sent + 1
        assert "whsec_" in (await client.post(one, data={"deed": "secret"})).text
        await client.post(one, data={"deed": "off"})
        assert "It is off" in (await client.get(one)).text
        changed = {"deed": "change", "url": receiver.url, "label": "Board"}
        assert (await client.post(one, data=changed)).status_code == 303
        assert "everything" in (await client.get(LIST)).text
        assert (await client.post(one, data={"deed": "delete"})).headers["location"] == LIST
        assert "No webhook yet." in (await client.get(LIST)).text


async def test_an_address_that_is_refused_stands_beside_its_field_with_what_was_typed(pages):
    _, client = pages
    refused = await client.post(LIST, data={"url": "ftp://far.example/x", "label": "Mine"})
    assert refused.status_code == 422
    assert 'value="Mine"' in refused.text
    assert 'id="wrong-webhook-url"' in refused.text


async def test_only_owners_see_webhooks(pages):
    system, client = pages
    head = await member_head(system, "rev", "rob", "resolver")
    assert (await client.get(LIST, headers=head)).status_code == 403
    assert "Webhooks" not in (await client.get("/reviews/rev/settings", headers=head)).text


def test_what_a_webhook_is_told_is_said_in_words():
    assert told(["search", "synthesis.ccmoc_revised"]) == "search, ccmoc revised"
    assert told([]) == "everything"
