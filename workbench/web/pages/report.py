"""The page of the report: its formats, and the texts that its authors write."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import Principal, PrincipalDep
from shared.http.headers import SAFE_HEADERS
from shared.http.origin import same_origin
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.feed import store as feed_store
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.models import ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web.services import Answer, ask, ask_page, key
from workbench.web.session import pages_router
from workbench.web.site import page

AUTHOR = "reviewer"
IN_A_FRAME = {
    **SAFE_HEADERS,
    "content-security-policy": SAFE_HEADERS["content-security-policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
}
"""The report runs no script, and stands in a frame of our own pages alone."""
WRITTEN_ANEW = (
    "Somebody wrote it anew since this page was opened; how it stands now is shown below. What you "
    "typed stays here: keep the text again to put it in its place."
)
UNREAD = (
    '<!doctype html><html lang="en"><title>Report</title>'
    "<p>The report cannot be written just now. Open this page again in a moment.</p></html>"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed that was refused, and why."""

    item: str = ""
    text: str = ""
    because: str = ""
    problem: str = ""
    status: int = 200


def routes(ctx: Context) -> APIRouter:
    """The page, and writing a text."""
    router = pages_router()

    @router.get("/reviews/{review_id}/report", response_class=HTMLResponse)
    async def report(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """The report's formats and the authors' texts, item by item."""
        return await _page(ctx, request, principal, review_id, Typed())

    @router.get("/reviews/{review_id}/report-preview", response_class=HTMLResponse)
    async def preview(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """The report as it stands, for the frame in its page."""
        member(principal, review_id)
        path = f"/api/synthesis/reviews/{key(review_id)}/report.html"
        found = await ask_page(ctx, request, path)
        return HTMLResponse(found or UNREAD, 200 if found else 503, headers=IN_A_FRAME)

    @router.post("/reviews/{review_id}/report/{item}")
    async def write(
        review_id: str,
        item: str,
        request: Request,
        principal: PrincipalDep,
        seen: Annotated[int, Form(ge=0)],
        text: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
    ) -> Response:
        """Write the text of an item over the version that was seen."""
        same_origin(request)
        principal.require(review_id, AUTHOR)
        path = f"/api/synthesis/reviews/{key(review_id)}/texts/{key(item)}"
        body = {"text": text.replace("\r\n", "\n"), "because": because}
        extra = {"if-match": f'"{seen}"'}
        answer = await ask(ctx, request, "PUT", path, extra, json=body)
        if answer.problem:
            typed = Typed(item, text, because, _words_of(answer), answer.status)
            return await _page(ctx, request, principal, review_id, typed)
        return RedirectResponse(f"/reviews/{key(review_id)}/report#{item}", status_code=303)

    return router


def _words_of(answer: Answer) -> str:
    """Why a text was not written."""
    late = answer.status == HTTPStatus.PRECONDITION_FAILED
    return WRITTEN_ANEW if late else answer.problem


async def _page(
    ctx: Context, request: Request, principal: Principal, review_id: str, typed: Typed
) -> HTMLResponse:
    member(principal, review_id)

    async def query(tx: Tx) -> tuple[ReviewOut, int]:
        return await shown(tx, review_id), await feed_store.head(tx, review_id)

    review, last = await ctx.db.read(query)
    found = await ask(ctx, request, "GET", f"/api/synthesis/reviews/{key(review_id)}/texts")
    standards: dict[str, list[Any]] = {}
    for one in found.items():
        standards.setdefault(one["standard"], []).append(one)
    return await page(
        "report.html",
        status=typed.status,
        review=review,
        last=last,
        standards=standards,
        problem=found.problem,
        typed=typed,
    )
