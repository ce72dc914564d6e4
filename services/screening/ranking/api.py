"""Routes of ranking."""

from typing import Any

from fastapi import APIRouter

from services.screening.decisions.schemas.models import StartIn
from services.screening.ranking import handlers as ranking_handlers
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def add_routes(router: APIRouter, ctx: Context) -> None:
    """When a stage was ranked, and ranking it anew."""
    _add_ranking(router, ctx)


def _add_ranking(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/ranking")
    async def show(review_id: Key, stage: Key, principal: PrincipalDep) -> dict[str, Any]:
        """When and from what the queue was ranked last."""
        principal.require_member(review_id)
        return await ctx.db.read(lambda tx: ranking_handlers.ranking_of(review_id, stage, tx))

    @router.put("/reviews/{review_id}/stages/{stage}/ranking", status_code=202)
    async def start(
        review_id: Key, stage: Key, body: StartIn, principal: PrincipalDep
    ) -> dict[str, Any]:
        """Set query terms, seed records and the random share; the queue is ranked anew."""
        principal.require(review_id, "resolver")
        await ctx.db.write(
            lambda tx: ranking_handlers.start_ranking(
                review_id, stage, body.query, body.records, body.random_share, tx
            )
        )
        return {"accepted": True}
