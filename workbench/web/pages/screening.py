"""The screening page: the queue, one record to read, and a bar to decide with."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Header, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import Principal, PrincipalDep
from shared.http.origin import same_origin
from shared.http.problems import NotFound
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.review.prisma import Flow, StageFlow
from workbench.feed import store as feed_store
from workbench.feed.handlers import views
from workbench.projections.store import projections
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.models import ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web.domain import recall_curve, screening_events
from workbench.web.pages import record_view
from workbench.web.pages.decision_form import Decided
from workbench.web.pages.record_status import became
from workbench.web.services import Answer, ask
from workbench.web.session import pages_router
from workbench.web.site import page

QUEUE = 40
UNTOLD: dict[str, Any] = {"state": "", "recall_at_least": None, "curve": ()}
PATIENCE = 0.3
"""Seconds that a page waits for what it can do without."""
Fragment = Annotated[str | None, Header(alias="X-Fragment")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningPage:
    """Where a person sits: review, stage, and on whose behalf (where they may)."""

    review: ReviewOut
    flow: Flow
    stage: StageFlow
    person: str | None
    theories: list[Any]
    may_stand_in: bool
    last: int
    """The feed's last position before anything was looked up."""

    @property
    def api(self) -> str:
        """The stage's address in screening."""
        review, stage = quote(self.review.id, safe=""), quote(self.stage.stage, safe="")
        return f"/api/screening/reviews/{review}/stages/{stage}"

    @property
    def page(self) -> str:
        """This screening_page's own address."""
        asked = {"stage": self.stage.stage, **({"person": self.person} if self.person else {})}
        return f"/reviews/{quote(self.review.id, safe='')}/screening?{urlencode(asked)}"

    @property
    def whose(self) -> dict[str, str]:
        """The person to name to screening, where it is somebody else."""
        return {"person": self.person} if self.person else {}


def routes(ctx: Context) -> APIRouter:
    """The screening page and its forms."""
    router = pages_router()
    _add_reading(router, ctx)
    _add_deciding(router, ctx)
    _add_undo(router, ctx)
    return router


async def screening_page(
    ctx: Context, principal: Principal, review_id: str, stage: str | None, person: str | None
) -> ScreeningPage:
    """The screening_page of a reader; without a stage the first one where something waits."""
    member(principal, review_id)

    async def query(tx: Tx) -> tuple[int, ReviewOut, Flow, list[Any]]:
        last = await feed_store.head(tx, review_id)
        theories = list(await projections.theory_states(tx, review_id))
        return last, await shown(tx, review_id), await views.flow(tx, review_id), theories

    last, review, flow, theories = await ctx.db.read(query)
    found = _stage(flow, stage)
    at_last = [s for s in flow.stages if s.main][-1:] == [found] and found.source is not None
    return ScreeningPage(
        review=review,
        flow=flow,
        stage=found,
        person=person or None,
        theories=theories if at_last else [],
        may_stand_in=principal.everywhere,
        last=last,
    )


def _stage(flow: Flow, wanted: str | None) -> StageFlow:
    if wanted is not None:
        named = [s for s in flow.stages if s.stage == wanted]
        if not named:
            raise NotFound(f"The review has no stage '{wanted}'.")
        return named[0]
    waiting = sorted((s for s in flow.stages if s.open), key=lambda s: not s.main)
    if not flow.stages:
        raise NotFound("The review has no screening stage; an owner adds one first.")
    return (waiting or list(flow.stages))[0]


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
        fragment: Fragment = None,
    ) -> HTMLResponse:
        """The next records of a stage, and one of them to read; `here` is before the reader."""
        at = await screening_page(ctx, principal, review_id, stage, person)
        return await bench(
            ctx, request, at, record=here or record, here=here, q=q, fragment=fragment
        )


async def bench(
    ctx: Context,
    request: Request,
    at: ScreeningPage,
    *,
    record: str | None = None,
    here: str = "",
    q: str = "",
    said: str = "",
    error: Answer | None = None,
    kept: dict[str, Any] | None = None,
    undo: str = "",
    fragment: str | None = None,
) -> HTMLResponse:
    """Render the screening_page: all of it, or what lies under the top bar alone (`X-Fragment`)."""
    queue, criteria, terms, stopping, own = await _looked_up(ctx, request, at, q)
    items = queue.items()
    current = next((i for i in items if i["record"] == record), items[0] if items else None)
    return await page(
        "_bench.html" if fragment else "screening.html",
        status=error.status if error else 200,
        review=at.review,
        at=at,
        items=items,
        current=current,
        marked=here or (current["record"] if current else ""),
        became=await became(ctx, request, at.api, here, items),
        hears=screening_events.SCREENING,
        q=q,
        **_beside(at, criteria, stopping, own),
        terms=terms,
        trouble=queue.problem,
        error=error.problem if error else "",
        kept={"reason": "", "note": "", "theories": ()} | (kept or {}),
        said=said,
        undo=undo,
        R=record_view,
    )


def _beside(
    at: ScreeningPage, criteria: Answer, stopping: dict[str, Any], own: Answer
) -> dict[str, Any]:
    """What stands beside the record: criteria, one's own day, how much is found."""
    return {
        "reasons": record_view.reasons(criteria.body),
        "criteria": (criteria.body or {}).get("criteria", []),
        "stopping": stopping,
        "own": own.body,
        "curve": recall_curve.draw(stopping["curve"], at.stage.pool, stopping["recall_at_least"]),
    }


async def _looked_up(
    ctx: Context, request: Request, at: ScreeningPage, q: str
) -> tuple[Answer, Answer, list[str], dict[str, Any], Answer]:
    """Queue, criteria, terms, the stopping rule and one's own numbers, asked side by side."""
    asked = {"limit": QUEUE, "q": q, **at.whose}
    queue, criteria, terms, stopping, own = await asyncio.gather(
        ask(ctx, request, "GET", f"{at.api}/queue", params=asked),
        ask(ctx, request, "GET", f"{at.api}/criteria"),
        _terms(ctx, request, at),
        _stopping(ctx, request, at),
        ask(ctx, request, "GET", f"{at.api}/queue/count", params=at.whose),
    )
    return queue, criteria, terms, stopping, own


async def _stopping(ctx: Context, request: Request, at: ScreeningPage) -> dict[str, Any]:
    """The stopping rule's word, left out where it is not at hand: nobody waits for it."""
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await ask(ctx, request, "GET", f"{at.api}/stopping")
    except TimeoutError:
        return UNTOLD
    return UNTOLD | (answer.body if answer.ok else {})


async def _terms(ctx: Context, request: Request, at: ScreeningPage) -> list[str]:
    path = f"/api/screening/reviews/{quote(at.review.id, safe='')}/highlights"
    answer = await ask(ctx, request, "GET", path)
    return [term for one in answer.items() for term in one["terms"]]


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
        fragment: Fragment = None,
    ) -> Response:
        """Take one decision and show the next record; refused ones stay, with the reason why."""
        same_origin(request)
        at = await screening_page(ctx, principal, review_id, stage, person)
        choice = Decided(
            record=record, verdict=verdict, reason=reason, note=note, theories=tuple(theories or ())
        )
        return await _decide(ctx, request, at, choice, fragment)


async def _decide(
    ctx: Context, request: Request, at: ScreeningPage, choice: Decided, fragment: str | None
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
    return await bench(
        ctx, request, at, said=said[choice.verdict], undo=choice.record, fragment=fragment
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
