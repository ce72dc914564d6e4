"""What the tutorial says is done as it says it: by keys alone, on a desk and on a small phone."""

import pytest

from runtime.bundle.parse import read_bundle
from runtime.demo import TOUR
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from tests.browser import axe
from tests.support.steps import NO_MOUSE, Doing, steps_of

PAGE = "docs/tutorial/a-first-review.md"
pytestmark = pytest.mark.slow


async def bring_tour(system, home):
    """The invented review, as `make up` brings it."""
    async with system.client() as http:
        api = Api(http, quiet=system.drain)
        await Loader(read_bundle(TOUR).whole(), api, Ledger(home, "tour")).load()
        await api.wait_until_settled("tour")


@pytest.mark.parametrize("width", [1280, 360])
async def test_the_tutorial_is_done_in_the_browser_as_it_says(
    sqlite_system, visit, tmp_path, width
):
    await bring_tour(sqlite_system, tmp_path)
    found = []
    looked = set()
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
