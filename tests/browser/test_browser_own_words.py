"""An element's own words inside the passage: marked by mouse, by keys, shown, cleared."""

import pytest
from playwright.async_api import expect

from tests.browser.test_browser_coding import PAGE, TEXT, coded, prepared

pytestmark = pytest.mark.usefixtures("filled")
SELECT = """(sentence, [from, to]) => {
  const text = sentence.firstChild.firstChild;
  getSelection().setBaseAndExtent(text, from, text, to);
}"""
PASSAGE = "😀 was how she signed her texts."
START = TEXT.index(PASSAGE)


def spans_of(fragment):
    return [
        (e["role"], None if e["start"] is None else TEXT[e["start"] : e["end"]])
        for e in fragment["elements"]
    ]


async def passage_and_code(page):
    sentence = page.locator(".d-s", has_text="how she signed")
    await sentence.evaluate(SELECT, [0, len(PASSAGE) + 1])
    await expect(page.get_by_label("Passage")).to_have_value(PASSAGE)
    await page.get_by_label("Context: code", exact=True).select_option("door")
    await page.get_by_label("Outcome: code", exact=True).select_option("engagement")
    return sentence


async def test_own_words_are_marked_by_mouse_shown_and_cleared(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            sentence = await passage_and_code(page)
            mark = page.get_by_role("button", name="Mark the words of Context", exact=True)
            await mark.click()
            await expect(mark).to_have_attribute("aria-pressed", "true")
            await sentence.evaluate(SELECT, [3, 10])  # UTF-16 units: the emoji is two
            own = page.get_by_label("Context: its own words", exact=True)
            await expect(own).to_have_value("was how")
            await expect(page.get_by_label("Passage")).to_have_value(PASSAGE)
            other = page.locator(".d-s", has_text="The nurse called")
            await other.evaluate(SELECT, [0, 9])
            await expect(own).to_have_value("was how")
            await mark.click()
            await page.get_by_role("button", name="Save fragment").click()
            await expect(page.locator("#said")).to_have_text("Saved.")
            await expect(page.locator(".d-elements q")).to_have_text("was how")
            await expect(own).to_have_value("")
            (fragment,) = await coded(client)
            assert spans_of(fragment) == [("context", "was how"), ("outcome", None)]
            item = page.locator(f"#fragment-{fragment['id']}")
            await item.get_by_role("link", name="Edit the fragment").click()
            first = page.get_by_label("Context 1: its own words")
            await expect(first).to_have_value("was how")
            await first.fill("")
            await page.get_by_label("Outcome 2: its own words").fill("her texts")
            await page.get_by_role("button", name="Save changes").click()
            await expect(page.locator("#said")).to_have_text("Saved.")
        (fragment,) = await coded(client)
    assert spans_of(fragment) == [("context", None), ("outcome", "her texts")]
    assert visit.faults == []


async def test_own_words_are_marked_by_keys_in_the_field_of_the_passage(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            await passage_and_code(page)
            mark = page.get_by_role("button", name="Mark the words of Outcome", exact=True)
            await mark.focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_label("Passage")).to_be_focused()
            await page.keyboard.press("Home")
            for _ in range(2):
                await page.keyboard.press("ArrowRight")
            for _ in range(3):
                await page.keyboard.press("Shift+ArrowRight")
            await mark.focus()
            await page.keyboard.press("Enter")
            own = page.get_by_label("Outcome: its own words", exact=True)
            await expect(own).to_have_value("was")
            await page.get_by_role("button", name="Save fragment").click()
            await expect(page.locator("#said")).to_have_text("Saved.")
        (fragment,) = await coded(client)
    assert spans_of(fragment) == [("context", None), ("outcome", "was")]
    assert fragment["elements"][1]["start"] == START + 2
    assert visit.faults == []


async def test_without_scripts_own_words_are_typed_and_refused_in_words(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE, java_script_enabled=False) as page:
            await page.get_by_label("Passage").fill(PASSAGE)
            await page.get_by_label("Context: code", exact=True).select_option("door")
            own = page.get_by_label("Context: its own words", exact=True)
            await own.fill("he left")
            await page.get_by_role("button", name="Save fragment").click()
            await expect(page.get_by_role("alert")).to_contain_text("does not hold the words")
            await own.fill("e")
            await page.get_by_role("button", name="Save fragment").click()
            await expect(page.get_by_role("alert")).to_contain_text("times in the passage")
            await expect(own).to_have_value("e")
