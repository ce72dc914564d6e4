"""Two people screen one queue in two windows: no record is before both of them."""

from playwright.async_api import expect
from sqlalchemy import update

from services.screening import tables
from tests.browser import the_review
from tests.support.people import member_head

PATH = "/reviews/rev/screening?stage=title_abstract"
STAGE = "/api/screening/reviews/rev/stages/title_abstract"
TITLES = ("Trust in nurses", "Calls at home", "Salt and soup", "Walks in town", "Sleep and rest")


async def prepare(system, client):
    """Five records that wait at a stage of one vote, and what signs Rita in."""
    await the_review.open_review(client)
    await system.drain()
    records = await the_review.add_records(client, *TITLES)
    await system.drain()
    head = await member_head(system, "rev", "rita", "reviewer")
    await system.drain()
    return dict(zip(TITLES, records, strict=True)), head


async def holders(system):
    """Who holds which record until when."""
    db = system.services["screening"].db

    async def read(tx):
        rows = await tx.execute(tables.leases.select())
        return {(row.record_id, row.person): row.until for row in rows}

    return await db.read(read)


async def ten_minutes_pass(system):
    """Every hold runs out."""

    async def end(tx):
        await tx.execute(update(tables.leases).values(until=1.0))

    await system.services["screening"].db.write(end)


def heading(page):
    """The title of the record before the reader."""
    return page.locator("[data-title]")


async def test_two_windows_of_two_people_never_show_the_same_record(sqlite_system, visit):
    async with sqlite_system.client() as client:
        _, head = await prepare(sqlite_system, client)
        async with visit.page(PATH) as ada, visit.page(PATH, extra_http_headers=head) as rita:
            seen = []
            for key in ("i", "j", "m"):
                one, other = await heading(ada).text_content(), await heading(rita).text_content()
                assert one != other
                seen.append(one)
                await expect(rita.get_by_role("link", name=one)).to_have_count(0)
                await ada.keyboard.press(key)
                await expect(heading(ada)).not_to_have_text(one)
                await rita.reload()
                await expect(heading(rita)).to_have_text(other)
            await ada.keyboard.press("u")
            await expect(heading(ada)).to_have_text(seen[-1])
            await rita.reload()
            assert await heading(rita).text_content() != seen[-1]
    assert visit.faults == []


async def test_who_asks_for_a_record_that_another_reads_is_told_and_given_the_next(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        records, head = await prepare(sqlite_system, client)
        async with visit.page(PATH, extra_http_headers=head) as rita:
            hers = await heading(rita).text_content()
            mark = f"{PATH}&record={records[hers]}"
            async with visit.page(mark, java_script_enabled=False) as ada:
                await expect(ada.locator(".read .notice")).to_contain_text(
                    "Somebody else is reading"
                )
                await expect(heading(ada)).not_to_have_text(hers)
            await rita.keyboard.press("j")
            await expect(heading(rita)).not_to_have_text(hers)
            async with visit.page(mark) as ada:
                await expect(heading(ada)).to_have_text(hers)
                await expect(ada.locator(".read .notice")).to_have_count(0)
    assert visit.faults == []


async def test_a_reader_at_work_holds_on_and_one_who_went_away_is_told(sqlite_system, visit):
    async with sqlite_system.client() as client:
        records, head = await prepare(sqlite_system, client)
        async with visit.page(PATH) as ada:
            hers = await heading(ada).text_content()
            await ada.clock.install()
            (before,) = (await holders(sqlite_system)).values()
            await ada.clock.fast_forward("05:00")
            async with ada.expect_response("**/hold"):
                await ada.get_by_role("textbox", name="Note").press_sequentially("half")
            (after,) = (await holders(sqlite_system)).values()
            assert after > before
            await ten_minutes_pass(sqlite_system)
            async with visit.page(
                f"{PATH}&record={records[hers]}", extra_http_headers=head
            ) as rita:
                await expect(heading(rita)).to_have_text(hers)
                await ada.clock.fast_forward("11:00")
                await ada.keyboard.type(" a thought")
                notice = ada.locator(".read .notice")
                await expect(notice).to_contain_text("What you decide still counts")
                await expect(heading(ada)).to_have_text(hers)
                note = ada.get_by_role("textbox", name="Note")
                await expect(note).to_have_value("half a thought")
    assert visit.faults == []


async def test_the_last_record_with_somebody_else_is_told_and_comes_when_it_is_left(
    sqlite_system, visit
):
    async with sqlite_system.client() as client:
        records, head = await prepare(sqlite_system, client)
        *gone, last = records.values()
        await the_review.decide(client, "title_abstract", *gone)
        await sqlite_system.drain()
        async with (
            visit.page(PATH, extra_http_headers=head) as rita,
            visit.page(PATH) as ada,
        ):
            await expect(heading(rita)).to_have_text(TITLES[-1])
            await expect(heading(ada)).to_have_text("Nothing waits for you here now")
            await ada.clock.install()
            await ada.reload()
            await ten_minutes_pass(sqlite_system)
            await ada.clock.fast_forward("00:31")
            await ada.clock.fast_forward("00:05")
            await expect(heading(ada)).to_have_text(TITLES[-1])
        assert {key[0] for key in await holders(sqlite_system)} == {last}
    assert visit.faults == []


async def test_who_screens_as_others_finds_what_they_had_before_themselves(sqlite_system, visit):
    async with sqlite_system.client() as client:
        await prepare(sqlite_system, client)
        async with visit.page(PATH) as page:
            first = await heading(page).text_content()
            for person in ("Rita", "Ada", "Rita"):
                await page.get_by_label("Screen as").select_option(f"as {person}")
                await page.get_by_role("button", name="Go").click()
                await expect(page.get_by_role("link", name=first)).to_have_count(1)
                await expect(heading(page)).to_have_text(first)
    assert visit.faults == []
