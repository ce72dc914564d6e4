"""The optional sources: which are on, and looks at what became of the review's articles."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.session import pages_router

STATES = {
    "waiting": "waits for its turn",
    "running": "is carried out",
    "succeeded": "has ended",
    "failed": "has failed",
}
OPEN = ("waiting", "running")


def routes(ctx: Context) -> APIRouter:
    """The page, and the button that asks all sources that are on."""
    router = pages_router()

    @router.get("/reviews/{review_id}/sources", response_class=HTMLResponse)
    async def sources(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """Every optional source, and how far its newest look has come."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at)

    @router.post("/reviews/{review_id}/sources")
    async def look(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Ask every source that is on what became of the review's articles."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        said = await at.ask("POST", "search", "/retraction-looks")
        if said.problem:
            return await _shown(at, refused("look", said, form))
        return at.to("/sources")

    return router


async def _shown(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    found = await at.ask("GET", "search", "/connectors")
    sources = [{**one, "asked_for": _asked_for(one)} for one in found.items()]
    looks = [one["look"] for one in sources if one["look"]]
    return await at.page(
        "find/sources.html",
        tried,
        sources=sources,
        trouble=found.problem,
        STATES=STATES,
        OPEN=OPEN,
        going_on=any(look["state"] in OPEN for look in looks),
    )


def _asked_for(source: Mapping[str, Any]) -> str:
    """What a source is asked for, in words."""
    citations = "reference lists" if source["source"] == "crossref" else "citations both ways"
    searches = ", searches" if source["source"] != "crossref" else ""
    return f"retractions, {citations} for CLUSTER searching{searches}"
