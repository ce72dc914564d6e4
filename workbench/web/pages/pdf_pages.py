"""The pages of a document's PDF: the pane beside its text, and a page of their own."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    """How many pages can be shown, and where in the text each begins (`0:1 1520:2`)."""

    count: int = 0
    turns: str = ""


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
        document, counted = await asyncio.gather(
            at.ask("GET", "extraction", path), at.ask("GET", "extraction", f"{path}/pages")
        )
        if not counted.ok or not counted.body["pages"]:
            raise NotFound(counted.problem or "This document has no PDF here.")
        number = min(page, counted.body["pages"])
        return await at.page(
            "pdf_pages.html", d=document.body, number=number, pages=counted.body["pages"]
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
    return PdfPages(counted.body["pages"], turns_of(paragraphs))


def turns_of(paragraphs: Iterable[Mapping[str, Any]]) -> str:
    """Where pages begin in the text, as `offset:page` in order, without repeats."""
    found: list[tuple[int, int]] = []
    for one in paragraphs:
        if one.get("page") and (not found or found[-1][1] != one["page"]):
            found.append((int(one["start"]), int(one["page"])))
    return " ".join(f"{start}:{page}" for start, page in found)
