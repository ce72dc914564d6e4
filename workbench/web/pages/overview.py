"""How a review is getting on: the flow with its records, activity by day, coverage by theory."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.ops.settings import SERVICES
from shared.review.drawing.flow import NARROW, draw
from workbench.feed import store as feed_store
from workbench.feed.handlers import views
from workbench.projections.store import projections
from workbench.reviews.schemas.models import ActivityOut
from workbench.web.domain import configurations
from workbench.web.domain.coverage import covered
from workbench.web.pages import record_view
from workbench.web.pages.review_at import ReviewAt, open_at
from workbench.web.services import key
from workbench.web.session import pages_router

AT_ONCE = 100


def routes(ctx: Context) -> APIRouter:
    """Flow, activity and coverage."""
    router = pages_router()
    _add_flow(router, ctx)
    _add_activity(router, ctx)
    _add_coverage(router, ctx)
    return router


def _add_flow(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/flow", response_class=HTMLResponse)
    async def flow(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """The flow of records after PRISMA; every number leads to its records."""
        at = await open_at(ctx, request, principal, review_id)
        found = await ctx.db.read(lambda tx: views.flow(tx, review_id))
        searches = await at.ask("GET", "search", "/searches")
        strategies = await at.ask("GET", "search", "/strategies")
        return await at.page(
            "overview/flow.html",
            flow=found,
            searches=searches.items(),
            strategies=strategies.items(),
            drawing=Markup(draw(found) + draw(found, NARROW)),  # noqa: S704
            reasons={stage.stage: await _reasons(at, stage.stage) for stage in found.stages},
        )


async def _reasons(at: ReviewAt, stage: str) -> dict[str, str]:
    criteria = await at.ask("GET", "screening", f"/stages/{key(stage)}/criteria")
    return dict(record_view.reasons(criteria.body))


def _add_activity(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/activity", response_class=HTMLResponse)
    async def activity(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        service: Annotated[str, Query(max_length=40)] = "",
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> HTMLResponse:
        """What happened, newest first, by day; of one service or of all."""
        at = await open_at(ctx, request, principal, review_id)
        wanted = service if service in SERVICES else ""

        async def read(tx: Tx) -> Sequence[ActivityOut]:
            rows = await feed_store.before(tx, review_id, before, AT_ONCE, wanted)
            return await views.shown_entries(tx, review_id, rows)

        found = await ctx.db.read(read)
        days = [
            (day, list(some)) for day, some in groupby(found, lambda one: f"{one.at:%-d %B %Y}")
        ]
        return await at.page(
            "overview/activity.html",
            days=days,
            service=wanted,
            SERVICES=SERVICES,
            earlier=found[-1].position if len(found) == AT_ONCE else None,
        )


def _add_coverage(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/coverage", response_class=HTMLResponse)
    async def coverage(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """Each theory with what supports it, what challenges it, and what nobody tested."""
        at = await open_at(ctx, request, principal, review_id)

        async def read(tx: Tx) -> tuple[list[Any], list[configurations.Configuration]]:
            words = await projections.group_words(tx, review_id)
            rows = await projections.standing_ccmocs(tx, review_id)
            theories = list(await projections.theory_states(tx, review_id))
            return theories, configurations.in_order(rows, words)

        theories, found = await ctx.db.read(read)
        return await at.page("overview/coverage.html", rows=covered(theories, found))
