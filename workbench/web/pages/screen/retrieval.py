"""Retrieval: the reports of included records, which are sought, received or not to be had."""

from collections import Counter

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages.listing import Asked, Start, has_words, part, whole
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

STATES = {
    "sought": "to get",
    "requested": "requested",
    "received": "received",
    "not_retrieved": "not retrieved",
}


def routes(ctx: Context) -> APIRouter:
    """The list, and saying how far a report is."""
    router = pages_router()
    _add_list(router, ctx)
    _add_marking(router, ctx)
    return router


def _add_list(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/retrieval", response_class=HTMLResponse)
    async def retrieval(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        state: Asked = "",
        q: Asked = "",
        start: Start = 0,
    ) -> HTMLResponse:
        """Reports of included records by state, each with what can be said of it."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at, state=state, q=q, start=start)


def _add_marking(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/retrieval")
    async def mark(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        state: Asked = "",
        q: Asked = "",
        start: Start = 0,
    ) -> Response:
        """Say how far the getting of a report is; not retrieved needs a reason."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        answer = Answer(422, None, "Choose how far it is: requested, received, not retrieved.")
        if form["to"] in STATES:
            body = {"state": form["to"], "reason": form["reason"]}
            path = f"/retrievals/{key(form['record'])}"
            answer = await at.ask("PUT", "extraction", path, json=body)
        if answer.problem:
            tried = refused(form["record"], answer, form, "reason")
            return await _shown(at, tried, state=state, q=q, start=start)
        return at.to(f"/retrieval?state={key(state)}&q={key(q)}&start={start}")


async def _shown(
    at: ReviewAt, tried: Tried = NOTHING, *, state: str, q: str, start: int
) -> HTMLResponse:
    wanted = state if state in STATES else ""
    found = await whole(at, "extraction", "/retrievals")
    included = [one for one in found.items if one["included"]]
    counts = Counter(one["state"] for one in included)
    listed = [
        one
        for one in included
        if (not wanted or one["state"] == wanted)
        and has_words(q, one["title"], one["label"], one["doi"], one["year"])
    ]
    listed.sort(key=lambda one: (list(STATES).index(one["state"]), one["title"] or one["label"]))
    items, more = part(listed, start, {"state": wanted, "q": q})
    return await at.page(
        "screen/retrieval.html",
        tried,
        items=items,
        more=more,
        trouble=found.problem,
        counts=counts,
        total=len(included),
        asked={"state": wanted, "q": q, "start": start},
        STATES=STATES,
        may_mark=at.may("coder", "reviewer"),
    )
