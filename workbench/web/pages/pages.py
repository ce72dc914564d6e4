"""The pages' routes: look, put together, render."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.review.drawing.flow import NARROW, draw
from shared.review.prisma import Flow
from workbench.feed import store as feed_store
from workbench.feed.handlers import views as views_handlers
from workbench.feed.handlers.views import shown_entries
from workbench.projections.store import projections
from workbench.reviews import store as store
from workbench.reviews.schemas.models import ActivityOut, ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web import assets, session
from workbench.web.domain import configurations as configurations_domain
from workbench.web.pages import (
    admin,
    appraisal,
    argument_list,
    arguments,
    bundles,
    cluster,
    cluster_work,
    code,
    codebook,
    coding,
    coding_issues,
    conflicts,
    documents,
    event_reference,
    exports,
    find,
    forms,
    fragments,
    inference,
    joining,
    judging,
    me,
    memos,
    opening,
    overview,
    pdf_pages,
    projects,
    provider,
    report,
    reviews,
    rounds,
    screen,
    screening,
    seek,
    settings,
    studies,
    suggestions,
    theories,
    theory_standing,
    theory_work,
    unknown,
    upkeep,
    uploads,
    versions,
    waiting,
)
from workbench.web.pages.find.searches import living_clock
from workbench.web.pages.review_at import open_at
from workbench.web.pages.since_version import since_last_version
from workbench.web.session import pages_router
from workbench.web.site import page

FEED_ON_PAGE = 14
ALERTS_ON_PAGE = 3
ALERTS = ("synthesis.argument_evidence_changed", "synthesis.prediction_refuted")
"""Events that tell of arguments which evidence moved."""


PARTS = (
    *(screening, conflicts, coding, fragments, codebook, code, uploads, forms, rounds),
    *(theories, arguments, theory_work, inference, judging, cluster, cluster_work),
    *(reviews, bundles, opening, overview, settings, find, screen, joining, provider, pdf_pages),
    *(
        me,
        admin,
        event_reference,
        report,
        versions,
        exports,
        projects,
        suggestions,
        coding_issues,
        seek,
        waiting,
    ),
    *(documents, appraisal, memos, studies, argument_list, theory_standing, upkeep),
    unknown,
)
"""Modules whose `routes` make pages, in the order in which their paths are tried."""


def routes(ctx: Context) -> APIRouter:
    """Every page."""
    router = pages_router()
    router.include_router(assets.routes())
    _add_reviews(router, ctx)
    router.include_router(session.routes())
    for part in PARTS:
        router.include_router(part.routes(ctx))
    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """All that one review's page shows, read in one snapshot."""

    review: ReviewOut
    flow: Flow
    theories: Sequence[Any]
    configurations: Sequence[configurations_domain.Configuration]
    entries: Sequence[ActivityOut]
    alerts: Sequence[ActivityOut]
    last: int
    unchecked: int


async def _review_page(tx: Tx, review_id: str, theory: str | None) -> ReviewPage:
    words = await projections.group_words(tx, review_id)
    rows = await projections.standing_ccmocs(tx, review_id, theory)
    found = configurations_domain.in_order(rows, words)
    latest = await feed_store.latest(tx, review_id, FEED_ON_PAGE)
    alerts = await feed_store.latest_of(tx, review_id, ALERTS, ALERTS_ON_PAGE)
    return ReviewPage(
        review=await shown(tx, review_id),
        flow=await views_handlers.flow(tx, review_id),
        theories=await projections.theory_states(tx, review_id),
        configurations=found,
        entries=await shown_entries(tx, review_id, latest),
        alerts=await shown_entries(tx, review_id, alerts),
        last=await feed_store.head(tx, review_id),
        unchecked=sum(c.state == "conjectured" for c in found),
    )


def _add_reviews(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}", response_class=HTMLResponse)
    async def review(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        theory: str | None = None,
        all: bool = False,
    ) -> HTMLResponse:
        """One review: flow of records, CCMOCs, and the feed as it happens."""
        at = await open_at(ctx, request, principal, review_id)
        found = await ctx.db.read(lambda tx: _review_page(tx, review_id, theory))
        waits, clock, since = await asyncio.gather(
            waiting.things(at), living_clock(at), since_last_version(at)
        )
        rows = found.configurations if all or theory else _leading(found.configurations)
        return await page(
            "review.html",
            p=found,
            rows=rows,
            theory=theory,
            waits=waits,
            clock=clock,
            since=since,
            everything=all or theory is not None,
            drawing=Markup(draw(found.flow) + draw(found.flow, NARROW)),  # noqa: S704
        )


def _leading(
    found: Sequence[configurations_domain.Configuration],
) -> list[configurations_domain.Configuration]:
    """The leading configuration of each theory's first outcome."""
    return [c for c in found if c.leading and c.outcome_rank == 1]
