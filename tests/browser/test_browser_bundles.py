"""Loading a bundle without a mouse, its faults, and the pages of notices and public status."""

import pytest
from playwright.async_api import expect

from tests.browser import axe, the_review
from tests.workbench.bundles.conftest import archive, small

LONG = 60_000
"""Milliseconds that a load may take on a busy machine."""


def chosen(content):
    return {"name": "small.zip", "mimeType": "application/zip", "buffer": content}


async def faults_of(page, width):
    """What axe finds, and whether the page scrolls sideways."""
    found = [(page.url, *one) for one in await axe.violations(page)]
    if await page.evaluate("document.documentElement.scrollWidth") > width:
        found.append((page.url, "wide"))
    return found


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(360, "dark", marks=pytest.mark.slow)]
)
async def test_a_bundle_with_a_fault_is_chosen_mended_and_loaded_by_keys(
    sqlite_system, visit, width, scheme
):
    size = {"width": width, "height": 800}
    options = {"viewport": size, "color_scheme": scheme, "reduced_motion": "reduce"}
    async with visit.page("/", **options) as page:
        await expect(page.get_by_text("The RECO review")).to_be_visible()
        found = await faults_of(page, width)
        await page.get_by_role("link", name="Load a bundle").first.press("Enter")
        found += await faults_of(page, width)
        wrong = archive(small(**{"fragments.jsonl": "{\n"}))
        await page.locator("#load-file").set_input_files(chosen(wrong))
        await page.get_by_role("button", name="Load", exact=True).press("Enter")
        told = page.get_by_role("rowheader", name="fragments.jsonl, line 1")
        await expect(told).to_be_visible(timeout=LONG)
        found += await faults_of(page, width)
        await page.goto(f"{visit.url}/load")
        await page.locator("#load-file").set_input_files(chosen(archive(small())))
        await page.get_by_role("button", name="Load", exact=True).press("Enter")
        there = page.get_by_role("link", name="Open the review")
        await expect(there).to_be_visible(timeout=LONG)
        found += await faults_of(page, width)
        await there.press("Enter")
        await expect(page.locator(".switcher .at")).to_have_text("A small review")
    assert found == []
    assert visit.faults == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(360, "dark", marks=pytest.mark.slow)]
)
async def test_notices_and_status_can_be_read_by_everybody(sqlite_system, visit, width, scheme):
    async with sqlite_system.client() as client:
        records = await the_review.fill(sqlite_system, client)
        path = f"/api/search/reviews/rev/records/{records[0]}/flags"
        await the_review.said(client.post(path, json={"flag": "retraction", "notice": "Lancet"}))
        path = "/api/reviews/rev/public-status"
        await the_review.said(client.put(path, json={"shown": True}))
        await sqlite_system.drain()
    size = {"width": width, "height": 800}
    options = {"viewport": size, "color_scheme": scheme, "reduced_motion": "reduce"}
    found = []
    context = await visit.browser.new_context(**options)
    for path in ("/reviews/rev/notices", "/reviews/rev/settings/status", "/status/rev",
                 "/reviews/rev/exports"):  # fmt: skip
        async with visit.page(path, context=context) as page:
            found += await faults_of(page, width)
    await context.close()
    assert found == []
    assert visit.faults == []
