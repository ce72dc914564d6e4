"""One review on one page: what it shows, live, narrow, dark, and without scripts."""

import pytest
from playwright.async_api import expect

from tests.browser import the_review

WIDTHS = (390, 820, 1440)


@pytest.mark.usefixtures("filled")
async def test_the_page_shows_flow_table_and_feed(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    async with visit.page("/reviews/rev") as page:
        await expect(page.locator("h1")).to_have_text("Coaching in heart failure")
        flow = page.locator("svg.flow")
        for words in ("Records identified (n = 3)", "Excluded (n = 1)", "Studies included (n = 2)"):
            await expect(flow.get_by_text(words)).to_be_visible()
        row = page.locator(".ccmocs tbody tr")
        await expect(row).to_have_count(1)
        await expect(row).to_contain_text("No wrong door")
        await expect(row).to_contain_text("conjectured, unchecked")
        await expect(page.get_by_text("articles identified")).to_be_visible()
        await expect(page.locator(".feed li")).to_have_count(14)
        await expect(page.locator("[data-words]")).to_have_text("Live")
    assert visit.faults == []


async def test_events_arrive_and_figures_follow_but_never_under_a_readers_hands(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await the_review.open_review(client)
        await sqlite_system.drain()
        async with visit.page("/reviews/rev") as page:
            await expect(page.locator("[data-words]")).to_have_text("Live")
            await the_review.add_records(client, "A record that nobody had seen")
            first = page.locator(".feed li").first
            await expect(first).to_contain_text("Record added: A record that nobody had seen")
            flow = page.locator("svg.flow")
            await expect(flow.get_by_text("Records identified (n = 1)")).to_be_visible()
            await page.get_by_text("Flow as a table").focus()
            await the_review.add_records(client, "A record that nobody had seen", "A second")
            await expect(page.get_by_text("The figures beside have changed.")).to_be_visible()
            await expect(flow.get_by_text("Records identified (n = 1)")).to_be_visible()
    assert visit.faults == []


async def test_one_tab_listens_and_all_tabs_show(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.open_review(client)
        await sqlite_system.drain()
        context = await visit.browser.new_context()
        async with (
            visit.page("/reviews/rev", context=context) as one,
            visit.page("/reviews/rev", context=context) as other,
        ):
            await expect(one.locator("[data-words]")).to_have_text("Live")
            await expect(other.locator("[data-words]")).to_have_text("Live")
            await the_review.add_records(client, "Seen in both")
            for page in (one, other):
                seen = page.locator(".feed li", has_text="Seen in both")
                await expect(seen).to_be_visible()
            await one.close()
            await the_review.add_records(client, "Seen in both", "Seen after the first closed")
            newest = other.locator(".feed li", has_text="Seen after the first closed")
            await expect(newest).to_be_visible()
        await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("filled")
async def test_no_width_makes_the_page_scroll_sideways(sqlite_system, visit, scheme):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    for width in WIDTHS:
        size = {"width": width, "height": 900}
        async with visit.page("/reviews/rev", viewport=size, color_scheme=scheme) as page:
            await expect(page.locator(".ccmocs tbody tr")).to_be_visible()
            drawing = "svg.flow-narrow" if width == 390 else "svg.flow"
            await expect(page.locator(f"{drawing} .f-out").first).to_be_in_viewport(ratio=1)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
    assert visit.faults == []


@pytest.mark.usefixtures("filled")
async def test_the_page_works_with_scripts_off(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    async with visit.page("/", java_script_enabled=False) as page:
        await page.locator(".pick").get_by_text("Coaching in heart failure").click()
        await expect(page.locator("svg.flow")).to_be_visible()
        await page.get_by_text("Flow as a table").click()
        await expect(page.get_by_role("rowheader", name="full text")).to_be_visible()
        await page.get_by_role("link", name="PT1 Trust keeps people in contact").first.click()
        await expect(page.get_by_text("Where no door is the wrong one")).to_be_visible()


@pytest.mark.usefixtures("filled")
async def test_a_configuration_goes_down_to_its_quotes(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
    async with visit.page("/reviews/rev") as page:
        await page.locator(".ccmocs tbody th a").click()
        await expect(page.locator("h1")).to_have_text("Trust → Engagement")
        await expect(page.get_by_text("They trusted us, and stayed (0).")).to_be_visible()
        await expect(page.get_by_text("recurs with").first).to_be_visible()
        await expect(page.get_by_text("Revision 1", exact=True)).to_be_visible()
        await expect(page.locator(".named")).to_contain_text("s0; s1")
    assert visit.faults == []


async def test_an_empty_review_says_what_to_do_next(sqlite_system, visit):
    async with visit.page("/") as page:
        await expect(page.get_by_text("There is no review yet.")).to_be_visible()
    async with sqlite_system.client() as client:
        await the_review.open_review(client)
        await sqlite_system.drain()
    async with visit.page("/reviews/rev") as page:
        await expect(page.get_by_text("No record yet.")).to_be_visible()
        await expect(page.get_by_text("No configuration yet.")).to_be_visible()


async def test_the_chosen_theme_is_kept(sqlite_system, visit):
    async with visit.page("/", color_scheme="light") as page:
        await page.locator(".person summary").click()
        await page.get_by_role("button", name="Theme").click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert visit.faults == []
