"""A real browser on the real pages, with the Chromium that the machine has.

Debian's `chromium-headless-shell` is the same engine without the windows around its pages, which
nobody sees here: it is taken where it is installed, for it needs half the processor time.
"""

import os
import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.schemas import on_sqlite
from tests.support.web import serving

CHROMIUMS = ("chromium-headless-shell", "chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Pages follow events after a rest of their own; a crowded machine adds to it. Tests wait, they
# measure nothing.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items):
    """Tests of this folder share an event loop, for one Chromium can serve one loop only."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def chromium_path():
    """Where Chromium is; without it the test is skipped, or fails when CI=true."""
    given = os.environ.get("RETRODUCT_TEST_CHROMIUM")
    if path := given or next(filter(None, map(shutil.which, CHROMIUMS)), None):
        return path
    install = "apt-get install -y chromium-headless-shell"
    reason = f"no Chromium here ({install}, or set RETRODUCT_TEST_CHROMIUM)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class Visit:
    """Pages of one browser, and all that went wrong in them."""

    def __init__(self, browser, url):
        self.browser = browser
        self.url = url
        self.faults = []

    @asynccontextmanager
    async def page(self, path, *, context=None, **options):
        """An open page; its console errors are kept as faults."""
        home = context or await self.browser.new_context(**options)
        page = await home.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        try:
            await page.goto(self.url + path)
            yield page
        finally:
            await (page.close() if context else home.close())

    def _heard(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(message.text)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium():
    """The browser of this process; every page has a context of its own."""
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
def filled():
    """Asks for a system that starts from the small review (see `the_review`)."""


@pytest_asyncio.fixture(loop_scope="session")
async def sqlite_system(request, tmp_path):
    """All services on SQLite, in the loop of the browser: empty, or on a copy of `filled`."""
    home = tmp_path / "home"
    if "filled" in request.fixturenames:
        await the_review.lay(home)
    async with open_system(on_sqlite(home)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def visit(sqlite_system, chromium):
    """A browser in front of all services, which run on SQLite behind a real port."""
    async with serving(sqlite_system.app) as url:
        yield Visit(chromium, url)
        for context in chromium.contexts:
            await context.close()
