"""The RECO review, loaded through all services and shown: what `retroduct demo` does.

Everything but the last 20 fragments is loaded first; then these one by one, so that each has
revisions of its own. A second run finds all of it there, changes nothing and prints the same.
"""

import asyncio
from pathlib import Path

from runtime.bundle.bundle import Bundle
from runtime.bundle.model.evidence import Fragment
from runtime.bundle.parse import read_bundle
from runtime.cli.output import console, progress
from runtime.cli.session import Session, reach, settings
from runtime.demo import figures, pages
from runtime.demo.reset import start_over
from runtime.loading import plan
from runtime.loading.client import segment
from runtime.loading.examples import RECO, TOUR
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from runtime.loading.progress import Progress

LAST = 20
EXAMPLE = RECO
EVALUATION = {"staff", "service_user", "carer", "workshop"}


async def demonstrate(folder: Path | None = None, *, reset: bool = False) -> None:
    """Load the example review (or the bundle in `folder`) and print what it shows."""
    if reset:
        await start_over(settings(), {(folder or EXAMPLE).name, TOUR.name})
    async with reach() as session:
        await show(session, folder)


async def show(session: Session, folder: Path | None = None) -> None:
    """Load and print in an open session. Raises `BundleError`, `ApiError`."""
    bundle = read_bundle(folder or EXAMPLE).whole()
    last = last_fragments(bundle, LAST)
    with progress() as bars:
        await _load(bundle, session, last, bars)
        bars.step("results", 1)
        shown = await figures.gather(session.api, bundle, last)
        report = await _write_report(session, bundle.review.id)
        bars.advance()
    pages.print_all(console(), shown, report)


async def bring_tour(session: Session) -> None:
    """Load the invented review of the tutorial beside it. Raises `BundleError`, `ApiError`."""
    bundle = read_bundle(TOUR).whole()
    ledger = Ledger(session.settings.home, bundle.review.id, session.address)
    with progress() as bars:
        await Loader(bundle, session.api, ledger, bars).load()
    await session.api.wait_until_settled(bundle.review.id)


async def _load(bundle: Bundle, session: Session, last: list[Fragment], bars: Progress) -> None:
    """Load all but the last fragments; then each of these alone, with a rest in between."""
    ledger = Ledger(session.settings.home, bundle.review.id, session.address)
    held = {fragment.id for fragment in last}
    loader = Loader(bundle, session.api, ledger, bars, hold_back=held)
    await loader.load()
    bars.step(f"last {len(last)}", len(last))
    for fragment in last:
        coded = await loader.code([plan.fragment_body(fragment)])
        if coded[0]["changed"]:
            await session.api.wait_until_settled(bundle.review.id)
        bars.advance()
    await session.api.wait_until_settled(bundle.review.id)


def last_fragments(bundle: Bundle, number: int) -> list[Fragment]:
    """The fragments that would have come in last (see `arrival`)."""
    return sorted(bundle.fragments, key=arrival)[-number:]


def arrival(fragment: Fragment) -> tuple[bool, int, str]:
    """When a fragment would have come in: by year of its first citation, evaluation last, id."""
    origin = fragment.source
    if origin is not None and origin.type in EVALUATION:
        return True, 0, fragment.id
    cited = [source.key for source in fragment.sources or ()]
    digits = [int(word[:4]) for word in (cited[0].split() if cited else []) if word[:4].isdecimal()]
    return False, digits[-1] if digits else 0, fragment.id


async def _write_report(session: Session, review: str) -> Path:
    """The self-contained HTML report, under the home folder."""
    text = await session.api.get(f"/api/synthesis/reviews/{segment(review)}/report.html")
    target = session.settings.home / f"{review}-report.html"
    await asyncio.to_thread(target.write_text, str(text), encoding="utf-8")
    return target
