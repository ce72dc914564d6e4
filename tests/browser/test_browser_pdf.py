"""The pages of a PDF beside its text: they follow the passage, and are there without a script."""

import pytest
from playwright.async_api import expect

from tests.browser import axe, the_review
from tests.support.pdf import placed_pdf

WORDS = (
    "Nurses called each week and asked how people slept.",
    "Patients felt known by somebody who had time.",
)
PDF = placed_pdf([[(72, 720, 14, words)] for words in WORDS], labels="0 << /S /r >>")
"""Two pages that the file calls i and ii."""
PAGE = "/reviews/rev/coding/d0"


async def with_pdf(system):
    """The small review, whose first document has a PDF of two pages."""
    async with system.client() as client:
        await the_review.fill(system, client)
        path = "/api/extraction/reviews/rev/uploads"
        params = {"filename": "report.pdf", "document": "d0"}
        await the_review.said(client.post(path, content=PDF, params=params))
        await system.drain()


async def is_drawn(page):
    """Wait until the picture is there."""
    sheet = expect(page.locator(".d-sheet"))
    await sheet.not_to_have_js_property("naturalWidth", 0, timeout=60_000)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (360, "dark")])
async def test_the_page_follows_the_passage_that_is_chosen(sqlite_system, visit, width, scheme):
    await with_pdf(sqlite_system)
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    async with visit.page(PAGE, **options, reduced_motion="reduce") as page:
        link = page.get_by_role("link", name="Pages of the PDF")
        await expect(page.locator("#pdf-pane")).to_be_hidden()
        await link.press("Enter")
        await expect(page.get_by_text("Page 1 of 2, called i")).to_be_visible()
        await is_drawn(page)
        await page.locator("h1").focus()
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await expect(page.get_by_text("Page 2 of 2, called ii")).to_be_visible()
        await is_drawn(page)
        await page.get_by_role("button", name="Page before").press("Enter")
        await expect(page.get_by_text("Page 1 of 2, called i")).to_be_visible()
        assert await axe.violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.get_by_role("button", name="Close", exact=True).first.press("Enter")
        await expect(page.locator("#pdf-pane")).to_be_hidden()
    assert visit.faults == []


@pytest.mark.usefixtures("filled")
async def test_without_a_script_the_link_leads_to_the_pages(sqlite_system, visit):
    await with_pdf(sqlite_system)
    async with visit.page(PAGE, java_script_enabled=False) as page:
        await page.get_by_role("link", name="Pages of the PDF").click()
        await expect(page.get_by_text("Page 1 of 2, called i")).to_be_visible()
        await page.get_by_role("link", name="Next page").click()
        await expect(page.get_by_text("Page 2 of 2, called ii")).to_be_visible()
        await expect(page.get_by_role("img")).to_be_visible()
        await page.get_by_role("link", name="Back to the text").click()
        await expect(page.get_by_role("heading", name="Report 0")).to_be_visible()
    assert visit.faults == []
