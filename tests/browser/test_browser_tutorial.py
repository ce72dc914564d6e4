"""What the tutorial says is done as it says it: by keys alone, on a desk and on a small phone."""

import shutil
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
from tests.support.schemas import on_sqlite
from tests.support.steps import NO_MOUSE, Doing, steps_of
from tests.support.web import serving

PATIENCE = 600.0
"""Seconds for the examples to be loaded, on a machine that others use."""
PAGE = "docs/tutorial/a-first-review.md"
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
    """A browser in front of an installation that holds the invented review and nothing else."""
    home = shutil.copytree(toured, tmp_path / "home")
    async with open_system(on_sqlite(home)) as system, serving(system.app) as url:
        yield Visit(chromium, url)


@pytest.mark.parametrize("width", [1280, 360])
async def test_the_tutorial_is_done_in_the_browser_as_it_says(beside_the_tour, width):
    visit, found, looked = beside_the_tour, [], set()
    async with visit.page("/", viewport={"width": width, "height": 800}) as page:
        await page.add_init_script(NO_MOUSE)

        async def look(_step):
            if await page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((page.url, "wide"))
            heading = f"{page.url.split('?')[0]} {await page.locator('h1').first.text_content()}"
            if heading not in looked:
                looked.add(heading)
                found.extend((page.url, *one) for one in await axe.violations(page))

        await Doing(page, visit.url, after=look).do(steps_of(PAGE))
    assert found == []
    assert visit.faults == []
