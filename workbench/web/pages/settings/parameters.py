"""The numbers by which configurations are computed."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer
from workbench.web.session import pages_router

NUMBERS = (
    ("k_enabling", "Studies that make a context enabling", "a whole number, at least 1"),
    ("k_disabling", "Studies that make a context disabling", "a whole number, at least 1"),
    ("share", "Share of studies in which a context recurs", "more than 0, at most 1"),
    ("near", "Studies by which a near tie may differ", "a whole number, 0 or more"),
)


def routes(ctx: Context) -> APIRouter:
    """The page and its form."""
    router = pages_router()

    @router.get("/reviews/{review_id}/settings/parameters", response_class=HTMLResponse)
    async def parameters(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """The numbers as they stand."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at)

    @router.post("/reviews/{review_id}/settings/parameters")
    async def change(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Compute everything by other numbers."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        body: dict[str, Any] = {}
        for name, label, hint in NUMBERS:
            try:
                given = form[name].replace(",", ".")
                body[name] = float(given) if name == "share" else int(given)
            except ValueError:
                none = Answer(422, None, f"“{label}” is a number, {hint}.")
                return await _shown(at, refused("parameters", none, form, name))
        answer = await at.ask("PUT", "synthesis", "/parameters", json=body)
        if answer.problem:
            return await _shown(at, refused("parameters", answer, form))
        return at.to("/settings/parameters")

    return router


async def _shown(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    found = await at.ask("GET", "synthesis", "/parameters")
    return await at.page(
        "settings/parameters.html",
        tried,
        values=found.body or {},
        trouble=found.problem,
        NUMBERS=NUMBERS,
    )
