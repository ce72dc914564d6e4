"""Pages of people who are not signed in yet: first start, sign-in, joining, public status."""

import re

from playwright.async_api import expect

from tests.browser import the_review
from tests.browser.conftest import Visit
from tests.browser.test_browser_all_pages import faults_of, looked_at
from tests.support.apps import open_system
from tests.support.schemas import on_sqlite
from tests.support.web import serving

LOOKS = [("light", 360), ("dark", 1280)]
GOOD = "known by her voice"


async def prepare(client):
    """A review with a public status, and an invited person with a link; gives both addresses."""
    await the_review.open_review(client)
    shown = client.put("/api/reviews/rev/public-status", json={"shown": True})
    status = (await the_review.said(shown))["path"]
    made = await client.post("/admin/people", data={"deed": "add", "name": "Nora Berg"})
    link = re.search(r"(/join/[\w-]+)", made.text).group(1)
    path = "/api/reviews/rev/members/nora-berg"
    await the_review.said(client.put(path, json={"roles": ["reviewer"]}))
    return status, link


async def send(page, **fields):
    """Type into a form and send it."""
    for name, text in fields.items():
        await page.locator(f"main [name={name}]").fill(text)
    await page.locator("main button.go").click()


async def faults_before_signing_in(visit, context, width, status, link):
    """What axe finds on the pages that everybody may open, and on those that refuse something."""
    found = []
    for path in (status, link, "/join/nobodys", "/sign-in", "/first-start"):
        async with visit.page(path, context=context) as page:
            found += await faults_of(page, width)
            if path == link:
                await send(page, password=GOOD, again="another")
                await expect(page.locator("#wrong-join-again")).to_be_visible()
                found += await faults_of(page, width)
            if path == "/first-start":
                await send(page, token="guessed", name="Olga", password=GOOD, again=GOOD)
                await expect(page.locator("#wrong-owner-token")).to_be_visible()
                found += await faults_of(page, width)
    return found


async def test_pages_before_signing_in_are_without_faults(tmp_path, chromium):
    settings = on_sqlite(tmp_path).model_copy(update={"local_owner": False})
    found, outside = [], []
    async with open_system(settings) as system, serving(system.app) as url:
        async with system.client() as client:
            status, link = await prepare(client)
        visit = Visit(chromium, url)
        for scheme, width in LOOKS:
            async with looked_at(visit, scheme, width, outside) as context:
                found += await faults_before_signing_in(visit, context, width, status, link)
        async with (
            looked_at(visit, "light", 360, outside) as context,
            visit.page(link, context=context) as page,
        ):
            await send(page, password=GOOD, again=GOOD)
            await page.locator("main").get_by_text("Coaching in heart failure").first.wait_for()
            found += await faults_of(page, 360)
    assert found == []
    assert outside == []
