"""Excluded records that a change of criteria or theory offers again."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages import record_view
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

AT_ONCE = 50


def routes(ctx: Context) -> APIRouter:
    """The offers of all stages, and the form under each."""
    router = pages_router()

    @router.get("/reviews/{review_id}/reconsider", response_class=HTMLResponse)
    async def offers(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """What is offered, with why it was excluded and what has changed since."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at)

    @router.post("/reviews/{review_id}/reconsider")
    async def answer(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Open the record again, or leave it excluded; with a reason."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        if not form["reason"]:
            none = Answer(422, None, "Say why, in a few words.")
            return await _shown(at, refused(form["record"], none, form, "reason"))
        part = "settlements" if form["deed"] == "reopen" else "reconsider"
        deed = "reopen" if form["deed"] == "reopen" else "dismiss"
        path = f"/stages/{key(form['stage'])}/{part}/{key(form['record'])}/{deed}"
        said = await at.ask("POST", "screening", path, json={"reason": form["reason"]})
        if said.problem:
            return await _shown(at, refused(form["record"], said, form))
        return at.to("/reconsider")

    return router


async def _shown(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    names = [str(one["name"]) for one in at.review.stages]
    told = await asyncio.gather(
        *(
            at.ask("GET", "screening", f"/stages/{key(name)}/reconsider", params={"limit": AT_ONCE})
            for name in names
        )
    )
    criteria = await asyncio.gather(
        *(at.ask("GET", "screening", f"/stages/{key(name)}/criteria") for name in names)
    )
    reasons = {k: words for one in criteria for k, words in record_view.reasons(one.body)}
    return await at.page(
        "screen/reconsider.html",
        tried,
        offers=[
            (name, offer) for name, one in zip(names, told, strict=True) for offer in one.items()
        ],
        trouble=next((one.problem for one in told if one.problem), ""),
        reasons=reasons,
        R=record_view,
    )
