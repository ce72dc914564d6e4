"""Theory work and judging in a browser: by keys, by forms, at every width, without faults."""

import pytest
from playwright.async_api import expect

from tests.browser import the_review

PAGES = (
    "codebook",
    "codes/door",
    "synthesis",
    "theories/PT1",
    "to-check",
    "substantive-theories",
    "inference-log",
)


@pytest.mark.usefixtures("filled")
async def test_passages_are_judged_by_keys_one_after_the_other(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    async with visit.page("/reviews/rev/to-check") as page:
        await page.get_by_role("link", name="PT1: Trust → Engagement").first.click()
        first = page.locator("#fragment-f0")
        await expect(first).to_be_focused()
        await page.keyboard.press("1")
        await expect(page).to_have_url(page.url.split("#")[0] + "#fragment-f1")
        await expect(first.get_by_role("button", name="Supports")).to_have_attribute(
            "aria-pressed", "true"
        )
        await expect(page.locator("#fragment-f1")).to_be_focused()
        await page.keyboard.press("k")
        await expect(first).to_be_focused()
        await first.get_by_role("link", name="Report 0").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Report 0")
    assert visit.faults == []


@pytest.mark.usefixtures("filled")
async def test_an_idea_is_noted_and_sorted_without_scripts(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    async with visit.page("/reviews/rev/synthesis", java_script_enabled=False) as page:
        await page.get_by_text("Note an idea").click()
        await page.get_by_label("The idea").fill("If doors open, then people stay")
        await page.get_by_role("button", name="Note it").click()
        await expect(page.get_by_text("Ideas to sort (1)")).to_be_visible()
        await page.get_by_text("Sort, merge or drop it").click()
        await page.locator(".ideas").get_by_label("PT1").check()
        await page.get_by_role("button", name="Sort it").click()
        drawing = page.get_by_role("img", name="How the theories came to be")
        await expect(drawing.get_by_text("If doors open")).to_be_visible()
    assert visit.faults == []


@pytest.mark.usefixtures("filled")
async def test_no_width_makes_theory_work_scroll_sideways(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    for width in (390, 1360):
        size = {"width": width, "height": 900}
        for path in PAGES:
            async with visit.page(f"/reviews/rev/{path}", viewport=size) as page:
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert visit.faults == []
