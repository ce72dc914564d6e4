"""The RECO review, loaded through all services and shown: what `retroduct demo` does.

Everything but the last 20 fragments is loaded first; then these one by one, each with what it
changed. A second run finds all of it there, changes nothing and prints the same.
"""

import asyncio
from pathlib import Path

from runtime.bundle.bundle import Bundle
from runtime.bundle.model import Fragment
from runtime.bundle.parse import read_bundle
from runtime.cli.output import console, progress
from runtime.cli.session import Session, reach, settings
from runtime.demo import figures, pages
from runtime.demo.journal import Journal
from runtime.demo.reset import start_over
from runtime.loading import plan
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from runtime.loading.progress import Progress

LAST = 20
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "reco"


async def demonstrate(folder: Path | None = None, *, reset: bool = False) -> None:
    """Load the example review (or the bundle in `folder`) and print what it shows."""
    if reset:
        await start_over(settings(), (folder or EXAMPLE).name)
    async with reach() as session:
        await show(session, folder)


async def show(session: Session, folder: Path | None = None) -> None:
    """Load and print in an open session. Raises `BundleError`, `ApiError`."""
    bundle = read_bundle(folder or EXAMPLE).whole()
    last = last_fragments(bundle, LAST)
    journal = Journal(session.settings.home / f"{bundle.review.id}-last-{LAST}.json")
    with progress() as bars:
        loader = _loader(bundle, session, bars, last)
        await loader.load()
        await _load_last(loader, last, journal, bars)
    shown = await figures.gather(session.api, bundle, [journal.of(f.id) for f in last])
    report = await _write_report(session, bundle.review.id)
    pages.print_all(console(), shown, report)


def _loader(bundle: Bundle, session: Session, bars: Progress, last: list[Fragment]) -> Loader:
    ledger = Ledger(session.settings.home, bundle.review.id, session.address)
    held = {fragment.id for fragment in last}
    return Loader(bundle, session.api, ledger, bars, hold_back=held)


def last_fragments(bundle: Bundle, number: int) -> list[Fragment]:
    """The last fragments in order of (evaluation last, year of the first citation, id)."""
    ordered = sorted(bundle.fragments, key=arrival)
    return ordered[-number:]


def arrival(fragment: Fragment) -> tuple[bool, int, str]:
    """When a fragment would have come in: by year of its first citation, evaluation last."""
    origin = fragment.source
    if origin is not None and origin.type in {"staff", "service_user", "carer", "workshop"}:
        return True, 0, fragment.id
    cited = [source.key for source in fragment.sources or ()]
    digits = [int(word[:4]) for word in (cited[0].split() if cited else []) if word[:4].isdigit()]
    return False, digits[-1] if digits else 0, fragment.id


async def _load_last(
    loader: Loader, last: list[Fragment], journal: Journal, bars: Progress
) -> None:
    """Load each of the last fragments alone and write down what it changed."""
    bars.step(f"last {len(last)}", len(last))
    for fragment in last:
        theories = [str(theory) for theory in fragment.theories or ()]
        if not journal.knows(fragment.id):
            before = await _bodies(loader.api, loader.review, theories)
            journal.begin(fragment.id, theories, before)
        await loader.code([plan.fragment_body(fragment)])
        if not journal.is_done(fragment.id):
            await loader.api.settle(loader.review)
            after = await _bodies(loader.api, loader.review, theories)
            journal.finish(fragment.id, after)
        bars.advance()


async def _bodies(api: Api, review: str, theories: list[str]) -> dict[str, figures.Body]:
    """The configurations of some theories by id."""
    found: dict[str, figures.Body] = {}
    for theory in theories:
        for item in await figures.configurations(api, review, theory=theory):
            found[item["id"]] = item
    return found


async def _write_report(session: Session, review: str) -> Path:
    """The self-contained HTML report, under the home folder."""
    text = await session.api.get(f"/api/synthesis/reviews/{review}/report.html")
    target = session.settings.home / f"{review}-report.html"
    await asyncio.to_thread(target.write_text, str(text), encoding="utf-8")
    return target
