"""The coding page under ICAMO and SCMO: their roles are coded, marked and explained like others."""

import pytest
from playwright.async_api import expect

from tests.browser import axe
from tests.browser.test_browser_coding import PAGE, TEXT, coded, prepared

pytestmark = pytest.mark.usefixtures("filled")
ADDED = {"ICAMO": ["intervention", "actor"], "SCMO": ["strategy"]}


async def coded_in(page, number, label):
    """The first sentence coded in the role of this number, with a new code."""
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await page.keyboard.press(str(number))
    await page.get_by_label(f"{label}: a code that is not listed").fill(f"a new {label.lower()}")
    await page.keyboard.press("Escape")
    await page.keyboard.press("s")
    await expect(page.locator("#said")).to_have_text("Saved.")


@pytest.mark.parametrize("schema", ADDED)
async def test_roles_of_other_schemas_are_coded_by_keys_and_the_text_stays_selectable(
    sqlite_system, visit, schema
):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        put = await client.put("/api/extraction/reviews/rev/coding-schema", json={"name": schema})
        put.raise_for_status()
        async with visit.page(PAGE, viewport={"width": 1300, "height": 900}) as page:
            for number, role in enumerate(ADDED[schema], 5):
                await coded_in(page, number, role.capitalize())
            await page.keyboard.press("Escape")
            await page.keyboard.press("j")
            await page.keyboard.press("Shift+J")
            await expect(page.locator("[data-selected]")).to_have_text("59 characters, 0 to 59")
            await expect(page.get_by_label("Passage")).to_have_value(TEXT[:59])
            assert await page.locator("#text .d-s").count() == 4, "sentences, and no mark"
            await page.keyboard.press("Escape")
            await page.keyboard.press("?")
            keys = page.locator("dialog[open] dl.keys")
            words = ", ".join(["context", "resource", "response", "outcome", *ADDED[schema]])
            await expect(keys).to_contain_text(f"Code the selection as {words}")
            await page.keyboard.press("Escape")
            assert await axe.violations(page) == []
        fragments = await coded(client)
    roles = sorted(element["role"] for one in fragments for element in one["elements"])
    assert roles == sorted(ADDED[schema])
    assert {one["quote"] for one in fragments} == {TEXT[:27]}
    assert visit.faults == []
