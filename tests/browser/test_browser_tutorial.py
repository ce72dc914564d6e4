"""What the tutorial says is done as it says it: by keys alone, on a desk and on a small phone."""

import shutil
from contextlib import asynccontextmanager
from functools import partial

import pytest
import pytest_asyncio

from runtime.bundle.parse import read_bundle
from runtime.demo import TOUR
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.support.apps import open_system
from tests.support.eutils import serve
from tests.support.eutils.tour import tour_corpus
from tests.support.schemas import on_sqlite
from tests.support.steps import NO_MOUSE, Doing, steps_of
from tests.support.web import serving

PATIENCE = 600.0
"""Seconds for the examples to be loaded, on a machine that others use."""
PAGE, LOOP = "docs/tutorial/a-first-review.md", "docs/tutorial/one-loop-of-searching.md"
pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def toured(tmp_path_factory):
    """A folder in which the invented review is loaded, as `make up` brings it."""
    home = tmp_path_factory.mktemp("toured")
    async with open_system(on_sqlite(home)) as system, system.client() as http:
        api = Api(http, quiet=partial(system.drain, PATIENCE))
        await Loader(read_bundle(TOUR).whole(), api, Ledger(home, "tour")).load()
        await api.wait_until_settled("tour")
    return home


@pytest_asyncio.fixture(loop_scope="session")
async def beside_the_tour(toured, tmp_path, chromium):
    """A browser in front of the invented review alone, with the PubMed that `make up` brings."""
    home = shutil.copytree(toured, tmp_path / "home")
    with serve(tour_corpus()) as eutils:
        settings = on_sqlite(home).model_copy(update={"ncbi_base_url": eutils.base_url})
        async with open_system(settings) as system, serving(system.app) as url:
            yield Visit(chromium, url)


@asynccontextmanager
async def done(visit, steps, width):
    """A page in which these steps were done by keys, every page of the way looked at."""
    found, looked = [], set()
    async with visit.page("/", viewport={"width": width, "height": 800}) as page:
        await page.add_init_script(NO_MOUSE)

        async def look(_step):
            if await page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((page.url, "wide"))
            heading = f"{page.url.split('?')[0]} {await page.locator('h1').first.text_content()}"
            if heading not in looked:
                looked.add(heading)
                found.extend((page.url, *one) for one in await axe.violations(page))

        await Doing(page, visit.url, after=look).do(steps)
        yield page
    assert found == []
    assert visit.faults == []


@pytest.mark.parametrize("width", [1280, 360])
async def test_the_tutorial_is_done_in_the_browser_as_it_says(beside_the_tour, width):
    async with done(beside_the_tour, steps_of(PAGE), width):
        pass


@pytest.mark.parametrize("width", [1280, 360])
async def test_one_loop_is_gone_as_its_page_says_and_the_report_shows_its_way(
    beside_the_tour, width
):
    async with done(beside_the_tour, steps_of(LOOP), width) as page:
        row = page.get_by_role("row").filter(has_text="3 Recheck of the library")
        head = await row.locator("xpath=ancestor::table").locator("thead th").all_text_contents()
        brought = await row.locator("th, td").all_text_contents()
    told = dict(zip(head, brought, strict=True))
    wanted = ("Offered again", "Included again", "Fragments coded", "Arguments changed")
    assert [told[name] for name in wanted] == ["1", "1", "1", "1"]
    assert int(told["CCMOCs changed"]) >= 1
