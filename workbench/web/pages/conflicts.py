"""The conflicts page: both votes side by side, for whoever may resolve them."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import PrincipalDep
from shared.http.origin import same_origin
from shared.kernel.service import Context
from workbench.web.domain import screening_events
from workbench.web.pages import record_view
from workbench.web.pages.screening_desk import ScreeningPage, screening_page
from workbench.web.services import Answer, ask
from workbench.web.session import pages_router
from workbench.web.site import page


def routes(ctx: Context) -> APIRouter:
    """The conflicts page and its form."""
    router = pages_router()
    _add_reading(router, ctx)
    _add_resolving(router, ctx)
    return router


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/conflicts", response_class=HTMLResponse)
    async def conflicts(
        review_id: str, request: Request, principal: PrincipalDep, stage: str | None = None
    ) -> HTMLResponse:
        """Records whose votes differ, at the first stage that has any."""
        at = await screening_page(ctx, principal, review_id, stage, None)
        if stage is None:
            named = next((s.stage for s in at.flow.stages if s.conflict), at.stage.stage)
            at = await screening_page(ctx, principal, review_id, named, None)
        return await _shown(ctx, request, at)


def _add_resolving(router: APIRouter, ctx: Context) -> None:
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
        theories: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        """Settle one conflict, with a written reason; what is refused stays in the form."""
        same_origin(request)
        at = await screening_page(ctx, principal, review_id, stage, None)
        tried = {
            "record": record, "verdict": verdict, "reason": reason, "note": note,
            "theories": theories or [],
        }  # fmt: skip
        path = f"{at.api}/conflicts/{quote(record, safe='')}/resolution"
        answer = await ask(ctx, request, "POST", path, json=_body(tried))
        if answer.problem:
            return await _shown(ctx, request, at, error=answer, tried=tried)
        own = f"/reviews/{quote(review_id, safe='')}/conflicts?stage={quote(stage, safe='')}"
        return RedirectResponse(own, status_code=303)


def _body(tried: dict[str, Any]) -> dict[str, Any]:
    """What the form says, without what does not go with its verdict."""
    wanted = {"include": ("theories",), "exclude": ("reason",)}.get(tried["verdict"], ())
    more = {name: tried[name] for name in wanted if tried[name]}
    return {"verdict": tried["verdict"], "note": tried["note"], **more}


async def _shown(
    ctx: Context,
    request: Request,
    at: ScreeningPage,
    *,
    error: Answer | None = None,
    tried: dict[str, Any] | None = None,
) -> HTMLResponse:
    found = await ask(ctx, request, "GET", f"{at.api}/conflicts")
    criteria = await ask(ctx, request, "GET", f"{at.api}/criteria")
    people = {one.person: one.name for one in at.review.team}
    return await page(
        "conflicts.html",
        status=error.status if error else 200,
        review=at.review,
        at=at,
        items=[_named(one, people) for one in found.items()],
        reasons=record_view.reasons(criteria.body),
        trouble=found.problem,
        error=error.problem if error else "",
        tried=tried or {"record": ""},
        hears=screening_events.SCREENING,
        R=record_view,
    )


def _named(conflict: dict[str, Any], people: dict[str, str]) -> dict[str, Any]:
    votes = conflict["votes"]
    if votes is None:
        return conflict
    named = [{**vote, "name": people.get(vote["person"], vote["person"])} for vote in votes]
    theories = {theory for vote in votes for theory in vote["theories"]}
    return {**conflict, "votes": named, "theories": theories}
