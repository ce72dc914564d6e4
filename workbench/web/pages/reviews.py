"""The first page: one's reviews as cards, invitations, and ways to begin."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import Principal, PrincipalDep
from shared.http.origin import same_origin
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.review.drawing.flow import stage_name
from shared.review.prisma import Flow
from workbench.bundles.ports import Bundles
from workbench.feed import store as feed_store
from workbench.feed.handlers import views
from workbench.reviews import store as store
from workbench.reviews.handlers import members
from workbench.reviews.schemas.models import ReviewOut
from workbench.reviews.schemas.shown import invitation_out, reviews_of
from workbench.web.pages.review_at import ReviewAt
from workbench.web.pages.waiting import counted, waiting_words
from workbench.web.session import pages_router
from workbench.web.site import page

CARDS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A review as its card shows it."""

    review: ReviewOut
    phase: str
    waiting: Sequence[str]
    searched: datetime | None
    changed: datetime | None


def routes(ctx: Context) -> APIRouter:
    """The cards, and answers to invitations."""
    router = pages_router()

    @router.get("/", response_class=HTMLResponse)
    async def home(request: Request, principal: PrincipalDep) -> HTMLResponse:
        """The reviews that you are in."""
        reviews = await ctx.db.read(lambda tx: reviews_of(tx, principal))
        newest = [one for one in reviews if not one.retired][-CARDS:]
        cards = await asyncio.gather(
            *(_card(ctx, request, principal, one) for one in reversed(newest))
        )
        rows = await ctx.db.read(lambda tx: store.invitations_of(tx, principal.person_id))
        shown = {card.review.id for card in cards}
        return await page(
            "reviews.html",
            cards=cards,
            others=[one for one in reviews if one.id not in shown],
            invitations=[invitation_out(row) for row in rows],
            examples=_examples(ctx),
        )

    @router.post("/invitations/{review_id}")
    async def answer(
        review_id: str, request: Request, principal: PrincipalDep, deed: Annotated[str, Form()]
    ) -> Response:
        """Accept an invitation, or do without it."""
        same_origin(request)
        person = principal.person_id
        work = members.accept if deed == "accept" else members.decline
        await ctx.db.write(lambda tx: work(tx, review_id, person))
        return RedirectResponse("/", status_code=303)

    return router


def _examples(ctx: Context) -> Sequence[tuple[str, str, str]]:
    bundles: Bundles | None = getattr(ctx.peers, "bundles", None)
    return bundles.examples() if bundles else ()


async def _card(ctx: Context, request: Request, principal: Principal, review: ReviewOut) -> Card:
    async def read(tx: Tx) -> tuple[Flow, datetime | None, datetime | None]:
        searched = await feed_store.last_search(tx, review.id)
        return await views.flow(tx, review.id), searched, await feed_store.last_of(tx, review.id)

    flow, searched, changed = await ctx.db.read(read)
    at = ReviewAt(ctx=ctx, request=request, principal=principal, review=review, last=0)
    found = await counted(at)
    return Card(
        review=review,
        phase=phase_of(flow),
        waiting=waiting_words(found),
        searched=searched,
        changed=changed,
    )


def phase_of(flow: Flow) -> str:
    """How far a review is, in words: by the first main stage where something is open."""
    if not flow.records:
        return "No record yet"
    reading = [
        stage.stage for stage in flow.stages if stage.main and (stage.open or stage.conflict)
    ]
    if reading:
        return f"Screening: {stage_name(reading[0])}"
    if flow.included_reports:
        return "Coding and theorising"
    return "Screened; nothing waits"
