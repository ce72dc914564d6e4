"""The theories: each with what leads it, and one with its drawing, gaps and issues."""

import pytest
from playwright.async_api import expect

from tests.browser import the_review


@pytest.mark.usefixtures("filled")
async def test_a_theory_shows_statement_drawing_configurations_and_what_is_open(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    async with visit.page(
        "/reviews/rev/synthesis", viewport={"width": 1440, "height": 900}
    ) as page:
        await page.get_by_role("link", name="PT1: Trust keeps people in contact").click()
        await expect(page.locator("h1")).to_have_text("PT1: Trust keeps people in contact")
        await expect(page.locator(".statement")).to_contain_text("no door is the wrong one")
        graph = page.get_by_role("img", name="Configurations of PT1")
        for words in ("No wrong door", "Trust", "Engagement"):
            await expect(graph.get_by_text(words)).to_be_visible()
        await expect(page.get_by_role("row", name="PT1.1")).to_contain_text("first to look at")
        await expect(page.get_by_text("No resource is linked")).to_be_visible()
        await page.get_by_role("link", name="PT1.1").click()
        await expect(page.locator("h1")).to_have_text("Trust → Engagement")
    assert visit.faults == []


@pytest.mark.usefixtures("filled")
async def test_no_width_makes_the_theories_scroll_sideways(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    for width in (390, 820):
        size = {"width": width, "height": 900}
        for path in ("synthesis", "theories/PT1", "coding"):
            async with visit.page(f"/reviews/rev/{path}", viewport=size) as page:
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.faults == []


async def test_a_review_without_theories_or_documents_says_what_comes_next(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.open_review(client)
        await sqlite_system.drain()
        assert (await client.get("/reviews/rev/theories/PT9")).status_code == 404
    async with visit.page("/reviews/rev/synthesis", java_script_enabled=False) as page:
        await expect(page.get_by_text("No theory is stated yet.")).to_be_visible()
        await page.get_by_role("link", name="Code", exact=True).click()
        await expect(page.get_by_text("No document yet.")).to_be_visible()
