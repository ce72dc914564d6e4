"""Screening and conflicts follow the feed under a reader's hands, and tell of no vote."""

import json

import pytest
from playwright.async_api import expect

from tests.browser import the_review
from tests.support.people import member_head
from tests.support.web import listening

PATH = "/reviews/rev/screening?stage=title_abstract"
CONFLICTS = "/reviews/rev/conflicts?stage=title_abstract"
STAGE = "/api/screening/reviews/rev/stages/title_abstract"
CRITERIA = [{"id": "c1", "text": "Wrong population", "kind": "exclude"}]


async def prepare(system, client, *, policy="single"):
    """Three records that wait; gives their ids by title."""
    await the_review.open_review(client, policy=policy)
    await system.drain()
    await the_review.said(client.put(f"{STAGE}/criteria", json={"criteria": CRITERIA}))
    records = await the_review.add_records(client, *the_review.TITLES)
    await system.drain()
    return dict(zip(the_review.TITLES, records, strict=True))


async def vote(client, record, person, verdict):
    """One vote of a person, with a note that nobody else may see."""
    one = {"record": record, "person": person, "verdict": verdict, "note": f"secret of {person}"}
    await the_review.said(client.post(f"{STAGE}/decisions", json={"decisions": [one]}))


async def differ(client, record):
    """Ada and Rita judge a record differently."""
    await vote(client, record, "ada", "include")
    await vote(client, record, "rita", "exclude")


async def resolve(client, record):
    """The owner settles a conflict elsewhere."""
    body = {"verdict": "include", "note": "read again"}
    await the_review.said(client.post(f"{STAGE}/conflicts/{record}/resolution", json=body))


async def live(page):
    """Wait until the page hears the feed."""
    await expect(page.locator("[data-words]")).to_have_text("Live")


async def test_queue_and_counts_follow_while_a_note_is_typed(sqlite_system, visit):
    async with sqlite_system.client() as client:
        records = await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            await live(page)
            first = await page.locator("[data-title]").text_content()
            note = page.get_by_role("textbox", name="Note")
            await note.press_sequentially("half a th")
            others = [title for title in records if title != first]
            await the_review.decide(client, "title_abstract", records[others[0]])
            await expect(page.locator(".queue .num")).to_have_text("2 to screen")
            await expect(page.get_by_role("link", name=others[0])).to_have_count(0)
            await expect(page.locator(".tally dd").first).to_have_text("1")
            await page.keyboard.type("ought")
            await expect(note).to_have_value("half a thought")
            await expect(note).to_be_focused()
            await expect(page.locator("[data-title]")).to_have_text(first)
            await expect(page.locator(".queue [aria-current]")).to_contain_text(first)
            await page.keyboard.press("Escape")
            await page.keyboard.press("i")
            await expect(page.locator("[data-title]")).to_have_text(others[1])
            await expect(page.locator("[data-title]")).to_be_focused()
        found = await the_review.said(client.get(f"{STAGE}/decisions"))
        assert "half a thought" in [one["note"] for one in found["items"]]
    assert visit.faults == []


async def test_a_record_that_others_settled_stays_until_its_reader_goes_on(sqlite_system, visit):
    async with sqlite_system.client() as client:
        records = await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            await live(page)
            title = page.locator("[data-title]")
            first = await title.text_content()
            note = page.get_by_role("textbox", name="Note")
            await note.fill("mine")
            await the_review.decide(client, "title_abstract", records[first])
            said = "This record was settled meanwhile."
            await expect(page.locator(".read .notice")).to_contain_text(said)
            await expect(page.locator("[data-say]")).to_contain_text(said)
            await expect(title).to_have_text(first)
            await expect(note).to_have_value("mine")
            await expect(note).to_be_focused()
            await page.get_by_role("link", name="Show the next record").click()
            await expect(title).not_to_have_text(first)
            await expect(page.locator(".read .notice")).to_have_count(0)
    assert visit.faults == []


@pytest.mark.slow
async def test_an_empty_queue_fills_by_itself_and_keys_decide_at_once(sqlite_system, visit):
    async with sqlite_system.client() as client:
        records = await prepare(sqlite_system, client)
        await the_review.decide(client, "title_abstract", *records.values())
        await sqlite_system.drain()
        async with visit.page(PATH) as page:
            await live(page)
            title = page.locator("[data-title]")
            await expect(title).to_have_text("This queue is screened")
            await title.focus()
            row = {"source": "embase", "own_id": "new", "title": "Walks in town"}
            path = "/api/search/reviews/rev/records/batch"
            await the_review.said(client.post(path, json={"records": [row]}))
            await expect(title).to_have_text("Walks in town")
            await expect(title).to_be_focused()
            await page.keyboard.press("i")
            await expect(title).to_have_text("This queue is screened")
    assert visit.faults == []


@pytest.mark.slow
async def test_new_criteria_reach_the_form_and_a_chosen_reason_stays(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            await live(page)
            await page.keyboard.press("1")
            more = [*CRITERIA, {"id": "c2", "text": "Not empirical", "kind": "exclude"}]
            await the_review.said(client.put(f"{STAGE}/criteria", json={"criteria": more}))
            await expect(page.get_by_label("Not empirical")).to_be_attached()
            await expect(page.get_by_label("Wrong population")).to_be_checked()
    assert visit.faults == []


@pytest.mark.slow
async def test_conflicts_come_and_go_and_what_is_written_stays(sqlite_system, visit):
    async with sqlite_system.client() as client:
        records = await prepare(sqlite_system, client, policy="dual")
        nurses, calls, salt = records.values()
        async with visit.page(PATH) as bench, visit.page(CONFLICTS) as page:
            await live(bench)
            await live(page)
            await expect(page.get_by_text("No conflict is open here.")).to_be_visible()
            await differ(client, nurses)
            await expect(bench.get_by_role("link", name="1 conflict to resolve")).to_be_visible()
            await expect(bench.locator("[data-say]")).to_contain_text("1 conflict to resolve")
            why = page.locator(f'[data-key="{nurses}"] textarea')
            await why.fill("They asked nurses")
            await expect(page.get_by_text("No conflict is open here.")).to_have_count(0)
            await differ(client, calls)
            await expect(page.locator("article")).to_have_count(2)
            await expect(why).to_have_value("They asked nurses")
            await expect(why).to_be_focused()
            await why.blur()
            await resolve(client, calls)
            await expect(page.locator("article")).to_have_count(1)
            await expect(page.locator("[data-say]")).to_contain_text("Settled: 1.")
            await resolve(client, nurses)
            await expect(page.locator("[data-gone]")).to_contain_text("settled meanwhile")
            await expect(why).to_have_value("They asked nurses")
            await differ(client, salt)
            await expect(page.locator("article")).to_have_count(2)
            await expect(page.locator("[data-fresh=stages] [aria-current]")).to_contain_text("(1)")
    assert visit.faults == []


async def test_a_first_vote_moves_no_page_and_the_stream_never_tells_of_one(sqlite_system, visit):
    async with sqlite_system.client() as client:
        records = await prepare(sqlite_system, client, policy="dual")
        record = next(iter(records.values()))
        head = await member_head(sqlite_system, "rev", "rita", "reviewer")
        token = head["authorization"].removeprefix("Bearer ")
        known = await the_review.said(client.get("/api/reviews/rev/activity?limit=1000"))
        after = known["items"][-1]["position"]
        async with (
            visit.page(PATH, extra_http_headers=head) as page,
            listening(visit.url, "rev", after=after, token=token) as stream,
        ):
            await live(page)
            parts = ("stages", "waiting", "conflicts", "queue", "became", "progress")
            before = await texts(page, parts)
            await vote(client, record, "ada", "include")
            more = [*CRITERIA, {"id": "c2", "text": "Not empirical", "kind": "exclude"}]
            await the_review.said(client.put(f"{STAGE}/criteria", json={"criteria": more}))
            heard = await until(stream, "screening.criteria_changed")
            assert told(heard) == ["screening.criteria_changed"]
            await expect(page.get_by_label("Not empirical")).to_be_attached()
            assert await texts(page, parts) == before
            await vote(client, record, "rita", "exclude")
            heard += await until(stream, "screening.conflict_opened")
            await expect(page.get_by_role("link", name="1 conflict to resolve")).to_be_visible()
            await resolve(client, record)
            heard += await until(stream, "screening.decision_made")
    for one in heard:
        assert "secret" not in json.dumps(one)
        assert one["type"] != "screening.conflict_opened" or one["actor"] is None
        assert one["type"] != "screening.decision_made" or record not in json.dumps(one)


async def texts(page, parts):
    """What the parts of a page say."""
    return [await page.locator(f"[data-fresh={part}]").inner_html() for part in parts]


def told(heard):
    """The types of what screening said."""
    return [one["type"] for one in heard if one["type"].startswith("screening.")]


async def until(stream, name):
    """Messages of the feed up to the first of this type."""
    heard = []
    while not heard or heard[-1]["type"] != name:
        (message,) = await stream.messages(1)
        heard.append(message["data"])
    return heard
