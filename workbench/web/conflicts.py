"""The conflicts page: both votes side by side, for whoever may resolve them."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.auth import PrincipalDep
from shared.service import Context
from workbench.web import reading
from workbench.web.asking import Answer, ask
from workbench.web.origin import same_origin
from workbench.web.screening import Desk, desk
from workbench.web.session import pages_router
from workbench.web.site import page


def routes(ctx: Context) -> APIRouter:
    """The conflicts page and its form."""
    router = pages_router()

    @router.get("/reviews/{review_id}/conflicts", response_class=HTMLResponse)
    async def conflicts(
        review_id: str, request: Request, principal: PrincipalDep, stage: str | None = None
    ) -> HTMLResponse:
        """Records whose votes differ, at the first stage that has any."""
        at = await desk(ctx, principal, review_id, stage, None)
        if stage is None:
            named = next((s.stage for s in at.flow.stages if s.conflict), at.stage.stage)
            at = await desk(ctx, principal, review_id, named, None)
        return await _shown(ctx, request, at)

    @router.post("/reviews/{review_id}/conflicts/{stage}/resolution")
    async def resolve(
        review_id: str,
        stage: str,
        request: Request,
        principal: PrincipalDep,
        record: Annotated[str, Form()],
        verdict: Annotated[str, Form()],
        reason: Annotated[str, Form()] = "",
        note: Annotated[str, Form()] = "",
    ) -> Response:
        """Settle one conflict."""
        same_origin(request)
        at = await desk(ctx, principal, review_id, stage, None)
        body = {"verdict": verdict, "note": note}
        if verdict == "exclude" and reason:
            body["reason"] = reason
        path = f"{at.api}/conflicts/{quote(record, safe='')}/resolution"
        answer = await ask(ctx, request, "POST", path, json=body)
        if answer.problem:
            return await _shown(ctx, request, at, error=answer, tried=record)
        own = f"/reviews/{quote(review_id, safe='')}/conflicts?stage={quote(stage, safe='')}"
        return RedirectResponse(own, status_code=303)

    return router


async def _shown(
    ctx: Context, request: Request, at: Desk, *, error: Answer | None = None, tried: str = ""
) -> HTMLResponse:
    found = await ask(ctx, request, "GET", f"{at.api}/conflicts")
    criteria = await ask(ctx, request, "GET", f"{at.api}/criteria")
    people = {one.person: one.name for one in at.review.team}
    return page(
        "conflicts.html",
        status=error.status if error else 200,
        review=at.review,
        at=at,
        items=[_named(one, people) for one in found.items()],
        reasons=reading.reasons(criteria.body),
        trouble=found.problem,
        error=error.problem if error else "",
        tried=tried,
        R=reading,
    )


def _named(conflict: dict[str, Any], people: dict[str, str]) -> dict[str, Any]:
    votes = conflict["votes"]
    if votes is None:
        return conflict
    named = [{**vote, "name": people.get(vote["person"], vote["person"])} for vote in votes]
    return {**conflict, "votes": named}
