"""One search over records, documents, codes, theories and pages of a review."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.projections.store import projections
from workbench.web.navigation import AREAS
from workbench.web.pages.record_view import byline, title_of
from workbench.web.pages.review_at import ReviewAt, open_at
from workbench.web.services import key
from workbench.web.session import pages_router

EACH = 8
DOCUMENTS = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    path: str
    words: str
    more: str = ""


def routes(ctx: Context) -> APIRouter:
    """The search, as a page and as the part that the dialog shows."""
    router = pages_router()

    @router.get("/reviews/{review_id}/search", response_class=HTMLResponse)
    async def search(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        q: Annotated[str, Query(max_length=200)] = "",
        fragment: Annotated[str | None, Header(alias="X-Fragment")] = None,
    ) -> HTMLResponse:
        """What has all the words, by kind."""
        at = await open_at(ctx, request, principal, review_id)
        found = await _found(at, q.split()) if q.strip() else {}
        template = "_found.html" if fragment else "search.html"
        return await at.page(template, q=q, found=found)

    return router


async def _found(at: ReviewAt, words: list[str]) -> dict[str, list[Hit]]:
    records, documents, theory, codes = await asyncio.gather(
        _records(at, words), _documents(at, words), _theories(at, words), _codes(at, words)
    )
    kinds = {
        "Pages": _pages(at, words),
        "Theories": theory,
        "Records": records,
        "Documents": documents,
        "Codes": codes,
    }
    return {kind: hits for kind, hits in kinds.items() if hits}


def _has(words: list[str], *texts: Any) -> bool:
    text = " ".join(str(one) for one in texts if one).casefold()
    return all(word.casefold() in text for word in words)


def _pages(at: ReviewAt, words: list[str]) -> list[Hit]:
    return [
        Hit(at.here(page.path), page.words, area.words)
        for area in AREAS
        for page in area.pages
        if _has(words, page.words, area.words) and (not page.owners or at.may("owner"))
    ][:EACH]


async def _records(at: ReviewAt, words: list[str]) -> list[Hit]:
    asked = {"q": " ".join(words), "limit": EACH}
    answer = await at.ask("GET", "search", "/records", params=asked)
    return [
        Hit(at.here(f"/records/{key(one['record_id'])}"), title_of(one), byline(one))
        for one in answer.items()
    ]


async def _documents(at: ReviewAt, words: list[str]) -> list[Hit]:
    answer = await at.ask("GET", "extraction", "/documents", params={"limit": DOCUMENTS})
    return [
        Hit(at.here(f"/coding/{key(one['id'])}"), one["title"] or one["id"], one["kind"])
        for one in answer.items()
        if _has(words, one["title"], one["kind"], one["year"])
    ][:EACH]


async def _theories(at: ReviewAt, words: list[str]) -> list[Hit]:
    states = await at.ctx.db.read(lambda tx: projections.theory_states(tx, at.review.id))
    return [
        Hit(at.here(f"/theories/{key(one['theory_id'])}"), _theory(one), one["statement"])
        for one in states
        if _has(words, *(one.get(name) for name in ("theory_id", "name", "statement")))
    ][:EACH]


def _theory(state: Mapping[str, Any]) -> str:
    return f"{state['theory_id']}: {state['name']}"


async def _codes(at: ReviewAt, words: list[str]) -> list[Hit]:
    books = await at.ctx.db.read(lambda tx: projections.group_words(tx, at.review.id))
    return [
        Hit(at.here(f"/theories/{key(theory)}"), label, f"Group of {theory}")
        for theory, known in books.items()
        for label in known.labels.values()
        if _has(words, label)
    ][:EACH]
