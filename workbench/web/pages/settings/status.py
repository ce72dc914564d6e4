"""The switch of the public status, and the page that everybody sees."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.status import handlers as use
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.session import pages_router
from workbench.web.site import page


def routes(ctx: Context) -> APIRouter:
    """The owners' page, and everybody's."""
    router = pages_router()

    @router.get("/reviews/{review_id}/settings/status", response_class=HTMLResponse)
    async def settings(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """Whether the status is public, and its address."""
        at = await open_at(ctx, request, principal, review_id)
        principal.require(review_id, "owner")
        return await _shown(at)

    @router.post("/reviews/{review_id}/settings/status")
    async def switch(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Show it, or hide it."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        body = {"shown": form["deed"] == "show"}
        answer = await at.ask("PUT", "", "/public-status", json=body)
        if answer.problem:
            return await _shown(at, refused("status", answer, form))
        return at.to("/settings/status")

    _add_public(router, ctx)
    return router


def _add_public(router: APIRouter, ctx: Context) -> None:
    @router.get("/status/{name}", response_class=HTMLResponse)
    async def status(name: Annotated[str, Path(max_length=64)]) -> HTMLResponse:
        """Four figures of a review whose team shows them; without signing in."""
        found = await ctx.db.read(lambda tx: use.status_of(tx, name))
        return await page("status.html", figures=found, now=ctx.clock.now())


async def _shown(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    answer = await at.ask("GET", "", "/public-status")
    address = str(at.request.url.replace(path=use.path_of(at.review.id), query=""))
    return await at.page(
        "settings/status.html",
        tried,
        shown=bool(answer.ok and answer.body["shown"]),
        address=address,
    )
