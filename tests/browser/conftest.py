"""A real browser on the real pages, with the Chromium that the machine has."""

import os
import shutil
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from tests.support.web import serving

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path():
    """Where Chromium is; without it the test is skipped, or fails when CI=true."""
    path = os.environ.get("RETRODUCT_TEST_CHROMIUM") or shutil.which("chromium")
    if path:
        return path
    reason = "no Chromium here (apt-get install -y chromium, or set RETRODUCT_TEST_CHROMIUM)"
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


@pytest_asyncio.fixture
async def visit(sqlite_system):
    """A browser in front of all services, which run on SQLite behind a real port."""
    path = chromium_path()
    async with serving(sqlite_system.app) as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield Visit(browser, url)
        finally:
            await browser.close()
