"""Screening and conflicts as a reviewer meets them: by keys, by forms, on a phone."""

from playwright.async_api import expect

from tests.browser import the_review
from tests.support.people import member_head
from workbench.web.pages import screening_desk

PATH = "/reviews/rev/screening"
STAGE = "/api/screening/reviews/rev/stages/title_abstract"
CRITERIA = [
    {"id": "c1", "text": "Wrong population", "kind": "exclude"},
    {"id": "c2", "text": "Not empirical", "kind": "exclude"},
]
TITLES = ("Trust in nurses", "Calls at home", "Salt and soup")


async def prepare(system, client, *, policy="single"):
    """A review with criteria and three records that wait; gives the records' ids."""
    await the_review.open_review(client, policy=policy)
    await system.drain()
    await the_review.said(client.put(f"{STAGE}/criteria", json={"criteria": CRITERIA}))
    records = await the_review.add_records(client, *TITLES)
    await system.drain()
    return records


async def settled(client):
    """The team's verdicts by title."""
    found = await the_review.said(client.get(f"{STAGE}/settlements"))
    return {one["title"]: (one["verdict"], one["reason"]) for one in found["items"]}


async def test_keys_include_exclude_with_a_reason_and_take_back(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            title = page.locator("[data-title]")
            first = await title.text_content()
            await page.keyboard.press("i")
            await expect(title).not_to_have_text(first)
            await expect(title).to_be_focused()
            await expect(page.locator("[data-say]")).to_contain_text("Included.")
            second = await title.text_content()
            await page.keyboard.press("e")
            await expect(page.locator(".reasons.ask")).to_be_visible()
            await page.keyboard.press("2")
            await expect(title).not_to_have_text(second)
            await sqlite_system.drain()
            assert await settled(client) == {first: ("include", None), second: ("exclude", "c2")}
            await page.keyboard.press("u")
            await expect(title).to_have_text(second)
            await sqlite_system.drain()
            assert await settled(client) == {first: ("include", None)}
    assert visit.faults == []


async def test_j_and_k_walk_the_queue_and_decide_nothing(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            title = page.locator("[data-title]")
            first = await title.text_content()
            await page.keyboard.press("j")
            await expect(title).not_to_have_text(first)
            await page.keyboard.press("k")
            await expect(title).to_have_text(first)
            await page.keyboard.press("n")
            await page.keyboard.type("i e m")
            await expect(page.locator("[name=note]")).to_have_value("i e m")
            await page.keyboard.press("Escape")
            await page.keyboard.press("?")
            await expect(page.locator("#keys")).to_be_visible()
            await page.keyboard.press("i")
            await expect(title).to_have_text(first)
        assert await settled(client) == {}
    assert visit.faults == []


async def test_single_keys_can_be_switched_off(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            await page.get_by_role("button", name="Keys").click()
            await page.get_by_label("Single keys are on").uncheck()
            await page.get_by_role("button", name="Close").click()
            await page.keyboard.press("i")
            await page.keyboard.press("?")
            await expect(page.locator("#keys")).to_be_visible()
        assert await settled(client) == {}


async def test_without_scripts_the_forms_decide_and_a_missing_reason_is_asked_for(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH, java_script_enabled=False) as page:
            title = await page.locator("[data-title]").text_content()
            await page.get_by_label("Note").fill("seen twice")
            await page.get_by_role("button", name="Exclude").click()
            await expect(page.get_by_role("alert")).to_contain_text("Choose a reason")
            await expect(page.get_by_label("Note")).to_have_value("seen twice")
            await page.get_by_label("Wrong population").check(force=True)
            await page.get_by_role("button", name="Exclude").click()
            await expect(page.locator("[data-title]")).not_to_have_text(title)
        await sqlite_system.drain()
        assert await settled(client) == {title: ("exclude", "c1")}


async def test_terms_are_marked_and_h_puts_the_marks_away(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        terms = {"terms": ["trust"]}
        path = "/api/screening/reviews/rev/highlights/wanted"
        await the_review.said(client.put(path, json=terms))
        async with visit.page(PATH) as page:
            mark = page.locator(".abstract mark").first
            await expect(mark).to_have_text("Trust")
            plain = "getComputedStyle(document.querySelector('.abstract mark')).backgroundColor"
            assert await page.evaluate(plain) != "rgba(0, 0, 0, 0)"
            await page.keyboard.press("h")
            assert await page.evaluate(plain) == "rgba(0, 0, 0, 0)"


async def test_the_bench_fits_a_phone_and_says_when_all_is_screened(sqlite_system, visit):
    async with sqlite_system.client() as client:
        records = await prepare(sqlite_system, client)
        phone = {"width": 390, "height": 844}
        async with visit.page(PATH, viewport=phone) as page:
            for name in ("Include", "Maybe", "Exclude"):
                await expect(page.get_by_role("button", name=name)).to_be_in_viewport()
            assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await the_review.decide(client, "title_abstract", *records)
        await sqlite_system.drain()
        async with visit.page(f"{PATH}?stage=title_abstract") as page:
            await expect(page.get_by_text("This queue is screened")).to_be_visible()
    assert visit.faults == []


async def test_a_conflict_shows_both_votes_and_is_settled(sqlite_system, visit):
    async with sqlite_system.client() as client:
        record = (await prepare(sqlite_system, client, policy="dual"))[0]
        for person, verdict in (("ada", "include"), ("rita", "exclude")):
            vote = {"record": record, "verdict": verdict, "person": person, "note": f"by {person}"}
            await the_review.said(client.post(f"{STAGE}/decisions", json={"decisions": [vote]}))
        await sqlite_system.drain()
        async with visit.page(PATH) as page:
            await page.get_by_role("link", name="1 conflict to resolve").click()
            await expect(page.locator(".two")).to_contain_text("Ada")
            await expect(page.get_by_text("“by rita”")).to_be_visible()
            why = page.get_by_label("Why it is settled so (required)")
            await page.get_by_role("button", name="Settle: include").click()
            await expect(why).to_be_focused()
            await why.fill("   ")
            await page.get_by_role("button", name="Settle: include").click()
            await expect(page.get_by_role("alert")).to_contain_text("Say in 'note' why")
            await why.fill("Nurses were asked too.")
            await page.get_by_role("button", name="Settle: include").click()
            await expect(page.get_by_text("No conflict is open here.")).to_be_visible()
        await sqlite_system.drain()
        assert await settled(client) == {TITLES[0]: ("include", None)}
        (one,) = (await the_review.said(client.get(f"{STAGE}/settlements")))["items"]
        assert one["note"] == "Nurses were asked too."
    assert all("status of 422" in fault for fault in visit.faults), "the blank reason was refused"


async def test_conflicts_fit_a_phone(sqlite_system, visit):
    async with sqlite_system.client() as client:
        record = (await prepare(sqlite_system, client, policy="dual"))[0]
        for person, verdict in (("ada", "include"), ("rita", "exclude")):
            vote = {"record": record, "verdict": verdict, "person": person}
            await the_review.said(client.post(f"{STAGE}/decisions", json={"decisions": [vote]}))
        await sqlite_system.drain()
    phone = {"width": 390, "height": 844}
    async with visit.page("/reviews/rev/conflicts", viewport=phone) as page:
        await expect(page.get_by_role("button", name="Settle: exclude")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await expect(page.get_by_role("link", name="Conflicts")).to_be_in_viewport(ratio=1)
    assert visit.faults == []


async def test_who_may_not_resolve_a_conflict_sees_neither_votes_nor_a_form(sqlite_system):
    async with sqlite_system.client() as client:
        record = (await prepare(sqlite_system, client, policy="dual"))[0]
        for person, verdict in (("ada", "include"), ("rita", "exclude")):
            vote = {"record": record, "verdict": verdict, "person": person, "note": "mine"}
            await the_review.said(client.post(f"{STAGE}/decisions", json={"decisions": [vote]}))
        await sqlite_system.drain()
    head = await member_head(sqlite_system, "rev", "rita", "reviewer")
    async with sqlite_system.client(headers=head) as rita:
        shown = (await rita.get("/reviews/rev/conflicts")).text
    assert TITLES[0] in shown
    assert "shown to whoever may resolve" in shown
    assert "mine" not in shown
    assert "Settle:" not in shown


async def test_a_form_from_another_site_is_refused(sqlite_system):
    async with sqlite_system.client() as client:
        (record, *_) = await prepare(sqlite_system, client)
        form = {"record": record, "verdict": "include"}
        path = f"{PATH}/title_abstract/decisions"
        answer = await client.post(path, data=form, headers={"origin": "https://elsewhere.example"})
        assert answer.status_code in (401, 403)
        assert await settled(client) == {}


async def test_nobody_waits_for_the_stopping_rule(sqlite_system, visit, monkeypatch):
    monkeypatch.setattr(screening_desk, "PATIENCE", 0)
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            await expect(page.get_by_role("button", name="Include")).to_be_visible()
            await expect(page.get_by_text("May we stop?")).to_have_count(0)
    assert visit.faults == []
