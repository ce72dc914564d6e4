"""Routes of versions: freeze what stands now, compare two, see why a new one is due."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer
from workbench.web.session import pages_router

OWNER = "owner"
NOW = "now"
KINDS = {"ccmoc": "Configuration", "argument": "Argument", "theory": "Theory"}


def routes(ctx: Context) -> APIRouter:
    """The page of versions, and freezing one."""
    router = pages_router()

    @router.get("/reviews/{review_id}/versions", response_class=HTMLResponse)
    async def versions(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        since: str = "",
        until: str = NOW,
    ) -> HTMLResponse:
        """Versions, what changed between two of them, and reasons for a new one."""
        at = await open_at(ctx, request, principal, review_id)
        return await _page(at, since=since, until=until or NOW)

    @router.post("/reviews/{review_id}/versions")
    async def freeze(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Freeze what stands now under a number, with a reason."""
        form = await sent(request)
        principal.require(review_id, OWNER)
        at = await open_at(ctx, request, principal, review_id)
        answer = await _frozen(at, form["number"], form["reason"])
        if answer.problem:
            return await _page(at, refused("version", answer, form))
        return at.to("/versions")

    return router


async def _frozen(at: ReviewAt, number: str, reason: str) -> Answer:
    if not number:
        return Answer(422, None, "Give the version a number, such as 2 or 2.1.", "number")
    if not reason:
        return Answer(422, None, "Say why it is frozen now; the reason is printed.", "reason")
    body = {"number": number, "reason": reason}
    return await at.ask("POST", "synthesis", "/versions", json=body)


async def _page(
    at: ReviewAt, tried: Tried = NOTHING, *, since: str = "", until: str = NOW
) -> HTMLResponse:
    """The page; compared are the two that were asked for, else the last one with what is now."""
    listed = await at.ask("GET", "synthesis", "/versions")
    frozen = listed.items()
    numbers = [one["number"] for one in frozen]
    since = since if since in numbers else next(reversed(numbers), "")
    until = until if until in numbers else NOW
    asked = {"from": since, "to": until}
    compared = await at.ask("GET", "synthesis", "/versions/diff", params=asked) if since else None
    due = await at.ask("GET", "synthesis", "/versions/triggers")
    changes = compared.body["items"] if compared and compared.ok else []
    return await at.page(
        "versions.html",
        tried,
        versions=[{**one, "by": at.name(one["person"])} for one in reversed(frozen)],
        since=since,
        until=until,
        ends=[(number, f"version {number}") for number in numbers],
        changes=[{**one, **_told(one)} for one in changes],
        triggers=due.items(),
        next_number=next_number(numbers),
        problem=listed.problem or (compared.problem if compared else "") or due.problem,
        may_freeze=at.may(OWNER),
    )


def _told(item: Mapping[str, Any]) -> dict[str, Any]:
    """A change as its line says it: what it is about, and sentences of what changed."""
    words = list(item["words"])
    if item["what"] != "ccmoc":
        words = [f"{', '.join(item['kinds']).capitalize()}.", *words]
    return {"about": KINDS[item["what"]], "sentences": words}


def next_number(numbers: list[str]) -> str:
    """The number after the last whole one."""
    whole = [int(one.split(".")[0]) for one in numbers if one.split(".")[0].isdecimal()]
    return str(max(whole, default=0) + 1)
