"""Pages of synthesis and coding follow the feed, and never under a reader's hands."""

import pytest
from playwright.async_api import expect

from tests.browser import the_review

pytestmark = pytest.mark.usefixtures("filled")


async def third_fragment(client):
    """One more study says the same."""
    document = {"title": "Report 2", "kind": "literature", "study": "s2"}
    base = "/api/extraction/reviews/rev"
    await the_review.said(client.put(f"{base}/documents/d2", json=document))
    body = {"fragments": [the_review.a_fragment(2)]}
    await the_review.said(client.post(f"{base}/fragments/batch", json=body))


async def test_a_theory_follows_what_is_coded_without_taking_the_focus(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
        async with visit.page("/reviews/rev/theories/PT1") as page:
            await expect(page.locator("[data-words]")).to_have_text("Live")
            row = page.get_by_role("row", name="PT1.1")
            await expect(row.locator("[data-label=For]")).to_have_text("2")
            await row.get_by_role("link").focus()
            await third_fragment(client)
            await expect(page.get_by_text("What is shown here has changed.")).to_be_visible()
            await expect(row.locator("[data-label=For]")).to_have_text("2")
            await expect(row.get_by_role("link")).to_be_focused()
            await page.get_by_role("link", name="Theorise").focus()
            await expect(row.locator("[data-label=For]")).to_have_text("3")
            await expect(page.get_by_text("What is shown here has changed.")).to_be_hidden()
    assert visit.faults == []


async def test_a_configuration_and_the_lists_follow_too(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
        async with (
            visit.page("/reviews/rev/theories/PT1") as theory,
            visit.page("/reviews/rev/synthesis") as theories,
            visit.page("/reviews/rev/coding") as documents,
        ):
            await theory.get_by_role("link", name="PT1.1").click()
            for page in (theory, theories, documents):
                await expect(page.locator("[data-words]")).to_have_text("Live")
            await third_fragment(client)
            await expect(
                theory.get_by_text("“They trusted us, and stayed (2).”", exact=True)
            ).to_be_visible()
            await expect(theory.get_by_text("Revision 2", exact=True)).to_be_visible()
            await expect(theories.get_by_text("3 studies for")).to_be_visible()
            await expect(documents.get_by_role("link", name="Report 2")).to_be_visible()
    assert visit.faults == []
