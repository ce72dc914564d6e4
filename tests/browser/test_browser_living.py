"""Living, by keys alone: a scheduled run brings a record, and its fragment challenges an argument.

A second window hears of it, and the difference from the frozen version is read in words.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.browser import axe, the_review
from tests.browser.conftest import Visit
from tests.support.apps import open_system
from tests.support.eutils import Corpus, FakeArticle, serve
from tests.support.steps import NO_MOUSE, Doing, steps_in
from tests.support.web import serving

pytestmark = pytest.mark.slow
PASSAGE = "They came to trust the nurse, and left after a month all the same."
TITLE = "Trust is not enough"
ARGUMENT = {
    "theory": "PT1",
    "response": "TRUST",
    "outcome": "ENG",
    "warrant": "who is known is not afraid",
    "because": "workshop",
    "predictions": [
        {
            "id": "stays",
            "words": "Whoever trusts stays.",
            "given": [{"role": "mechanism_response", "group": "TRUST", "state": "present"}],
            "expected": {"role": "outcome", "group": "ENG", "state": "occurred"},
        }
    ],
}
SEARCHES = """
1. Open <http://localhost:8000/reviews/rev>. Follow **Find**. Follow **Schedules and runs**.
   Write `PubMed` in **Name**. Write `trust` in **Query**. Choose `every day at six` in **Run it**.
   Press **Keep the search**.
   You read *every day at six*.
"""
SCREENS = f"""
1. Follow **Schedules and runs**. Follow **PubMed**. You read *ended well*.
   Follow **Library**. You read *{TITLE}*.
2. Follow **Screen**. You read *{TITLE}*. Press <kbd>I</kbd>. You read *This queue is screened*.
   Follow **Full text**. You read *{TITLE}*. Press <kbd>I</kbd>. You read *This queue is screened*.
"""
CODES = f"""
1. Follow **Code**. Follow **{TITLE}**. Write `{PASSAGE}` in **Text of the document**.
   Press **Keep this text**. Press <kbd>J</kbd>. Choose `trust` in **Response: code**.
   Choose `engagement` in **Outcome: code**. Choose `failed` in **Outcome: state**.
   Press **Save fragment**. You read *Fragments (1)*.
"""
READS = """
1. Follow **Publish**. Follow **Versions**. You read *What changed from version 1 to now*.
   You read *prediction is refuted*. You read *Doe 2026*.
"""


class Tomorrow:
    """The machine's clock, which can be put forward."""

    def __init__(self):
        self.ahead = timedelta()

    def now(self):
        return datetime.now(UTC) + self.ahead


async def prepared(system, http):
    """The small review with an argument that everything is in keeping with, frozen once."""
    api = Api(http, quiet=system.drain)
    await the_review.fill(system, http)
    await api.put("/api/synthesis/reviews/rev/arguments/trusted", ARGUMENT)
    await api.wait_until_settled("rev")
    version = {"number": "1", "reason": "first synthesis"}
    await api.post("/api/synthesis/reviews/rev/versions", version)
    await api.wait_until_settled("rev")


@pytest.mark.parametrize("width", [1280, 360])
async def test_a_scheduled_run_brings_what_challenges_an_argument(tmp_path, chromium, width):
    clock, corpus = Tomorrow(), Corpus()
    await the_review.lay(tmp_path)
    with serve(corpus, lambda: clock.now().date()) as eutils:
        settings = Settings(
            home=tmp_path,
            ncbi_base_url=eutils.base_url,
            sqlite_synchronous="NORMAL",
            local_owner=True,
        )
        async with open_system(settings, clock) as system, system.client() as http:
            await prepared(system, http)
            async with serving(system.app) as url:
                visit = Visit(chromium, url)
                await _live(visit, system, (clock, corpus), width)
                assert visit.faults == []


async def _live(visit, system, outside, width):
    clock, corpus = outside
    size = {"width": width, "height": 800}
    async with (
        visit.page("/reviews/rev", viewport=size) as second,
        visit.page("/reviews/rev", viewport=size) as page,
    ):
        await page.add_init_script(NO_MOUSE)
        doing = Doing(page, visit.url)
        await doing.do(steps_in(SEARCHES))
        await system.drain()
        corpus.add(FakeArticle(pmid=7, title=TITLE, crdt=clock.now().date()))
        clock.ahead += timedelta(days=1)
        await _until_run(system)
        await doing.do(steps_in(SCREENS))
        await system.drain()
        await doing.do(steps_in(CODES))
        alert = second.get_by_role("region", name="Arguments that evidence moved")
        await expect(alert).to_contain_text("prediction refuted", timeout=60_000)
        await expect(alert).to_contain_text("Doe 2026")
        assert await axe.violations(second) == []
        await system.drain()
        await doing.do(steps_in(READS))
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.faults == []


async def _until_run(system):
    """Wait until the slot was fired and its run has ended."""
    async with system.client() as http:
        api = Api(http, quiet=system.drain)
        for _ in range(600):
            found = await api.listed("/api/search/reviews/rev/searches")
            runs = await api.listed(
                f"/api/search/reviews/rev/searches/{found[0]['search_id']}/runs"
            )
            if any(run["state"] in ("succeeded", "partial") for run in runs):
                return await api.wait_until_settled("rev")
            await asyncio.sleep(0.1)
    raise AssertionError(f"no run ended: {runs}")
