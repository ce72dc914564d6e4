"""The page of suggestions: ask a machine, judge what it suggests, see how well it does."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.ids import new_id
from shared.kernel.service import Context
from workbench.projections.store import projections
from workbench.web.domain import suggestions as forms
from workbench.web.pages.listing import whole
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import key
from workbench.web.session import pages_router

PAGE = 25
SILENT: Mapping[str, Any] = {
    **{"on": False, "why_off": "", "suggested": 0},
    **{"states": {}, "runs": (), "measured": ()},
}
"""What is shown where extraction does not answer."""
ACTS = {"resume": "resume", "stop": "stop"}


def routes(ctx: Context) -> APIRouter:
    """Suggestions, and what is done with them."""
    router = pages_router()
    _add_page(router, ctx)
    _add_asking(router, ctx)
    _add_judging(router, ctx)
    return router


def _add_page(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/suggestions", response_class=HTMLResponse)
    async def suggestions(
        review_id: str,
        principal: PrincipalDep,
        request: Request,
        document: Annotated[str, Query(max_length=500)] = "",
    ) -> HTMLResponse:
        """What waits for a person (on one document or on all), runs, and measured agreement."""
        at = await open_at(ctx, request, principal, review_id)
        return await _page(at, NOTHING, document)


async def _page(at: ReviewAt, tried: Tried, document: str = "") -> HTMLResponse:
    state = await at.ask("GET", "extraction", "/assistance")
    coder = at.may("coder")
    on = {"document": document} if document else {}
    waiting = await _listed(at, {"state": "pending", "limit": PAGE, **on}) if coder else []
    judged = await _listed(at, {"state": "judged", "limit": PAGE, **on}) if coder else []
    codes = await at.ask("GET", "extraction", "/codes") if waiting else None
    listed = await whole(at, "extraction", "/documents")
    theories = await at.ctx.db.read(lambda tx: projections.theory_states(tx, at.review.id))
    return await at.page(
        "suggestions.html",
        tried=tried,
        state=state.body or SILENT,
        problem=tried.problem or state.problem,
        waiting=waiting,
        judged=judged,
        document=document,
        codes=[one for one in (codes.body or ()) if one["status"] == "active"] if codes else [],
        documents=[one for one in listed.items if one["text_version"] and not one["confidential"]],
        titles={one["id"]: one["title"] or one["id"] for one in listed.items},
        theories=[(one["theory_id"], one["name"]) for one in theories],
        names={one["theory_id"]: one["name"] for one in theories},
        forms=forms,
        may_ask=at.may() and bool(state.body and state.body["on"]),
    )


async def _listed(at: ReviewAt, params: dict[str, Any]) -> list[Any]:
    return (await at.ask("GET", "extraction", "/suggestions", params=params)).items()


def _add_asking(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/suggestions")
    async def ask_for(review_id: str, principal: PrincipalDep, request: Request) -> Response:
        """Ask for suggestions on the chosen documents, or resume or stop a run."""
        principal.require(review_id, "owner")
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        act = ACTS.get(form["what"])
        if act:
            path = f"/assistance/runs/{key(form['run'])}/{act}"
            said = await at.ask("POST", "extraction", path, json={} if act == "stop" else None)
        else:
            body = forms.run_of(form.all("documents"), form.all("theories"))
            path = f"/assistance/runs/{new_id()}"
            said = await at.ask("PUT", "extraction", path, json=body)
        if said.ok:
            return at.to("/suggestions")
        return await _page(at, refused("ask", said, form))


def _add_judging(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/suggestions/{suggestion_id}/{what}")
    async def judge(
        review_id: str, suggestion_id: str, what: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Accept a suggestion, accept it changed, or reject it with a reason."""
        principal.require(review_id, "coder")
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        body = forms.verdict_of(what, form.values(), form.all("theories"))
        if not body:
            raise NotFound("A suggestion is not judged like this; use the forms of its page.")
        path = f"/suggestions/{key(suggestion_id)}/verdict"
        said = await at.ask("PUT", "extraction", path, json=body)
        on = form["on"]
        if said.ok:
            return at.to("/suggestions" + (f"?document={key(on)}" if on else ""))
        return await _page(at, refused(suggestion_id, said, form), on)
