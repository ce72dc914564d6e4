"""`retroduct documents`: full texts in, and which reports they are."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from runtime.cli.output import console, print_json, print_listing, progress
from runtime.cli.session import JsonOption, ReviewOption, Session, UrlOption, reach, run
from runtime.loading.client import ApiError, segment
from shared.keyring import new_key

app = typer.Typer(help="Full texts: upload, match, confirm.", no_args_is_help=True)

HOW = {"doi": "DOI", "title": "title", "author_year": "author and year"}
SURE = 100
"""The certainty of a proposal by DOI."""


@app.command()
def upload(
    files: Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders of files.")],
    document: Annotated[
        str | None, typer.Option(help="The document that the one file is the text of.")
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm what a DOI tells for certain.")
    ] = False,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Take in full texts (PDF, DOCX, HTML, JATS XML, VTT, text) and say which reports they are."""
    found = list(_files(files))
    if document is not None and len(found) != 1:
        raise typer.BadParameter("With --document name one file.")
    lines = run(_upload(found, document, review, url, confirm=confirm))
    if json:
        print_json(lines)
    else:
        _tell(lines)
    if any(line["problem"] for line in lines):
        raise typer.Exit(1)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")
            )
        else:
            yield path


async def _upload(
    files: list[Path], document: str | None, review: str | None, url: str | None, *, confirm: bool
) -> list[dict[str, Any]]:
    async with reach(url) as session:
        base = f"/api/extraction/reviews/{segment(await session.review_id(review))}"
        lines = []
        with progress() as bars:
            bars.step("full texts", len(files))
            for path in files:
                lines.append(await _one(session, base, path, document, confirm=confirm))
                bars.advance()
        return lines


async def _one(
    session: Session, base: str, path: Path, document: str | None, *, confirm: bool
) -> dict[str, Any]:
    line: dict[str, Any] = {"file": str(path), "problem": "", "upload": None}
    params = {"filename": path.name, **({"document": document} if document else {})}
    data = await asyncio.to_thread(path.read_bytes)
    try:
        said = await session.api.call("POST", f"{base}/uploads", content=data, params=params)
        if confirm and said["state"] == "proposed" and said["proposals"][0]["certainty"] == SURE:
            chosen = {"document": said["proposals"][0]["document"]}
            said = await session.api.post(f"{base}/uploads/{segment(said['id'])}/confirm", chosen)
    except ApiError as error:
        return {**line, "problem": str(error)}
    return {**line, "upload": said}


def _tell(lines: list[dict[str, Any]]) -> None:
    out = console()
    for line in lines:
        said = line["upload"]
        if line["problem"]:
            told = f"not taken: {line['problem']}"
        elif said["state"] == "confirmed":
            told = f"is the text of {said['document']}, version {said['text_version']}"
        elif said["state"] == "proposed":
            first = said["proposals"][0]
            told = f"seems to be {first['document']} (told by {HOW[first['by']]}); confirm it"
        else:
            told = "matches no document; confirm it with --document"
        out.print(f"{line['file']}: {told}", markup=False, soft_wrap=True)


@app.command()
def confirm(
    upload_id: Annotated[str, typer.Argument(help="Id of the upload (see 'documents uploads').")],
    document: Annotated[str, typer.Argument(help="Id of the document it is the text of.")],
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Say of an upload which document it is the text of."""

    async def work() -> dict[str, Any]:
        async with reach(url) as session:
            base = f"/api/extraction/reviews/{segment(await session.review_id(review))}"
            path = f"{base}/uploads/{segment(upload_id)}/confirm"
            said: dict[str, Any] = await session.api.post(path, {"document": document})
            return said

    said = run(work())
    if json:
        print_json(said)
    else:
        _tell([{"file": said["name"], "problem": "", "upload": said}])


@app.command()
def uploads(review: ReviewOption = None, url: UrlOption = None, json: JsonOption = False) -> None:
    """List the files that were taken in."""
    columns = ("id", "name", "kind", "state", "document")
    print_listing(run(_listed("uploads", review, url)), columns, as_json=json)


@app.command(name="list")
def list_(review: ReviewOption = None, url: UrlOption = None, json: JsonOption = False) -> None:
    """List the documents, and those to get."""
    columns = ("id", "title", "kind", "#text_version", "#fragments", "retrieval")
    print_listing(run(_listed("documents", review, url)), columns, as_json=json)


async def _listed(what: str, review: str | None, url: str | None) -> list[dict[str, Any]]:
    async with reach(url) as session:
        base = f"/api/extraction/reviews/{segment(await session.review_id(review))}"
        return await session.api.listed(f"{base}/{what}")


def key() -> None:
    """Print a new key for RETRODUCT_SOURCE_KEYS, which seals confidential sources."""
    console().print(new_key(), markup=False, highlight=False, soft_wrap=True)
