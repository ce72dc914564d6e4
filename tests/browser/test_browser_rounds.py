"""A round of two coders in the browser: blind, revealed, compared, agreed on; people see labels."""

import pytest
from playwright.async_api import expect

from tests.browser import axe
from tests.browser.test_browser_coding import DOCUMENT, TEXT, prepared
from tests.support.people import member_head

pytestmark = pytest.mark.usefixtures("filled")
BASE = "/api/extraction/reviews/rev"


async def a_revealed_round(system, client):
    """Where it is: two people coded the same sentence with codes of their own, one more too."""
    await prepared(system, client)
    heads = {one: await member_head(system, "rev", one, "coder") for one in ("ann", "ben")}
    form = {"title": "First fifth", "first": "ann", "second": "ben", "documents": "d0"}
    there = (await client.post("/reviews/rev/coding-rounds", data=form)).headers["location"]
    coded = (("ann", "Being known", 0, 27), ("ben", "Calm", 0, 27), ("ben", "Calm", 60, 80))
    for n, (person, label, start, end) in enumerate(coded):
        new = {"role": "mechanism_response", "label": label}
        made = await client.post(f"{BASE}/codes", json=new, headers=heads[person])
        code = made.json()["code"]
        place = {"document": "d0", "quote": TEXT[start:end], "start": start, "end": end}
        elements = [{"role": "mechanism_response", "code": code}]
        body = {**place, "elements": elements, "theories": ["PT1"]}
        put = await client.put(f"{BASE}/fragments/{person}{n}", json=body, headers=heads[person])
        put.raise_for_status()
    for head in heads.values():
        assert (await client.post(f"{there}/done", headers=head)).status_code == 303
    return there


async def test_a_revealed_round_is_compared_and_agreed_on_by_labels(sqlite_system, visit):
    async with sqlite_system.client() as client:
        there = await a_revealed_round(sqlite_system, client)
        codes = [one["code_id"] for one in (await client.get(f"{BASE}/codes")).json()]
        for scheme, width in (("light", 1300), ("dark", 390)):
            look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
            async with visit.page(there, **look) as page:
                main = page.locator("main")
                await expect(main).to_contain_text("Being known")
                words = await main.inner_text()
                assert [one for one in codes if len(one) > 12 and one in words] == []
                assert "mechanism response" not in words, "roles are named as where they are coded"
                assert await axe.violations(page) == []
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
        async with visit.page(there) as page:
            await page.get_by_label("Passage 1", exact=True).select_option("second")
            await page.get_by_label("Passage 2", exact=True).select_option("none")
            await page.get_by_label("Why").fill("Calm says more.")
            await page.get_by_role("button", name="This is what we agree on").click()
            await expect(page.locator("main")).to_contain_text("agreed on 1 fragment: Calm says")
        assert (await client.get(DOCUMENT)).is_success
    assert visit.faults == []
