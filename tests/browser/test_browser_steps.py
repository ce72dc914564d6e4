"""Where to search next, in a browser: pearls are found, a step is approved, a round is read."""

from playwright.async_api import expect

from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.journeys.test_cluster_round import NBIB, REVIEW, SEARCH, find_gap
from tests.services.search.cluster.cluster_harness import around_the_pearls
from tests.support.apps import open_system
from tests.support.eutils import serve
from tests.support.web import serving

PAGE = "/reviews/loop/steps"


async def prepare(system, http):
    """A review with one pearl in its library and one gap in its evidence; settles it."""
    api = Api(http, quiet=system.drain)
    await api.post("/api/reviews", REVIEW)
    await api.wait_until_settled("loop")
    params = {"filename": "x.nbib", "source": "pubmed"}
    await api.call("POST", f"{SEARCH}/imports", params=params, content=NBIB.encode())
    await api.wait_until_settled("loop")
    await find_gap(system)
    return api


async def test_a_step_is_approved_and_its_round_read_on_a_phone_and_a_desk(tmp_path, chromium):
    with serve(around_the_pearls()) as eutils:
        settings = Settings(
            home=tmp_path,
            ncbi_base_url=eutils.base_url,
            sqlite_synchronous="NORMAL",
            local_owner=True,
        )
        async with open_system(settings) as system, system.client() as http:
            api = await prepare(system, http)
            async with serving(system.app) as url:
                await _approve(Visit(chromium, url), api)


async def _approve(visit, api):
    phone = {"width": 390, "height": 844}
    async with visit.page(PAGE, viewport=phone) as page:
        await page.get_by_label("Find pearls by the words").fill("OUTPOST")
        await page.keyboard.press("Enter")
        await page.get_by_label("Outreach in the OUTPOST trial.").press("Space")
        await page.get_by_label("5 what cites the pearls").press("Space")
        await page.get_by_label("7 message to the lead author").press("Space")
        await page.get_by_label("Budget").fill("0")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await page.get_by_label("Why").fill("to see how many there are")
        await page.get_by_role("button", name="Approve and plan").click()
        planned = page.get_by_role("heading", name="Round 1: waits for your approval")
        await expect(planned).to_be_visible()
        await page.get_by_role("button", name="Approve these queries").click()
        await expect(planned).to_have_count(0)
        await api.wait_until_settled("loop")
        await page.reload()
        await expect(page.get_by_role("heading", name="Round 1: has ended")).to_be_visible()
        row = page.get_by_role("row", name="5 what cites the pearls")
        await expect(row.get_by_role("cell").last).to_have_text("1")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await _write(page)
    async with visit.page(PAGE) as page:
        await page.get_by_label("Why").fill("one is enough")
        await page.get_by_role("button", name="Close").click()
        await expect(page.get_by_text("Search on or close")).to_have_count(0)
        await expect(page.get_by_role("heading", name="Round 1: has ended")).to_be_visible()
    assert visit.faults == []


async def _write(page):
    """What people do around the pearls: a message is sent, by a link from the steps."""
    await page.get_by_role("link", name="Words of the theories").click()
    await page.get_by_label("State").select_option("sent")
    await page.get_by_label("Note for the log").fill("by mail")
    assert await axe.violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("button", name="Keep", exact=True).click()
    await expect(page.get_by_role("listitem").filter(has_text="by mail")).to_contain_text("sent")


async def test_a_refused_approval_keeps_what_was_filled_in(tmp_path, chromium):
    with serve(around_the_pearls()) as eutils:
        settings = Settings(
            home=tmp_path,
            ncbi_base_url=eutils.base_url,
            sqlite_synchronous="NORMAL",
            local_owner=True,
        )
        async with open_system(settings) as system, system.client() as http:
            await prepare(system, http)
            async with serving(system.app) as url:
                visit = Visit(chromium, url)
                async with visit.page(PAGE) as page:
                    await page.get_by_label("Topic block").fill("door")
                    await page.get_by_label("4 lead author").check(force=True)
                    await page.get_by_role("button", name="Approve and plan").click()
                    await expect(page.get_by_role("alert")).to_be_visible()
                    await expect(page.get_by_label("Topic block")).to_have_value("door")
                    await expect(page.get_by_label("4 lead author")).to_be_checked()
            assert all("status of 422" in fault for fault in visit.faults)
