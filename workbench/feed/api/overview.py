"""How a review is getting on: settled or not, flow, events by type."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context
from shared.ops.backlog import moving
from workbench.feed import store as feed_store
from workbench.feed.handlers import views
from workbench.reviews import store as store
from workbench.reviews.handlers import reviews as use
from workbench.reviews.schemas.models import (
    SettledOut,
)


def routes(ctx: Context) -> APIRouter:
    """Routes of a review's figures."""
    router = APIRouter()
    _add_figures(router, ctx)
    return router


def _add_figures(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/settled")
    async def settled(review_id: Key, principal: PrincipalDep) -> SettledOut:
        """Whether every inbox and dirty set of the system is empty."""
        use.member(principal, review_id)
        waiting = {k: dict(v) for k, v in (await moving(ctx.peers.backlog)).items()}
        return SettledOut(settled=not waiting, waiting=waiting)

    @router.get("/reviews/{review_id}/flow")
    async def flow(review_id: Key, principal: PrincipalDep) -> dict[str, Any]:
        """The flow of records, computed; reported numbers stand beside it, never mixed."""
        use.member(principal, review_id)
        computed = await ctx.db.read(lambda tx: views.flow(tx, review_id))
        row = await ctx.db.read(lambda tx: use.known_review(tx, review_id))
        return {**asdict(computed), "reported": row["reported_numbers"]}

    @router.get("/reviews/{review_id}/event-counts")
    async def event_counts(review_id: Key, principal: PrincipalDep) -> dict[str, int]:
        """How many events of each type the review has seen."""
        use.member(principal, review_id)
        return await ctx.db.read(lambda tx: feed_store.counts(tx, review_id))
