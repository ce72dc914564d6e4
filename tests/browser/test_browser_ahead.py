"""The record after the one before the reader is there already: nobody waits for an answer."""

import asyncio
from itertools import pairwise

import pytest
from playwright.async_api import expect

from tests.browser import the_review
from tests.support.people import member_head

PATH = "/reviews/rev/screening?stage=title_abstract"
STAGE = "/api/screening/reviews/rev/stages/title_abstract"
CRITERIA = [{"id": "c1", "text": "Wrong population", "kind": "exclude"}]
TITLES = tuple(f"Study {n} of calls at home" for n in range(1, 14))


async def prepare(system, client, *, criteria=CRITERIA, policy="single"):
    """Thirteen records that wait at a stage."""
    await the_review.open_review(client, policy=policy)
    await system.drain()
    if criteria:
        await the_review.said(client.put(f"{STAGE}/criteria", json={"criteria": criteria}))
    await the_review.add_records(client, *TITLES)
    await system.drain()


async def settled(system, client):
    """The team's verdicts by title."""
    await system.drain()
    found = await the_review.said(client.get(f"{STAGE}/settlements"))
    return {one["title"]: one["verdict"] for one in found["items"]}


class Slow:
    """Decisions of a page that go on only when they may, or not at all."""

    def __init__(self, page):
        self.page, self.may = page, asyncio.Event()

    async def __aenter__(self):
        await self.page.route("**/decisions", self._held)
        return self

    async def __aexit__(self, *failure):
        self.may.set()
        await self.page.unroute("**/decisions")

    async def _held(self, route):
        await self.may.wait()
        await route.continue_()


def heading(page):
    """The title of the record before the reader."""
    return page.locator("[data-title]")


async def test_the_next_record_is_shown_before_the_decision_is_answered(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            first = await heading(page).text_content()
            async with Slow(page) as slow:
                await page.get_by_role("textbox", name="Note").fill("calls")
                await page.keyboard.press("Escape")
                await page.keyboard.press("i")
                await expect(heading(page)).not_to_have_text(first)
                await expect(heading(page)).to_be_focused()
                await expect(page.get_by_role("textbox", name="Note")).to_have_value("")
                second = await heading(page).text_content()
                slow.may.set()
                await expect(page.locator("[data-say]")).to_contain_text("Included.")
            await expect(page.locator("[data-record][aria-current]")).to_contain_text(second)
            await expect(heading(page)).to_have_text(second)
            assert await settled(sqlite_system, client) == {first: "include"}
            await page.keyboard.press("u")
            await expect(heading(page)).to_have_text(first)
            assert await settled(sqlite_system, client) == {}
    assert visit.faults == []


async def test_keys_pressed_before_the_answer_decide_what_they_were_pressed_for(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            queue = [
                await one.text_content() for one in await page.locator("[data-record] .qt").all()
            ]
            for key in ("i", "e", "1", "m", "i"):
                await page.keyboard.press(key)
            await expect(heading(page)).to_have_text(queue[4])
            await expect(page.locator("[data-record] .qt").first).to_have_text(queue[4])
            assert await settled(sqlite_system, client) == {
                queue[0]: "include",
                queue[1]: "exclude",
                queue[2]: "maybe",
                queue[3]: "include",
            }
    assert visit.faults == []


async def test_turning_to_the_next_record_shows_it_before_the_answer(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            titles = page.locator("[data-record] .qt")
            queue = [await one.text_content() for one in await titles.all()]
            held, may, third = [], asyncio.Event(), asyncio.Event()

            async def hold(route):
                held.append(route.request.url)
                if len(held) == 3:
                    third.set()
                await may.wait()
                await route.continue_()

            await page.route("**/screening?*leave=*", hold)
            await page.keyboard.press("j")
            await expect(heading(page)).to_have_text(queue[1])
            await page.keyboard.press("j")
            await expect(heading(page)).to_have_text(queue[1])
            may.set()
            await expect(heading(page)).to_have_text(queue[2])
            await expect(page.locator("[data-record][aria-current] .qt")).to_have_text(queue[2])
            await page.keyboard.press("k")
            await expect(heading(page)).to_have_text(queue[1])
            async with asyncio.timeout(30):  # it is drawn before it is asked for
                await third.wait()
            assert len(held) == 3
            assert await settled(sqlite_system, client) == {}
    assert visit.faults == []


async def test_a_decision_that_does_not_arrive_brings_its_record_back(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            first = await heading(page).text_content()
            await page.get_by_role("textbox", name="Note").fill("not the right people")
            await page.keyboard.press("Escape")
            await page.route("**/decisions", lambda route: route.abort())
            await page.keyboard.press("e")
            await page.keyboard.press("1")
            await expect(page.get_by_role("alert")).to_contain_text("Not saved")
            await expect(heading(page)).to_have_text(first)
            await expect(page.get_by_role("textbox", name="Note")).to_have_value(
                "not the right people"
            )
            await expect(page.get_by_role("radio")).to_be_checked()
            await page.unroute("**/decisions")
            await page.keyboard.press("e")
            await expect(heading(page)).not_to_have_text(first)
            assert await settled(sqlite_system, client) == {first: "exclude"}


async def test_a_refused_decision_brings_its_record_back_with_the_reason(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client, criteria=[])
        async with visit.page(PATH, java_script_enabled=True) as page:
            first = await heading(page).text_content()
            await page.route("**/feed*", lambda route: route.abort())
            await page.route("**/screening?*", lambda route: route.abort())
            body = {"criteria": CRITERIA}
            await the_review.said(client.put(f"{STAGE}/criteria", json=body))
            await page.keyboard.press("e")
            await expect(page.get_by_role("alert")).to_contain_text("Choose a reason")
            await expect(heading(page)).to_have_text(first)
            assert await settled(sqlite_system, client) == {}


async def test_the_record_after_is_held_while_the_queue_is_long_and_no_longer(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        head = await member_head(sqlite_system, "rev", "rita", "reviewer")
        await sqlite_system.drain()
        wish = {"hold": True, "ahead": True}
        mine = await the_review.said(client.post(f"{STAGE}/desk", json=wish))
        hers = await the_review.said(client.post(f"{STAGE}/desk", json=wish, headers=head))
        assert mine["current"] != mine["ahead"] is not None
        shown = {one["record"] for one in hers["items"]}
        assert not shown & {mine["current"]["record"], mine["ahead"]["record"]}
        assert hers["ahead"] is not None  # ten were free beside the one that she reads
        await the_review.decide(client, "title_abstract", mine["current"]["record"])
        again = await the_review.said(client.post(f"{STAGE}/desk", json=wish))
        assert again["current"] == mine["ahead"]
        assert again["ahead"] is None  # nine are free


@pytest.mark.parametrize("policy", ["single", "dual"])
async def test_whoever_turns_on_is_given_one_record_after_the_other(sqlite_system, policy):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client, policy=policy)
        wish = {"hold": True, "ahead": True}
        seen = await the_review.said(client.post(f"{STAGE}/desk", json=wish))
        queue = [one["record"] for one in seen["items"]]
        for here, after in pairwise(queue[:6]):
            assert (seen["current"]["record"], seen["ahead"]["record"]) == (here, after)
            turn = {**wish, "record": after, "leave": here}
            seen = await the_review.said(client.post(f"{STAGE}/desk", json=turn))
