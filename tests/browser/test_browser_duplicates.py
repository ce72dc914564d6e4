"""Pairs that may be one record, decided by keys faster than the workbench answers."""

import asyncio

from playwright.async_api import expect

from tests.browser import the_review

PATH = "/reviews/rev/duplicates"
ENTRY = (
    "TY  - JOUR\nAU  - {family}, Marie\nTI  - {title}\nPY  - 2020\nJF  - Trials\nVL  - 3\n"
    "SP  - {page}\nEP  - {page}9\nDO  - 10.{registrant}/abc.{page}\nER  - \n\n"
)
STUDIES = {
    "Curie": "Nurse led calls after discharge: a realist review",
    "Noether": "Salt in soup and the blood pressure of cooks",
    "Meitner": "Walking in town with a neighbour each evening",
}


async def prepare(system, client):
    """Three pairs that wait for a person."""
    await the_review.open_review(client)
    await system.drain()
    body = "".join(
        ENTRY.format(family=family, title=title, page=n, registrant=registrant)
        for n, (family, title) in enumerate(STUDIES.items(), start=11)
        for registrant in (1234, 9999)
    )
    where = "/api/search/reviews/rev/imports?filename=x.ris&source=embase"
    await the_review.said(client.post(where, content=body.encode()))
    await system.drain()
    assert (await numbers(client))["proposals"] == 3


async def numbers(client):
    """How many records and open pairs there are."""
    return await the_review.said(client.get("/api/search/reviews/rev/library"))


def pairs(page):
    """The pairs that stand on the page."""
    return page.locator("[data-pair]:visible")


class Held:
    """What a page asks before it sends a decision is answered when it may be, or never."""

    def __init__(self, page, *, answered=True):
        self.page, self.answered, self.may = page, answered, asyncio.Event()

    async def __aenter__(self):
        await self.page.route("**/session", self._held)
        return self

    async def __aexit__(self, *failure):
        self.may.set()
        await self.page.unroute("**/session")

    async def _held(self, route):
        await self.may.wait()
        await (route.continue_() if self.answered else route.abort())


async def test_a_key_pressed_before_the_answer_decides_the_next_pair(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page, Held(page) as held:
            await expect(pairs(page)).to_have_count(3)
            await page.keyboard.press("s")
            await expect(pairs(page)).to_have_count(2)
            await page.keyboard.press("d")
            await expect(pairs(page)).to_have_count(1)
            held.may.set()
            await expect(page.locator("p.question")).to_contain_text("1 pair waits")
            await expect(pairs(page)).to_have_count(1)
            found = await numbers(client)
            assert (found["records"], found["proposals"]) == (5, 1)
            await page.reload()
            await expect(pairs(page)).to_have_count(1)
    assert visit.faults == []


async def test_a_reason_written_meanwhile_goes_with_its_pair(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page, Held(page) as held:
            last = pairs(page).last
            await last.get_by_role("textbox", name="Why").fill("two reports")
            await page.keyboard.press("Escape")
            await page.keyboard.press("s")
            await expect(pairs(page)).to_have_count(2)
            await pairs(page).first.get_by_role("textbox", name="Why").fill("one report")
            await pairs(page).first.get_by_role("button", name="They are one").click()
            await expect(pairs(page)).to_have_count(1)
            held.may.set()
            await expect(page.locator("p.question")).to_contain_text("1 pair waits")
            found = await numbers(client)
            assert (found["records"], found["proposals"]) == (4, 1)
    assert visit.faults == []


async def test_a_decision_that_is_not_sent_brings_its_pair_and_the_next_back(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            async with Held(page, answered=False) as held:
                await page.keyboard.press("s")
                await expect(pairs(page)).to_have_count(2)
                await page.keyboard.press("d")
                await expect(pairs(page)).to_have_count(1)
                held.may.set()
                await expect(page.get_by_role("alert")).to_contain_text("Not sent")
                await expect(pairs(page)).to_have_count(3)
            await page.reload()
            await expect(pairs(page)).to_have_count(3)
            assert (await numbers(client))["records"] == 6
