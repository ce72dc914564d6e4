"""The pictures of `docs/tour`, taken from the examples: `python -m tests.browser.pictures`.

The steps of the tutorial are done in a real browser, and a picture is taken wherever its page shows
one; then the pages of the two examples are visited. `--home FOLDER` keeps what was loaded
for another time. An invented PubMed stands beside them, for a round of CLUSTER searching. Needs
Chromium, and no network.
"""

import argparse
import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from runtime.bundle.parse import read_bundle
from runtime.demo import EXAMPLE, TOUR
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from shared.ops.settings import Settings
from tests.browser.conftest import FLAGS
from tests.support.apps import open_system
from tests.support.eutils.server import serve
from tests.support.eutils.tour import tour_corpus
from tests.support.reference import ROOT
from tests.support.steps import Doing, steps_of
from tests.support.web import serving

PATIENCE = 600.0
"""Seconds for the examples to be loaded, on a machine that others use."""
TARGET = ROOT / "docs" / "tour"
TUTORIAL = "docs/tutorial/a-first-review.md"
HERE, RECO = "/reviews/tour", "/reviews/reco"
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Shot:
    """A picture of a page of an example: its file's name, the address, and what it shows."""

    name: str
    path: str
    words: str
    dark: bool = False
    phone: bool = False


SHOTS = (
    Shot("reviews", "/", "The reviews, each with its phase and what waits for you."),
    Shot("home", HERE, "A review's home: what waits, which arguments evidence moved, the flow."),
    Shot("library", f"{HERE}/library", "The library, searched and filtered."),
    Shot("documents", f"{HERE}/coding", "The documents, by where they stand."),
    Shot("flow", f"{HERE}/flow", "The flow of records; every number leads to its records."),
    Shot("coverage", f"{HERE}/coverage", "What supports and what challenges each theory."),
    Shot("argument", f"{HERE}/theories/PT1#arguments", "An argument with rivals and predictions."),
    Shot("arguments", f"{HERE}/arguments", "Every argument, with the cases for and against it."),
    Shot("to-check", f"{HERE}/to-check", "What to check next: what moves most first."),
    Shot("cluster", f"{HERE}/steps", "Where to search next: pearls, and queries to approve."),
    Shot("reco", f"{RECO}/synthesis", "The theories of RECO, each with what to look at first."),
    Shot("reco-theory", f"{RECO}/theories/PT5", "A theory of RECO and its configurations."),
    Shot("screening-dark", f"{HERE}/screening", "Screening in the dark scheme.", dark=True),
    Shot("coding-dark", f"{HERE}/coding/Hartwell%202019", "Coding, dark.", dark=True),
    Shot("screening-phone", f"{HERE}/screening", "Screening on a phone.", phone=True),
    Shot("home-phone", HERE, "The home of a review on a phone.", phone=True),
)


async def take(home: Path) -> list[tuple[str, str]]:
    """Take every picture; gives file names with what they show, in order."""
    with serve(tour_corpus()) as eutils:
        return await _take(home, eutils.base_url)


async def _take(home: Path, pubmed: str) -> list[tuple[str, str]]:
    settings = Settings(
        home=home, ncbi_base_url=pubmed, sqlite_synchronous="NORMAL", local_owner=True
    )
    async with open_system(settings) as system:
        async with system.client() as http:
            for folder in (TOUR, EXAMPLE):
                bundle = read_bundle(folder).whole()
                api = Api(http, quiet=partial(system.drain, PATIENCE))
                await Loader(bundle, api, Ledger(home, bundle.review.id)).load()
                await api.wait_until_settled(bundle.review.id)
        async with serving(system.app) as url, async_playwright() as playwright:
            path = shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            told = await _tutorial(browser, url)
            for shot in SHOTS:
                told.append(await _visit(browser, url, shot))
                if shot.name == "cluster":
                    told += await _loop(browser, url)
            await browser.close()
    return told


async def _tutorial(browser: Browser, url: str) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    context = await browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = await context.new_page()

    async def keep(name: str, words: str) -> None:
        await _keep(page, name)
        told.append((name, words))

    await Doing(page, url, picture=keep).do(steps_of(TUTORIAL))
    await context.close()
    return told


async def _loop(browser: Browser, url: str) -> list[tuple[str, str]]:
    """From a gap to what a round brought: queries before they run, and their yield."""
    context = await browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{url}{HERE}/steps?q=villages")
    gap = page.locator("article.conflict").filter(has_text="argument challenged")
    if await gap.get_by_role("heading", level=3).count() == 0:
        await gap.get_by_text("Approve or dismiss").click()
        await (
            gap.get_by_role("group", name="Proposed pearls")
            .get_by_label("Peer-led walking in villages")
            .check()
        )
        await gap.get_by_label("5 what cites the pearls").check()
        await gap.get_by_label("7 message to the lead author").check()
        await gap.get_by_label("Why").fill(
            "The trial speaks against the argument; what came of it?"
        )
        await gap.get_by_role("button", name="Approve and plan").click()
        planned = gap.get_by_role("heading", name="Round 1: waits for your approval")
        await planned.scroll_into_view_if_needed()
        await _keep(page, "cluster-queries.jpg")
        await gap.get_by_role("button", name="Approve these queries").click()
        await page.goto(f"{url}{HERE}/steps")
    ended = gap.get_by_role("heading", name="Round 1: has ended")
    for _ in range(60):
        if await ended.count():
            break
        await page.wait_for_timeout(1000)
        await page.reload()
    await page.evaluate("(one) => one.scrollIntoView()", await gap.element_handle())
    await _keep(page, "cluster-round.jpg")
    await context.close()
    return [
        ("cluster-queries.jpg", "A round of CLUSTER searching: every query before it runs."),
        ("cluster-round.jpg", "What the round brought; new records are screened like all others."),
    ]


async def _visit(browser: Browser, url: str, shot: Shot) -> tuple[str, str]:
    context = await browser.new_context(
        viewport=PHONE if shot.phone else DESK,
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(url + shot.path)
    name = f"{shot.name}.jpg"
    await _keep(page, name)
    await context.close()
    return name, shot.words


async def _keep(page: Page, name: str) -> None:
    await page.wait_for_timeout(400)  # the light says Live, and fonts are there
    await page.screenshot(path=TARGET / name, type="jpeg", quality=62)


def readme(told: list[tuple[str, str]]) -> str:
    """The page that shows every picture with its sentence."""
    shown = "\n\n".join(f"{words}\n\n![{words}]({name})" for name, words in told)
    return (
        "# A tour in pictures\n\nThe way from an empty review to a report, as the "
        "[tutorial](../tutorial/a-first-review.md) goes it, then pages of the two examples: the "
        "invented review `examples/tour`, and RECO. They are taken by "
        "`python -m tests.browser.pictures`.\n\n"
        f"{shown}\n"
    )


def main() -> None:
    """Take the pictures and write the page that shows them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--home", type=Path, help="Folder in which both examples are (to be) loaded."
    )
    home = parser.parse_args().home or Path(tempfile.mkdtemp(prefix="pictures-"))
    TARGET.mkdir(parents=True, exist_ok=True)
    told = asyncio.run(take(home))
    (TARGET / "README.md").write_text(readme(told), encoding="utf-8")


if __name__ == "__main__":
    main()
