"""Title, question, protocol and the end of a review; every change with its reason."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer
from workbench.web.session import pages_router

STALE = Answer(
    412,
    None,
    "The review was amended since this page was opened; the amendments are below. What you typed "
    "stays here: look at it once more, and save again to put it in place.",
)


def routes(ctx: Context) -> APIRouter:
    """The page of question and protocol, and its forms."""
    router = pages_router()

    @router.get("/reviews/{review_id}/settings", response_class=HTMLResponse)
    async def question(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """What the review asks, what the team said beforehand, and how both changed."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at)

    @router.post("/reviews/{review_id}/settings")
    async def amend(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Change one of them."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        if not form["reason"]:
            none = Answer(422, None, "Say why it changes; the reason is kept with the change.")
            return await _shown(at, refused(form["deed"], none, form, "reason"))
        if form["seen"] and form["seen"] != str(at.review.version):
            newest = {**form.values(), "seen": str(at.review.version)}
            return await _shown(at, refused(form["deed"], STALE, newest, "reason"))
        body = {**_change(at, form), "reason": form["reason"]}
        answer = await at.ask("PATCH", "", "", json=body)
        if answer.problem:
            return await _shown(at, refused(form["deed"], answer, form))
        return at.to("/settings")

    return router


def _change(at: ReviewAt, form: Sent) -> dict[str, Any]:
    if form["deed"] == "protocol":
        known = at.review.protocol
        kept = dict(known) if isinstance(known, Mapping) else {}
        return {"protocol": {**kept, "registration": form["registration"], "text": form["text"]}}
    if form["deed"] == "retire":
        return {"retired": True}
    if form["deed"] == "bring-back":
        return {"retired": False}
    return {"title": form["title"], "question": form["question"]}


async def _shown(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    history = await at.ask("GET", "", "/history")
    known = at.review.protocol
    protocol = dict(known) if isinstance(known, Mapping) else {}
    if isinstance(known, str):
        short = len(known.splitlines()) <= 1
        protocol = {"registration" if short else "text": known}
    return await at.page(
        "settings/question.html",
        tried,
        protocol=protocol,
        history=list(reversed(history.items())),
    )
