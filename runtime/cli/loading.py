"""Commands that bring a review in and out: load, export, import, demo."""

from pathlib import Path
from typing import Annotated, Any

import typer

from runtime import demo as demonstration
from runtime.bundle.bundle import Bundle
from runtime.bundle.parse import read_bundle
from runtime.cli.output import console, print_json, progress, warn_of_bundle
from runtime.cli.session import JsonOption, ReviewOption, Session, UrlOption, reach, run
from runtime.loading import export as exporting
from runtime.loading.client import segment
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loaded, Loader
from runtime.loading.records import import_file
from shared.review.numbers import counted


def load(
    bundle: Annotated[Path, typer.Argument(help="Folder of the bundle.")],
    url: UrlOption = None,
    as_id: Annotated[
        str | None, typer.Option("--as", help="Id of the review, instead of the bundle's.")
    ] = None,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Load what is good although something is wrong.")
    ] = False,
    settle_between: Annotated[
        bool, typer.Option("--settle-between", help="Wait for all services between events.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Only read the bundle.")] = False,
    json: JsonOption = False,
) -> None:
    """Load a review bundle; loading it again changes nothing."""
    read = _read(bundle, as_id, keep_good=keep_good)
    if check:
        _tell_read(read, as_json=json)
        return
    loaded = run(_load(read, url, settle_between=settle_between))
    if json:
        print_json({name: getattr(loaded, name) for name in type(loaded).__slots__})
    else:
        _tell_loaded(loaded)


def _read(folder: Path, review_id: str | None, *, keep_good: bool) -> Bundle:
    reading = read_bundle(folder, review_id=review_id)
    warn_of_bundle(reading.problems.warnings)
    if not keep_good:
        return reading.whole()
    warn_of_bundle(reading.problems.errors, "left out")
    return reading.good_part()


async def _load(bundle: Bundle, url: str | None, *, settle_between: bool) -> Loaded:
    async with reach(url) as session:
        ledger = Ledger(session.settings.home, bundle.review.id, session.address)
        with progress() as bars:
            loader = Loader(bundle, session.api, ledger, bars, settle_between=settle_between)
            return await loader.load()


def _tell_read(bundle: Bundle, *, as_json: bool) -> None:
    out = console()
    names = ("theories", "fragments", "sources", "records", "record_files", "decisions", "events")
    if as_json:
        counted = {name: len(getattr(bundle, name)) for name in names}
        print_json({"review": bundle.review.id, **counted, "made": list(bundle.made)})
        return
    counts = (f"{name.replace('_', ' ')} {len(getattr(bundle, name))}" for name in names)
    out.print(f"Review '{bundle.review.id}': {', '.join(counts)}")
    if bundle.made:
        out.print(f"Made by rule: {', '.join(bundle.made)}.")


def _tell_loaded(loaded: Loaded) -> None:
    out = console()
    if loaded.already:
        out.print(f"Review '{loaded.review}' was loaded already; nothing changed.")
    else:
        out.print(
            f"Review '{loaded.review}' is loaded: {counted(loaded.records_added, 'record')} new, "
            f"{counted(loaded.fragments_changed, 'fragment')} new or changed, "
            f"{counted(loaded.events_applied, 'event')} applied."
        )
    for sentence in loaded.refused:
        out.print(f"Note: {sentence}", markup=False, soft_wrap=True)


def export(
    target: Annotated[Path, typer.Argument(help="Folder to write the bundle into.")],
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Write a review as a bundle; loading it elsewhere reproduces the review."""

    async def work() -> exporting.Exported:
        async with reach(url) as session:
            review_id = await session.review_id(review)
            with progress() as bars:
                return await exporting.export(session.api, review_id, target, bars)

    made = run(work())
    if json:
        print_json({"folder": str(target), "files": list(made.files)})
    else:
        console().print(f"Wrote {', '.join(made.files)} to {target}.")


def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A reference export.")],
    source: Annotated[str | None, typer.Option(help="Name of the database.")] = None,
    arm: Annotated[str, typer.Option(help="PRISMA arm: database or other.")] = "database",
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Import a file of references (RIS, NBIB, BibTeX, EndNote XML, CSV, PubMed XML ...)."""

    async def work(session: Session, review_id: str) -> dict[str, Any]:
        base = f"/api/search/reviews/{segment(review_id)}"
        with progress() as bars:
            bars.step(file.name, 1)
            answer = await import_file(session.api, base, file, source=source or file.stem, arm=arm)
            await session.api.wait_until_settled(review_id)
            bars.advance()
        return answer

    async def connected() -> dict[str, Any]:
        async with reach(url) as session:
            return await work(session, await session.review_id(review))

    answer = run(connected())
    if json:
        print_json(answer)
        return
    _tell_import(answer)


def _tell_import(answer: dict[str, Any]) -> None:
    out = console()
    out.print(
        f"{answer['format']}: {counted(answer['records'], 'record')}, {answer['added']} added, "
        f"{answer['merged']} merged, {answer['seen']} seen before."
    )
    for kind, word in (("repairs", "repaired"), ("rejections", "left out")):
        for item in answer.get(kind, ())[:20]:
            out.print(f"  line {item.get('line')}: {word}: {item.get('what') or item.get('why')}")


def demo(
    reset: Annotated[bool, typer.Option("--reset", help="Delete the demo's data first.")] = False,
    bundle: Annotated[
        Path | None, typer.Option(help="Another bundle than examples/reco.", hidden=True)
    ] = None,
) -> None:
    """Load the RECO review through all services and show what they conjecture from it."""
    run(demonstration.demonstrate(bundle, reset=reset))
