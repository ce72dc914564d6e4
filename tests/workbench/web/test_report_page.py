"""The page of the report: formats, and texts that are written by plain forms."""

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system

PAGE = "/reviews/rev/report"


@pytest_asyncio.fixture
async def client(tmp_path):
    """The client of the owner of the small review."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    await the_review.lay(tmp_path)
    async with open_system(settings) as system, system.client() as found:
        await the_review.fill(system, found)
        await system.drain()
        yield found


async def test_a_text_is_written_by_the_form_and_a_stale_one_is_kept_on_the_page(client):
    shown = (await client.get(PAGE)).text
    assert "Abstract: not written yet" in shown
    assert "report.docx" in shown
    form = {"seen": "0", "text": "Trust & doors", "because": "first"}
    assert (await client.post(f"{PAGE}/rameses-2", data=form)).status_code == 303
    shown = (await client.get(PAGE)).text
    assert "Trust &amp; doors</textarea>" in shown
    late = await client.post(f"{PAGE}/rameses-2", data={**form, "text": "Later words"})
    assert late.status_code == 412
    assert "Later words</textarea>" in late.text
    assert "Somebody wrote it anew" in late.text
    assert "As it stands now: Trust &amp; doors" in late.text


async def test_the_report_tells_what_the_other_services_say_without_a_token(client):
    told = (await client.get("/api/synthesis/reviews/rev/report.md")).text
    assert "did not answer" not in told
    assert "Disclosure of automation" in told
    assert "No language model took part." in told
