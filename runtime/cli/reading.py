"""Commands that read a review: ccmocs, report, reviews, records, fragments, theories."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from runtime.cli.configurations import (
    ConfigurationLabels,
    body_of,
    labels_of,
    place_in_method,
    revision_of,
    shown_rows,
)
from runtime.cli.output import console, print_json, print_listing, table
from runtime.cli.session import JsonOption, ReviewOption, UrlOption, reach, run
from runtime.loading.client import segment

LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")]


async def listing(
    url: str | None, review: str | None, service: str, what: str, **params: Any
) -> list[dict[str, Any]]:
    """The items of a service's list, all pages (or the first `limit`)."""
    limit = params.pop("limit", None)
    given = {name: value for name, value in params.items() if value is not None}
    async with reach(url) as session:
        review_id = await session.review_id(review)
        path = f"/api/{service}/reviews/{segment(review_id)}/{what}"
        found: list[dict[str, Any]] = []
        async for item in session.api.all(path, **given):
            found.append(item)
            if limit is not None and len(found) >= limit:
                break
        return found


def reviews(url: UrlOption = None, json: JsonOption = False) -> None:
    """List the reviews."""

    async def work() -> list[dict[str, Any]]:
        async with reach(url) as session:
            return await session.api.listed("/api/reviews")

    print_listing(run(work()), ("id", "title"), as_json=json)


def records(
    q: Annotated[str | None, typer.Option("--query", "-q", help="Words to look for.")] = None,
    limit: LimitOption = 50,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """List the library's records."""
    found = run(listing(url, review, "search", "records", q=q, limit=limit))
    print_listing(found, ("record_id", "label", "title", "#year"), as_json=json)


def fragments(
    theory: Annotated[str | None, typer.Option(help="Only of this theory.")] = None,
    document: Annotated[str | None, typer.Option(help="Only of this document.")] = None,
    limit: LimitOption = 50,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """List coded fragments."""
    work = listing(
        url, review, "extraction", "fragments", theory=theory, document=document, limit=limit
    )
    print_listing(run(work), ("id", "theories", "status", "#version"), as_json=json)


def theories(review: ReviewOption = None, url: UrlOption = None, json: JsonOption = False) -> None:
    """List the programme theories."""
    found = run(listing(url, review, "synthesis", "theories"))
    print_listing(found, ("id", "name", "domain", "status"), as_json=json)


def ccmocs(
    theory: Annotated[str | None, typer.Option(help="Only of this theory.")] = None,
    leading: Annotated[
        bool, typer.Option("--leading", help="Only the first of each outcome group.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", help="With revisions, times and causes.")
    ] = False,
    issues: Annotated[
        bool, typer.Option("--issues", help="What has no place in a configuration.")
    ] = False,
    ids: Annotated[
        bool, typer.Option("--ids", help="Print ids of groups instead of their labels.")
    ] = False,
    review: ReviewOption = None,
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """List the conjectured configurations of context, mechanism and outcome."""
    if theory is not None:
        run(_check_theory(url, review, theory))
    wish = {"theory": theory, **({"leading": True} if leading else {})}
    if issues:
        found = run(_issues(url, review))
        if json:
            print_json(found)
        else:
            _print_issues(found)
    elif json or history:
        print_json(run(_bodies(url, review, wish, history=history)))
    else:
        found = run(listing(url, review, "synthesis", "ccmocs", **wish))
        _print_ccmocs(found, ConfigurationLabels() if ids else run(_labels(url, review)))


async def _check_theory(url: str | None, review: str | None, theory: str) -> None:
    """Raise `ApiError` naming the theories there are."""
    async with reach(url) as session:
        review_id = await session.review_id(review)
        path = f"/api/synthesis/reviews/{segment(review_id)}/theories/{segment(theory)}"
        await session.api.get(path)


async def _bodies(
    url: str | None, review: str | None, wish: dict[str, Any], *, history: bool
) -> list[dict[str, Any]]:
    """Bodies and content hashes, sorted by id; with their history if wished."""
    given = {name: value for name, value in wish.items() if value is not None}
    async with reach(url) as session:
        review_id = await session.review_id(review)
        base = f"/api/synthesis/reviews/{segment(review_id)}/ccmocs"
        items = sorted(await session.api.listed(base, **given), key=place_in_method)
        if not history:
            return [body_of(item) for item in items]
        whole = [await session.api.get(f"{base}/{segment(item['id'])}") for item in items]
        return [
            {
                **body_of(item),
                "state": item["state"],
                "history": list(map(revision_of, seen["history"])),
            }
            for item, seen in zip(items, whole, strict=True)
        ]


async def _issues(url: str | None, review: str | None) -> Any:
    async with reach(url) as session:
        review_id = await session.review_id(review)
        return await session.api.get(f"/api/synthesis/reviews/{segment(review_id)}/issues")


def _print_issues(found: Any) -> None:
    out = console()
    items = found.get("items", []) if isinstance(found, dict) else found
    if not items:
        out.print("No issues.")
    for item in items:
        parts = (f"{name}: {value}" for name, value in item.items() if value not in (None, "", []))
        out.print("  ".join(parts), markup=False)


async def _labels(url: str | None, review: str | None) -> ConfigurationLabels:
    async with reach(url) as session:
        review_id = await session.review_id(review)
        return await labels_of(session.api, review_id)


def _print_ccmocs(found: list[dict[str, Any]], labels: ConfigurationLabels) -> None:
    out = console()
    if not found:
        out.print("No configuration is conjectured yet: load a bundle, or code fragments.")
        return
    link = ("theory", "outcome", "part", "mechanism", "with", "pattern")
    columns = (*link, "#studies +", "#-", "share", "state")
    rows = shown_rows(found, labels)
    out.print(table("Conjectured, unless people have agreed (*: first to look at)", columns, rows))


class ReportFormat(StrEnum):
    """What a report is written as."""

    HTML = "html"
    DOCX = "docx"
    MD = "md"
    JSON = "json"


def report(
    target: Annotated[
        Path | None, typer.Argument(help="File to write; its ending tells the format.")
    ] = None,
    form: Annotated[
        ReportFormat | None, typer.Option("--format", help="What to write; html unless told.")
    ] = None,
    review: ReviewOption = None,
    url: UrlOption = None,
) -> None:
    """Write the review's report: a self-contained page, a Word document, Markdown or JSON."""
    kind = form or _told_by(target)
    path_written = target or Path(f"report.{kind.value}")

    async def work() -> bytes:
        async with reach(url) as session:
            review_id = await session.review_id(review)
            path = f"/api/synthesis/reviews/{segment(review_id)}/report.{kind.value}"
            return await session.api.fetch(path)

    found = run(work())
    path_written.parent.mkdir(parents=True, exist_ok=True)
    path_written.write_bytes(found)
    console().print(f"Wrote {path_written}.")


def _told_by(target: Path | None) -> ReportFormat:
    """The format that a file's ending tells; a page where it tells none."""
    ending = target.suffix.lower().lstrip(".") if target else ""
    endings = {one.value: one for one in ReportFormat} | {"markdown": ReportFormat.MD}
    return endings.get(ending, ReportFormat.HTML)
