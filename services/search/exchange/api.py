"""Routes of exchange: the history of searching, out and in."""

from fastapi import APIRouter

from services.search.exchange import handlers
from services.search.exchange.schemas import RowsIn, SearchingOut, TakenIn
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Searches, strategies, runs, steps and rounds of a review, whole."""
    router = APIRouter(tags=["exchange"])

    @router.get("/reviews/{review_id}/searching")
    async def out(review_id: Key, principal: PrincipalDep) -> SearchingOut:
        """Definitions and history of searching, as a bundle holds them."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: handlers.searching_of(review_id, tx))
        return SearchingOut(tables=found)

    @router.post("/reviews/{review_id}/searching")
    async def take_in(review_id: Key, body: RowsIn, principal: PrincipalDep) -> TakenIn:
        """Add rows of one table as they were kept elsewhere; what is there stays."""
        principal.require(review_id)
        added = await ctx.db.write(
            lambda tx: handlers.take_in_searching(review_id, body.table, body.rows, tx)
        )
        return TakenIn(added=added)

    return router
