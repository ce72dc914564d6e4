"""Editing a coded fragment on its page: what the form does not show stays as it was."""

import pytest
from playwright.async_api import expect

from tests.browser import the_review
from tests.browser.test_browser_coding import PAGE, TEXT, prepared

pytestmark = pytest.mark.usefixtures("filled")
FRAGMENT = "/api/extraction/reviews/rev/fragments/long"
QUOTE = "Patients felt known."
LONG = {
    "theories": ["PT1"],
    "document": "d0",
    "quote": QUOTE,
    "start": TEXT.index(QUOTE),
    "end": TEXT.index(QUOTE) + len(QUOTE),
    "coder": "rita",
    "statement_level": "study",
    "sources": [
        {"document": "d0", "attribution": "inferred", "participant": "P1"},
        {"document": "d1"},
    ],
    "elements": [
        {"role": "context", "code": "door", "state": "present", "statement": "all doors open"},
        {"role": "context", "code": "rain", "state": "absent"},
        {"role": "outcome", "code": "ENG", "state": "occurred", "of_group": True},
    ],
}


async def long_fragment(system, client):
    await prepared(system, client)
    base, _, name = FRAGMENT.rpartition("/")
    body = {"fragments": [{"id": name, **LONG}], "codes_may_follow": True}
    await the_review.said(client.post(f"{base}/batch", json=body))


async def stands(client):
    return (await client.get(FRAGMENT)).json()


async def test_a_fragment_is_edited_and_keeps_what_the_form_does_not_show(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await long_fragment(sqlite_system, client)
        before = await stands(client)
        async with visit.page(PAGE) as page:
            await page.get_by_role("link", name="Edit the fragment").first.click()
            await expect(page.get_by_role("heading", name="Edit fragment")).to_be_visible()
            await page.get_by_label("Context 1: in words").fill("every door was open")
            await page.get_by_label("take this context away").nth(1).check()
            await page.get_by_label("Response: code", exact=True).select_option("trust")
            await page.get_by_role("button", name="Save changes").click()
            await expect(page.locator("#said")).to_have_text("Saved.")
            await expect(page.get_by_role("heading", name="New fragment")).to_be_visible()
        after = await stands(client)
    assert after["version"] == before["version"] + 1
    assert [(e["role"], e["code"], e["statement"], e["of_group"]) for e in after["elements"]] == [
        ("context", "door", "every door was open", False),
        ("outcome", "ENG", "", True),
        ("mechanism_response", "trust", "", False),
    ]
    for name in ("quote", "start", "end", "sources", "coder", "statement_level", "theories"):
        assert after[name] == before[name]
    assert visit.faults == []


async def test_an_edit_of_a_version_that_somebody_changed_is_refused_and_kept_in_the_form(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await long_fragment(sqlite_system, client)
        async with visit.page(f"{PAGE}?theory=PT1&fragment=long") as page:
            await the_review.said(client.put(FRAGMENT, json={**LONG, "memo": "mine"}))
            await page.get_by_label("Memo").fill("theirs")
            await page.get_by_role("button", name="Save changes").click()
            await expect(page.get_by_role("alert")).to_contain_text("Somebody changed it")
            await expect(page.get_by_label("Memo")).to_have_value("theirs")
        assert (await stands(client))["memo"] == "mine"


async def test_a_passage_is_not_lost_by_clearing_the_selection(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await long_fragment(sqlite_system, client)
        url = f"{PAGE}?theory=PT1&fragment=long"
        async with visit.page(url, java_script_enabled=False) as page:
            await page.get_by_label("Passage").fill("")
            await page.get_by_role("button", name="Save changes").click()
            await expect(page.get_by_role("alert")).to_contain_text("The passage is empty")
            await page.get_by_label("Passage").fill("They stayed in contact.")
            await page.get_by_role("button", name="Save changes").click()
            await expect(page.locator("mark").last).to_have_text("They stayed in contact.")
        assert (await stands(client))["start"] == TEXT.index("They stayed")
