"""How a review is coded: its coding schema, and the machine that may suggest passages."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.session import pages_router

SCHEMAS = (
    ("CMO", "CMO: context, resource, response, outcome"),
    ("ICAMO", "ICAMO: intervention and actor besides"),
    ("SCMO", "SCMO: strategy besides"),
)


def routes(ctx: Context) -> APIRouter:
    """The page and its form."""
    router = pages_router()

    @router.get("/reviews/{review_id}/settings/coding", response_class=HTMLResponse)
    async def coding(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """The coding schema, and whether a machine suggests."""
        return await _shown(await open_at(ctx, request, principal, review_id))

    @router.post("/reviews/{review_id}/settings/coding")
    async def choose(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Choose the coding schema."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        body = {"name": form["name"]}
        answer = await at.ask("PUT", "extraction", "/coding-schema", json=body)
        if answer.problem:
            return await _shown(at, refused("schema", answer, form, "name"))
        return at.to("/settings/coding")

    return router


async def _shown(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    schema = await at.ask("GET", "extraction", "/coding-schema")
    assistance = await at.ask("GET", "extraction", "/assistance")
    state: dict[str, Any] = assistance.body if assistance.ok else {}
    return await at.page(
        "settings/coding.html",
        tried,
        schema=schema.body["name"] if schema.ok else "",
        state=state,
        trouble=schema.problem or assistance.problem,
        SCHEMAS=SCHEMAS,
    )
