"""The screening page: the queue, one record to read, and a bar to decide with."""

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Header, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import PrincipalDep
from shared.http.origin import same_origin
from shared.kernel.service import Context
from workbench.web.domain import recall_curve, screening_events
from workbench.web.pages import record_view
from workbench.web.pages.decision_form import Decided
from workbench.web.pages.record_status import HELD_BY_OTHERS, NOT_HELD, became
from workbench.web.pages.screening_desk import (
    Around,
    ScreeningPage,
    Wanted,
    looked_up,
    screening_page,
)
from workbench.web.services import Answer, ask
from workbench.web.session import pages_router
from workbench.web.site import page

Fragment = Annotated[str | None, Header(alias="X-Fragment")]


def routes(ctx: Context) -> APIRouter:
    """The screening page and its forms."""
    router = pages_router()
    _add_reading(router, ctx)
    _add_holding(router, ctx)
    _add_deciding(router, ctx)
    _add_undo(router, ctx)
    return router


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/screening", response_class=HTMLResponse)
    async def screening(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        stage: str | None = None,
        record: str | None = None,
        person: str | None = None,
        q: str = "",
        here: str = "",
        leave: str = "",
        fragment: Fragment = None,
    ) -> HTMLResponse:
        """The next records of a stage, and one of them to read, held for the reader.

        `here` is before them already; `leave` is the one they turn from.
        """
        at = await screening_page(ctx, principal, review_id, stage, person)
        return await bench(
            ctx, request, at, record=here or record, here=here, q=q, leave=leave, fragment=fragment
        )


def _add_holding(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/screening/{stage}/hold")
    async def hold(
        review_id: str,
        stage: str,
        request: Request,
        principal: PrincipalDep,
        record: Annotated[str, Form()],
        person: Annotated[str, Form()] = "",
    ) -> dict[str, Any]:
        """Go on holding the record that is read; words where it is held no more."""
        same_origin(request)
        at = await screening_page(ctx, principal, review_id, stage, person)
        answer = await ask(ctx, request, "PUT", at.hold(record), params=at.whose)
        if not answer.ok or answer.body["held"]:
            return {"held": answer.ok, "words": ""}
        words = await became(ctx, request, at.api, record, [])
        return {"held": False, "words": words or NOT_HELD}


async def bench(
    ctx: Context,
    request: Request,
    at: ScreeningPage,
    *,
    record: str | None = None,
    here: str = "",
    q: str = "",
    leave: str = "",
    said: str = "",
    error: Answer | None = None,
    kept: dict[str, Any] | None = None,
    undo: str = "",
    fragment: str | None = None,
) -> HTMLResponse:
    """The page of a stage: all of it, or what lies under the top bar alone (`X-Fragment`)."""
    hold = not here and error is None and not at.person  # who sits for others reads for many
    wanted = Wanted(record, leave)
    around = await looked_up(ctx, request, at, q, wanted, hold=hold, rule=not fragment)
    return await page(
        "_bench.html" if fragment else "screening.html",
        status=error.status if error else 200,
        review=at.review,
        at=at,
        items=around.items,
        current=around.current,
        marked=here or (around.current["record"] if around.current else ""),
        became=await became(ctx, request, at.api, here, around.items),
        instead=HELD_BY_OTHERS if around.held_by_others else "",
        hears=screening_events.SCREENING,
        q=q,
        **_beside(at, around),
        terms=around.terms,
        trouble=around.told.problem,
        error=error.problem if error else "",
        kept={"reason": "", "note": "", "theories": ()} | (kept or {}),
        said=said,
        undo=undo,
        R=record_view,
    )


def _beside(at: ScreeningPage, around: Around) -> dict[str, Any]:
    """What stands beside the record: the next one, criteria, one's own day, how much is found."""
    criteria, stopping = around.criteria, around.stopping
    return {
        "ahead": around.ahead,
        "reasons": record_view.reasons({"criteria": criteria}),
        "criteria": criteria,
        "stopping": stopping,
        "own": around.own,
        "curve": recall_curve.draw(stopping["curve"], at.stage.pool, stopping["recall_at_least"]),
    }


def _add_deciding(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/screening/{stage}/decisions")
    async def decide(
        review_id: str,
        stage: str,
        request: Request,
        principal: PrincipalDep,
        record: Annotated[str, Form()],
        verdict: Annotated[str, Form()],
        reason: Annotated[str, Form()] = "",
        note: Annotated[str, Form()] = "",
        theories: Annotated[list[str] | None, Form()] = None,
        person: Annotated[str, Form()] = "",
        shown: Annotated[str, Form()] = "",
        fragment: Fragment = None,
    ) -> Response:
        """Take one decision and show the next record; refused ones stay, with the reason why.

        `shown` is the record that the page shows already, without waiting for this answer.
        """
        same_origin(request)
        at = await screening_page(ctx, principal, review_id, stage, person)
        choice = Decided(
            record=record, verdict=verdict, reason=reason, note=note, theories=tuple(theories or ())
        )
        return await _decide(ctx, request, at, choice, shown, fragment)


async def _decide(
    ctx: Context,
    request: Request,
    at: ScreeningPage,
    choice: Decided,
    shown: str,
    fragment: str | None,
) -> Response:
    error = await _refusal(ctx, request, at, choice)
    if error:
        kept = {"reason": choice.reason, "note": choice.note, "theories": choice.theories}
        return await bench(
            ctx, request, at, record=choice.record, error=error, kept=kept, fragment=fragment
        )
    if not fragment:
        return RedirectResponse(at.page, status_code=303)
    said = {"include": "Included.", "exclude": "Excluded.", "maybe": "Set to maybe."}
    words, undo = said[choice.verdict], choice.record
    return await bench(
        ctx, request, at, record=shown or None, said=words, undo=undo, fragment=fragment
    )


async def _refusal(
    ctx: Context, request: Request, at: ScreeningPage, choice: Decided
) -> Answer | None:
    """What screening has against a decision, or what it lacks; None when it is taken."""
    if choice.verdict == "exclude" and not choice.reason:
        criteria = await ask(ctx, request, "GET", f"{at.api}/criteria")
        if record_view.reasons(criteria.body):
            words = "Choose a reason to exclude this record, then press Exclude again."
            return Answer(422, None, words)
    path = f"{at.api}/decisions"
    answer = await ask(
        ctx, request, "POST", path, json={"decisions": [{**choice.body(), **at.whose}]}
    )
    return answer if answer.problem else None


def _add_undo(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/screening/{stage}/undo")
    async def undo(
        review_id: str,
        stage: str,
        request: Request,
        principal: PrincipalDep,
        record: Annotated[str, Form()],
        person: Annotated[str, Form()] = "",
        fragment: Fragment = None,
    ) -> Response:
        """Take one's own vote back and show the record again."""
        same_origin(request)
        at = await screening_page(ctx, principal, review_id, stage, person)
        path = f"{at.api}/decisions/{quote(record, safe='')}"
        answer = await ask(ctx, request, "DELETE", path, params=at.whose)
        error = answer if answer.problem else None
        if not fragment and not error:
            return RedirectResponse(f"{at.page}&{urlencode({'record': record})}", status_code=303)
        said = "" if error else "Decision taken back."
        return await bench(
            ctx, request, at, record=record, error=error, said=said, fragment=fragment
        )
