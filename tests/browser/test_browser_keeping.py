"""What is typed stays: the connection is lost, the sign-in runs out, somebody else was faster."""

import pytest
from playwright.async_api import expect

from tests.browser import the_review

WORDS = "Half an hour of work, typed by hand."
HERE = "/reviews/rev"
FORMS = {
    "question": (f"{HERE}/settings", "Title and question", "Question", "Save"),
    "wording": (f"{HERE}/theories/PT1", None, "Statement", "Word it so"),
}


async def typed(page, form):
    """Type into a form; gives its field and its button."""
    _, within, field, button = FORMS[form]
    if within is None:
        await page.get_by_text("Word it anew").click()
        box = page.locator("#word form")
    else:
        box = page.get_by_role("form", name=within)
    await box.get_by_label(field, exact=True).fill(WORDS)
    await box.get_by_label("Why it changes").fill("to be clear")
    return box.get_by_label(field, exact=True), box.get_by_role("button", name=button)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("form", FORMS)
async def test_a_lost_connection_keeps_what_is_typed_and_the_next_press_sends_it(
    sqlite_system, visit, form
):
    async with visit.page(FORMS[form][0]) as page:
        field, button = await typed(page, form)
        await page.context.set_offline(True)
        await button.click()
        await expect(page.get_by_role("alert")).to_contain_text("does not answer")
        await expect(field).to_have_value(WORDS)
        await page.context.set_offline(False)
        await button.click()
        await expect(page.locator("body")).to_contain_text(WORDS)
    assert all("ERR_INTERNET_DISCONNECTED" in fault for fault in visit.faults)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("form", FORMS)
async def test_an_expired_sign_in_keeps_what_is_typed_until_one_signs_in_again(
    sqlite_system, visit, form
):
    async with sqlite_system.client() as client:
        made = await the_review.said(client.post("/api/tokens", json={"person": "ada"}))
    sqlite_system.app.state.authenticator.local_owner = False
    async with visit.page("/sign-in") as page:
        await sign_in(page, made["token"])
        await page.goto(visit.url + FORMS[form][0])
        field, button = await typed(page, form)
        await page.context.clear_cookies()
        await button.click()
        await expect(page.get_by_role("alert")).to_contain_text("you are signed out")
        await expect(field).to_have_value(WORDS)
        async with page.expect_popup() as opened:
            await page.get_by_role("link", name="Sign in in another tab").click()
        other = await opened.value
        await sign_in(other, made["token"])
        await other.close()
        await button.click()
        await expect(page.locator("body")).to_contain_text(WORDS)


@pytest.mark.usefixtures("filled")
async def test_a_form_that_is_pressed_twice_is_sent_once(sqlite_system, visit):
    async with visit.page(FORMS["question"][0]) as page:
        _, button = await typed(page, "question")
        sent = []
        page.on("request", lambda one: one.method == "POST" and sent.append(one.url))
        await button.dblclick()
        await expect(page.locator("body")).to_contain_text(WORDS)
        await page.wait_for_load_state()
    assert len(sent) == 1


async def sign_in(page, token):
    await page.get_by_text("Sign in with a token").click()
    await page.get_by_label("Token").fill(token)
    await page.get_by_role("button", name="Sign in by token").click()
    await expect(page.get_by_role("heading", name="Reviews")).to_be_visible()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("form", FORMS)
async def test_of_two_tabs_the_slower_is_told_and_keeps_its_words(sqlite_system, visit, form):
    async with visit.page(FORMS[form][0]) as slow:
        field, button = await typed(slow, form)
        async with visit.page(FORMS[form][0], context=slow.context) as fast:
            quick, press = await typed(fast, form)
            await quick.fill("Faster words.")
            await press.click()
            await expect(fast.locator("body")).to_contain_text("Faster words.")
        await button.click()
        await expect(slow.get_by_role("alert")).to_contain_text("What you typed stays here")
        field, button = kept_field(slow, form)
        await expect(field).to_have_value(WORDS)
        await button.click()
        await expect(slow.get_by_role("alert")).to_have_count(0)
        await expect(slow.locator("body")).to_contain_text(WORDS)
    assert [fault for fault in visit.faults if "status of 412" not in fault] == []


def kept_field(page, form):
    """The field and the button of a form that was refused."""
    _, within, field, button = FORMS[form]
    box = page.locator("#word form") if within is None else page.get_by_role("form", name=within)
    return box.get_by_label(field, exact=True), box.get_by_role("button", name=button)


@pytest.mark.usefixtures("filled")
async def test_a_note_on_a_record_survives_a_lost_connection(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await the_review.add_records(client, *the_review.TITLES, "Walks in town")
        await sqlite_system.drain()
    async with visit.page(f"{HERE}/screening?stage=title_abstract") as page:
        note = page.get_by_role("textbox", name="Note")
        await note.fill(WORDS)
        await page.context.set_offline(True)
        await page.get_by_role("button", name="Include").click()
        await expect(page.get_by_role("alert")).to_contain_text("Not saved")
        await expect(note).to_have_value(WORDS)
        await page.context.set_offline(False)
        await page.get_by_role("button", name="Include").click()
        await expect(page.get_by_role("heading", name="This queue is screened")).to_be_visible()


@pytest.mark.usefixtures("filled")
async def test_a_memo_on_a_passage_survives_a_lost_connection(sqlite_system, visit):
    async with visit.page(f"{HERE}/coding/d0") as page:
        memo = page.get_by_label("Memo").first
        await memo.fill(WORDS)
        await page.context.set_offline(True)
        await page.get_by_role("button", name="Save fragment").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(page.get_by_role("alert")).to_contain_text("Not saved")
        await expect(memo).to_have_value(WORDS)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("path", "field", "button"), [
    (f"{HERE}/screening?stage=title_abstract", "Note", "Include"),
    (f"{HERE}/coding/d0", "Memo", "Save fragment"),
])  # fmt: skip
async def test_a_script_that_saves_says_that_one_is_signed_out_and_keeps_what_is_typed(
    sqlite_system, visit, path, field, button
):
    async with sqlite_system.client() as client:
        await the_review.add_records(client, *the_review.TITLES, "Walks in town")
        await sqlite_system.drain()
        made = await the_review.said(client.post("/api/tokens", json={"person": "ada"}))
    sqlite_system.app.state.authenticator.local_owner = False
    async with visit.page("/sign-in") as page:
        await sign_in(page, made["token"])
        await page.goto(visit.url + path)
        await page.get_by_label(field, exact=True).fill(WORDS)
        await page.context.clear_cookies()
        await page.get_by_role("button", name=button).click()
        await expect(page.get_by_role("alert")).to_contain_text("you are signed out")
        await expect(page.get_by_label(field, exact=True)).to_have_value(WORDS)
