"""The pages of a document's PDF: the pane beside its text, and a page of their own."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.web.pages.review_at import open_at
from workbench.web.services import ask, key
from workbench.web.session import pages_router


@dataclass(frozen=True, slots=True)
class PdfPages:
    """How many pages can be shown, where in the text each begins (`0:1 1520:2`), and what the
    file calls those that it does not call by their number.
    """

    count: int = 0
    turns: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def routes(ctx: Context) -> APIRouter:
    """The page of the pages, for who has no script."""
    router = pages_router()

    @router.get("/reviews/{review_id}/pages-of/{document_id:path}", response_class=HTMLResponse)
    async def pages(
        review_id: str,
        document_id: str,
        request: Request,
        principal: PrincipalDep,
        page: Annotated[int, Query(ge=1, le=5_000)] = 1,
    ) -> HTMLResponse:
        """One page of the document's PDF, and the ways to the others."""
        at = await open_at(ctx, request, principal, review_id)
        path = f"/documents/{key(document_id)}"
        asked = (path, f"{path}/pages", f"{path}/map")
        document, counted, places = await asyncio.gather(
            *(at.ask("GET", "extraction", one) for one in asked)
        )
        if not counted.ok or not counted.body["pages"]:
            raise NotFound(counted.problem or "This document has no PDF here.")
        number, pages = min(page, counted.body["pages"]), counted.body["pages"]
        labels = labels_of(places.body["paragraphs"] if places.ok else ())
        label = labels.get(str(number), "")
        return await at.page(
            "pdf_pages.html", d=document.body, number=number, pages=pages, label=label
        )

    return router


async def pdf_of(
    ctx: Context, request: Request, review_id: str, document: Mapping[str, Any]
) -> PdfPages:
    """What the pane shows of a document; nothing where there is no PDF, or no right to it."""
    base = f"/api/extraction/reviews/{key(review_id)}/documents/{key(document['id'])}"
    counted = await ask(ctx, request, "GET", f"{base}/pages")
    if not counted.ok or not counted.body["pages"]:
        return PdfPages()
    places = await ask(ctx, request, "GET", f"{base}/map")
    paragraphs = places.body["paragraphs"] if places.ok else ()
    return PdfPages(counted.body["pages"], turns_of(paragraphs), labels_of(paragraphs))


def labels_of(paragraphs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What a file calls its pages, by number, where that is something else."""
    return {str(one["page"]): one["label"] for one in paragraphs if one.get("label")}


def locator_of(paragraphs: Iterable[Mapping[str, Any]], start: int, end: int) -> str:
    """Where a passage stands, as a report cites it: `p. 3`, `p. S12`, `pp. iv–v`; "" where nobody
    knows the page.
    """
    on = [
        one for one in paragraphs if one.get("page") and one["start"] < end and start < one["end"]
    ]
    if not on:
        return ""
    first, last = (one.get("label") or str(one["page"]) for one in (on[0], on[-1]))
    return f"p. {first}" if on[0]["page"] == on[-1]["page"] else f"pp. {first}\u2013{last}"


def turns_of(paragraphs: Iterable[Mapping[str, Any]]) -> str:
    """Where pages begin in the text, as `offset:page` in order, without repeats."""
    found: list[tuple[int, int]] = []
    for one in paragraphs:
        if one.get("page") and (not found or found[-1][1] != one["page"]):
            found.append((int(one["start"]), int(one["page"])))
    return " ".join(f"{start}:{page}" for start, page in found)


async def cited(
    ctx: Context,
    request: Request,
    review_id: str,
    document: Mapping[str, Any],
    before: Mapping[str, Any],
    place: Mapping[str, Any],
) -> str:
    """The locator of a passage: what people said of it, else its page as the file calls it.

    That of a passage which stays where it is stays what it is, also where it is empty.
    """
    said = str(before.get("locator") or "")
    was = before.get("place") or {}
    stays = all(was.get(edge) == place.get(edge) for edge in ("start", "end"))
    if place.get("start") is None or (before and stays):
        return said
    base = f"/api/extraction/reviews/{key(review_id)}/documents/{key(document['id'])}"
    answer = await ask(ctx, request, "GET", f"{base}/map")
    paragraphs = answer.body["paragraphs"] if answer.ok else ()
    if said and said != (locator_of(paragraphs, was["start"], was["end"]) if was else ""):
        return said
    return locator_of(paragraphs, place["start"], place["end"])
