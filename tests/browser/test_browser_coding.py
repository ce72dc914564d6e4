"""Coding: passages by mouse and by keys, forms without scripts, refusals in words."""

import pytest
from playwright.async_api import expect

from shared.http.auth import LOCAL_OWNER
from tests.browser import the_review

pytestmark = pytest.mark.usefixtures("filled")
TEXT = (
    "The nurse called each week. 😀 was how she signed her texts.\n"
    "Patients felt known. They stayed in contact."
)
PAGE = "/reviews/rev/coding/d0"
DOCUMENT = "/api/extraction/reviews/rev/documents/d0"


async def prepared(system, client):
    """The small review; its first document has a text."""
    records = await the_review.fill(system, client)
    body = {"kind": "literature", "title": "Report 0", "record": records[0], "study": "s0"}
    await the_review.said(client.put(DOCUMENT, json={**body, "text": TEXT}))


async def coded(client):
    """Fragments of the document that people coded on the page."""
    found = await client.get("/api/extraction/reviews/rev/fragments?document=d0")
    return [f for f in found.json()["items"] if f["id"] != "f0"]


async def test_a_passage_is_coded_by_keys_alone(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            for key in ("j", "j", "Shift+J"):
                await page.keyboard.press(key)
            await expect(page.locator("[data-selected]")).to_have_text("52 characters, 28 to 80")
            await page.keyboard.press("1")
            await page.keyboard.type("doo")
            await page.keyboard.press("Escape")
            await page.keyboard.press("s")
            await expect(page.locator("#said")).to_have_text("Saved.")
            await expect(page.locator(".d-page mark").first).to_have_text(
                "😀 was how she signed her texts."
            )
        (fragment,) = await coded(client)
    assert fragment["quote"] == TEXT[28:80]
    assert fragment["coder"] == LOCAL_OWNER, "who coded it is kept"
    assert (fragment["start"], fragment["end"], fragment["theories"]) == (28, 80, ["PT1"])
    assert [(e["role"], e["code"]) for e in fragment["elements"]] == [("context", "door")]
    assert visit.faults == []


async def test_a_mouse_selection_past_an_emoji_counts_code_points(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            await page.locator(".d-s", has_text="how she signed").evaluate(
                """sentence => {
                     const text = sentence.firstChild.firstChild;
                     const at = text.data.indexOf('signed');
                     const range = document.createRange();
                     range.setStart(text, at);
                     range.setEnd(text, at + 'signed '.length);
                     getSelection().removeAllRanges();
                     getSelection().addRange(range);
                   }"""
            )
            await expect(page.locator("[data-selected]")).to_have_text("6 characters, 42 to 48")
            await page.get_by_role("button", name="Outcome").first.click()
            await page.get_by_label("Outcome: code", exact=True).select_option("engagement")
            sentences = "[...document.querySelectorAll('#text .d-s')]"
            await page.evaluate(f"{sentences}.forEach((one) => {{ one.stays = true; }})")
            await page.get_by_role("button", name="Save fragment").click()
            await expect(page.locator("mark.d-o")).to_have_text("signed")
            drawn = await page.evaluate(f"{sentences}.map((one) => !one.stays)")
            touched = [False, True, False, False]
            assert drawn == touched, "only the sentence that was touched is drawn anew"
        (fragment,) = await coded(client)
    assert (fragment["quote"], fragment["start"]) == ("signed", 42)
    assert visit.faults == []


async def test_what_cannot_be_saved_is_said_beside_the_form_and_nothing_is_lost(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            await page.keyboard.press("j")
            await page.keyboard.press("w")
            await page.keyboard.type("look again")
            await page.get_by_role("button", name="Save fragment").click()
            await expect(page.get_by_role("alert")).to_contain_text("Choose or name")
            await expect(page.get_by_label("Memo")).to_have_value("look again")
            await expect(page.get_by_label("Passage")).to_have_value("The nurse called each week.")
        assert await coded(client) == []
        form = {"quote": "nurse", "start": "0", "end": "5", "code_outcome": "engagement"}
        stale = await client.post("/reviews/rev/coding-of/d0", data=form)
        assert stale.status_code == 409
        assert "the text has" in stale.text
        foreign = await client.post(
            "/reviews/rev/coding-of/d0", data=form, headers={"origin": "https://evil.example"}
        )
        assert foreign.status_code in (401, 403)


async def test_coding_works_with_scripts_off(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.fill(sqlite_system, client)
        async with visit.page("/reviews/rev/coding", java_script_enabled=False) as page:
            await page.get_by_role("link", name="Report 0").click()
            await page.get_by_label("Text of the document").fill(TEXT)
            await page.get_by_role("button", name="Keep this text").click()
            await page.get_by_label("Passage").fill("Patients felt known.")
            await page.get_by_label("Response: a code that is not listed").fill("being known")
            await page.get_by_role("button", name="Save fragment").click()
            await expect(page.locator("mark.d-ms")).to_have_text("Patients felt known.")
            (fragment,) = await coded(client)
            item = page.locator(f'[data-fragment="{fragment["id"]}"]')
            await item.get_by_text("Withdraw", exact=True).click()
            await item.get_by_label("Reason").fill("coded by mistake")
            await item.get_by_role("button").last.click()
            await expect(page.locator("mark")).to_have_count(0)


async def test_the_desk_fits_a_phone(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
    for width in (390, 820):
        async with visit.page(PAGE, viewport={"width": width, "height": 844}) as page:
            await expect(page.locator(".d-form")).to_be_visible()
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.faults == []


async def test_codes_are_searched_and_the_one_that_is_left_is_taken(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            await page.keyboard.press("c")
            await page.keyboard.type("trust")
            await expect(page.locator("[data-left]")).to_have_text("1 code has these words.")
            await page.keyboard.press("Enter")
            await expect(page.get_by_label("Response: code")).to_have_value("trust")
            await expect(page.get_by_label("Response: code")).to_be_focused()
            await expect(page.locator("#palette")).to_have_value("")
    assert visit.faults == []


async def test_a_save_draws_only_what_changed(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            before = await page.locator(".d-list > li").count()
            await _code(page, 1, "door", before + 1)
            await page.evaluate(KEEP)
            await _code(page, 2, "door", before + 2)
            assert await page.evaluate(ARE_KEPT) == {"sentences": True, "fragment": True}
            made = page.locator(".d-list > li", has_text="The nurse called")
            await made.locator("summary").click()
            await made.locator("[name=reason]").fill("coded twice")
            await made.get_by_role("button", name="Withdraw").click()
            await expect(page.locator(".d-list > li")).to_have_count(before + 1)
            drawn = await page.evaluate(DRAWN)
            await page.reload()
            assert await page.evaluate(DRAWN) == drawn
    assert visit.faults == []


KEEP = """() => {
  window.kept = { last: [...document.querySelectorAll('.d-s')].at(-1),
    fragment: document.querySelector('.d-list > li') };
}"""
ARE_KEPT = """() => ({
  sentences: [...document.querySelectorAll('.d-s')].at(-1) === window.kept.last,
  fragment: [...document.querySelectorAll('.d-list > li')].includes(window.kept.fragment),
})"""
DRAWN = "() => [...document.querySelectorAll('.d-s, .d-list > li')].map((one) => one.outerHTML)"


async def _code(page, sentence, code, fragments):
    """Code a sentence, by keys; afterwards there are so many fragments."""
    await page.keyboard.press("Escape")
    for _ in range(sentence):
        await page.keyboard.press("j")
    await page.locator("#new-context").fill(code)
    await page.keyboard.press("Escape")
    await page.keyboard.press("s")
    await expect(page.locator(".d-list > li")).to_have_count(fragments)


async def test_a_save_sends_the_new_fragment_and_its_sentences_alone(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepared(sqlite_system, client)
        async with visit.page(PAGE) as page:
            sizes = []
            page.on("response", lambda one: sizes.append(one.headers.get("content-length")))
            written = page.get_by_label("Response: a code that is not listed")
            for n, keys in enumerate(("jjj", "j")):
                await written.fill(f"code {n}")
                await page.get_by_label("Memo").fill("why")
                await page.keyboard.press("Escape")
                for key in (*keys, "s"):
                    await page.keyboard.press(key)
                await expect(page.locator("mark.d-ms")).to_have_count(n + 1)
                await expect(page.locator("#said")).to_have_text("Saved.")
            await expect(page.locator(".d-side > h2")).to_have_text("Fragments (3)")
            quotes = page.locator(".d-list .d-quote")
            await expect(quotes.nth(0)).to_have_text("The nurse called each week.")
            await expect(quotes.nth(1)).to_have_text("Patients felt known.")
            for field in (written, page.get_by_label("Memo"), page.get_by_label("Passage")):
                await expect(field).to_have_value("")
            assert all(int(size or 0) < 3000 for size in sizes)
            await page.get_by_label("Response: code", exact=True).select_option(label="code 1")
            drawn = await page.locator("#text").inner_html()
            listed = await page.locator(".d-list").inner_text()
            await page.reload()
            assert await page.locator("#text").inner_html() == drawn
            assert await page.locator(".d-list").inner_text() == listed
    assert visit.faults == []
