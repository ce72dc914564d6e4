"""From nothing to a settled conflict, by keys alone, on a desk and on a small phone."""

import pytest
from playwright.async_api import expect

from tests.browser import axe

RIS = b"""TY  - JOUR
TI  - Peer support after stroke
AU  - Curie, Marie
PY  - 2020
AB  - Background: Peers help. Findings: being known mattered.
ER  -
"""
SLOW = 60_000
"""Milliseconds for what a process of its own reads."""
HERE = "/reviews/peers-in-clinics"


async def go(page, role, name):
    """Press Enter on a link or button, as somebody without a mouse does."""
    await page.get_by_role(role, name=name).first.press("Enter")


async def look(page, width, found):
    """What axe finds on the page, and whether it scrolls sideways."""
    found += [(page.url, *one) for one in await axe.violations(page)]
    if await page.evaluate("document.documentElement.scrollWidth") > width:
        found.append((page.url, "wide"))


@pytest.mark.parametrize("width", [1280, 360])
async def test_a_team_opens_a_review_imports_screens_and_settles(sqlite_system, visit, width):
    found = []
    size = {"width": width, "height": 800}
    async with visit.page("/", viewport=size, reduced_motion="reduce") as page:
        await go(page, "link", "New review")
        await page.get_by_label("Title").fill("Peers in clinics")
        await look(page, width, found)
        await page.get_by_label("Title").press("Enter")
        await page.get_by_label("A record is excluded when").fill("Protocol only")
        await look(page, width, found)
        await go(page, "button", "Keep and go on")
        for name in ("Ada", "Rita"):
            await page.get_by_label("Name", exact=False).first.fill(name)
            await page.get_by_label("Name", exact=False).first.press("Enter")
            await expect(page.locator(".members")).to_contain_text(name)
        await look(page, width, found)
        await go(page, "link", "Go on")
        await page.get_by_label("Name").fill("Being known")
        await page.get_by_label("Name").press("Enter")
        await page.locator("#import-file").set_input_files(
            {"name": "export.ris", "mimeType": "text/plain", "buffer": RIS}
        )
        await expect(page.get_by_text("1 record in this file")).to_be_visible(timeout=SLOW)
        await look(page, width, found)
        await page.get_by_role("button", name="Import", exact=True).press("Enter")
        became = page.get_by_text("Every part of the file became a record.")
        await expect(became).to_be_visible(timeout=SLOW)
        await sqlite_system.drain()
        await _screen(page, visit.url)
        await sqlite_system.drain()
        await _settle(page, visit.url)
        await look(page, width, found)
        await sqlite_system.drain()
        await page.goto(f"{visit.url}{HERE}/flow")
        await expect(page.get_by_role("rowheader", name="Title and abstract")).to_be_visible()
        await look(page, width, found)
    assert found == []
    assert visit.faults == []


async def _screen(page, url):
    """Ada includes the record, Rita excludes it."""
    await page.goto(f"{url}{HERE}/screening?person=ada")
    await expect(page.locator("h1")).to_have_text("Peer support after stroke")
    await page.keyboard.press("i")
    await expect(page.locator("h1")).to_have_text("This queue is screened")
    await page.goto(f"{url}{HERE}/screening?person=rita")
    await expect(page.locator("h1")).to_have_text("Peer support after stroke")
    await page.keyboard.press("e")
    await page.keyboard.press("1")
    await expect(page.locator("h1")).to_have_text("This queue is screened")


async def _settle(page, url):
    """The conflict is settled as Ada said, with a reason."""
    await page.goto(f"{url}{HERE}/conflicts")
    await expect(page.get_by_role("heading", name="Peer support after stroke")).to_be_visible()
    await page.keyboard.press("a")
    await expect(page.get_by_label("Why it is settled so")).to_be_focused()
    await page.keyboard.type("Peers are meant here.")
    await page.get_by_role("button", name="Settle: include").press("Enter")
    await expect(page.get_by_text("No conflict is open here.")).to_be_visible()


async def test_the_search_over_everything_opens_by_keys_and_is_walked_by_arrows(visit):
    async with visit.page("/new") as page:
        await page.get_by_label("Title").fill("Peers in clinics")
        await page.get_by_label("Title").press("Enter")
        await page.wait_for_url("**/start/criteria")
        await page.keyboard.press("Control+k")
        await page.keyboard.type("conflicts")
        hit = page.locator("[data-seeker] a").first
        await expect(hit).to_be_visible()
        await page.keyboard.press("ArrowDown")
        await expect(hit).to_be_focused()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**{HERE}/conflicts")
