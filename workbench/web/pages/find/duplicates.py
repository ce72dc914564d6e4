"""Duplicates: two records that may be one, side by side, and a person's word on them."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.review.source_names import source_name
from workbench.web.pages import record_view
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import key
from workbench.web.session import pages_router

COMPARED = (
    ("title", "Title"), ("authors", "Authors"), ("year", "Year"), ("journal", "Journal"),
    ("volume", "Volume"), ("pages", "Pages"), ("doi", "DOI"), ("pmid", "PubMed"), ("kind", "Kind"),
)  # fmt: skip


def routes(ctx: Context) -> APIRouter:
    """The proposals and the form under each."""
    router = pages_router()

    @router.get("/reviews/{review_id}/duplicates", response_class=HTMLResponse)
    async def duplicates(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """Open proposals, the strongest first."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at)

    @router.post("/reviews/{review_id}/duplicates")
    async def decide(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """One record, or two."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        body = {"verdict": form["verdict"], "reason": form["reason"]}
        answer = await at.ask("POST", "search", f"/proposals/{key(form['proposal'])}", json=body)
        if answer.problem:
            return await _shown(at, refused(form["proposal"], answer, form))
        return at.to("/duplicates")

    return router


async def _shown(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    found = await at.ask("GET", "search", "/proposals", params={"limit": 20})
    numbers = await at.ask("GET", "search", "/library")
    return await at.page(
        "find/duplicates.html",
        tried,
        items=[{**one, "rows": _rows(*one["records"])} for one in found.items()],
        trouble=found.problem,
        numbers=numbers.body or {"proposals": 0, "source_records": 0, "records": 0},
        R=record_view,
    )


def _rows(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Field by field: label, both values as text, whether they differ."""
    rows = []
    for name, label in COMPARED:
        a, b = _text(one[name]), _text(other[name])
        if a or b:
            rows.append({"label": label, "values": (a, b), "differs": a.casefold() != b.casefold()})
    found = {"label": "Found in", "values": (_found_in(one), _found_in(other)), "differs": False}
    return [*rows, found]


def _found_in(record: Mapping[str, Any]) -> str:
    return ", ".join(sorted({source_name(one["source"]) for one in record["sources"]}))


def _text(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value or "")
