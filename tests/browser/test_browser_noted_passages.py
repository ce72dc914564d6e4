"""A memo on a passage that nobody coded: written, marked, listed, gone to, rewritten."""

import pytest
from playwright.async_api import expect

from tests.browser import axe
from tests.browser.test_browser_coding import DRAWN, PAGE, TEXT, coded, prepared
from tests.browser.test_browser_own_words import SELECT

pytestmark = pytest.mark.usefixtures("filled")
MEMOS = "/api/extraction/reviews/rev/memos"
PASSAGE = "😀 was how she signed her texts."
START = TEXT.index(PASSAGE)
SENTENCES = "[...document.querySelectorAll('#text .d-s')]"


async def kept(client):
    found = await client.get(f"{MEMOS}?about=document/d0")
    return sorted((one["text"], (one["passage"] or {}).get("quote")) for one in found.json())


async def noted(page, words="Who taught her?"):
    """A memo on the second sentence, by keys alone."""
    for key in ("j", "j", "w"):
        await page.keyboard.press(key)
    await page.keyboard.type(words)
    await page.keyboard.press("Escape")
    await page.keyboard.press("m")
    await expect(page.locator("#said")).to_have_text("Saved.")


async def test_a_memo_is_written_on_a_selection_by_keys_and_only_its_sentence_is_drawn(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            await page.evaluate(f"{SENTENCES}.forEach((one) => {{ one.stays = true; }})")
            await noted(page)
            mark = page.locator("#text mark.d-noted")
            await expect(mark).to_have_text(PASSAGE)
            drawn = await page.evaluate(f"{SENTENCES}.map((one) => !one.stays)")
            assert drawn == [False, True, False, False]
            item = page.locator(".d-memos > li")
            await expect(item.locator(".d-quote")).to_have_text(PASSAGE)
            await expect(item.locator(".d-memo")).to_have_text("Who taught her?")
            await expect(item.locator(".cap")).to_contain_text("you")
            await expect(page.locator(".d-notes > summary")).to_have_text("Memos (1)")
            for field in ("Memo", "Passage"):
                await expect(page.get_by_label(field)).to_have_value("")
            await expect(page.locator(".d-side > h2")).to_have_text("Fragments (1)")
            drawn = await page.evaluate(DRAWN)
            listed = await page.locator(".d-memos").inner_html()
            await page.reload()
            assert await page.evaluate(DRAWN) == drawn
            assert await page.locator(".d-memos").inner_html() == listed
        assert await kept(client) == [("Who taught her?", PASSAGE)]
        assert await coded(client) == []
    assert visit.faults == []


async def test_a_memo_and_a_coding_on_the_same_words_are_both_marked_and_gone_to(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            await noted(page)
            sentence = page.locator(".d-s", has_text="how she signed")
            await sentence.evaluate(
                SELECT.replace("sentence.firstChild", "sentence.querySelector('mark')"), [3, 10]
            )
            await page.get_by_label("Context: code", exact=True).select_option("door")
            await page.get_by_role("button", name="Save fragment").click()
            await expect(page.locator("mark.d-c")).to_have_text("was how")
            await expect(page.locator("mark.d-c.d-noted")).to_have_count(1)
            await expect(page.locator("mark.d-many")).to_have_count(0)
            assert "".join(await page.locator("mark.d-noted").all_inner_texts()) == PASSAGE
            await page.locator(".d-memos .d-quote").click()
            await expect(page.locator("mark.d-noted.d-lit")).to_have_count(3)
            await page.locator("mark.d-noted").last.click()
            await expect(page.locator(".d-memos > li.d-lit")).to_have_count(1)
            await expect(page.locator(".d-list > li.d-lit")).to_have_count(0)
    assert visit.faults == []


async def test_a_memo_is_rewritten_where_it_stands_and_what_is_typed_beside_it_stays(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            await noted(page)
            await page.get_by_label("Context: code", exact=True).select_option("door")
            item = page.locator(".d-memos > li")
            await item.get_by_text("Rewrite it").click()
            await item.get_by_label("New wording").fill("Her mother.")
            await item.get_by_role("button", name="Keep it").click()
            await expect(item.locator(".d-memo")).to_have_text("Her mother.")
            await expect(page.get_by_label("Context: code", exact=True)).to_have_value("door")
            await expect(page.locator("mark.d-noted")).to_have_text(PASSAGE)
        assert await kept(client) == [("Her mother.", PASSAGE)]
    assert visit.faults == []


async def test_a_memo_that_cannot_be_kept_says_why_and_nothing_is_lost_or_half_stored(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            keep = page.get_by_role("button", name="Keep the memo without a code")
            await keep.click()
            await expect(page.get_by_role("alert")).to_contain_text("Write the memo")
            await page.get_by_label("Memo").fill("Who?")
            await keep.click()
            await expect(page.get_by_role("alert")).to_contain_text("Select the passage")
            await expect(page.get_by_label("Memo")).to_have_value("Who?")
            await page.get_by_label("Passage").fill("every Monday")
            await keep.click()
            await expect(page.get_by_role("alert")).to_contain_text("does not stand in the text")
        form = {"quote": "nurse", "start": "0", "end": "5", "memo": "Who?"}
        stale = await client.post("/reviews/rev/memos-on/d0", data=form)
        assert (stale.status_code, "the text has" in stale.text) == (409, True)
        assert "Who?" in stale.text
        assert await kept(client) == []


async def test_memos_on_passages_work_with_scripts_off(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE, java_script_enabled=False) as page:
            await page.get_by_label("Passage").fill("Patients felt known.")
            await page.get_by_label("Memo").fill("By whom?")
            await page.get_by_role("button", name="Keep the memo without a code").click()
            await expect(page.locator("mark.d-noted")).to_have_text("Patients felt known.")
            await page.get_by_text("Rewrite it").click()
            await page.get_by_label("New wording").fill("By her?")
            await page.get_by_role("button", name="Keep it").click()
            await expect(page.locator(".d-memos .d-memo")).to_have_text("By her?")
        assert await kept(client) == [("By her?", "Patients felt known.")]


async def test_a_page_with_memos_has_no_barrier_and_fits_a_phone(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            await noted(page)
        for scheme in ("light", "dark"):
            for width in (1300, 390):
                look = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
                async with visit.page(PAGE, **look) as page:
                    await expect(page.locator("mark.d-noted")).to_be_visible()
                    assert await axe.violations(page) == []
                    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.faults == []
