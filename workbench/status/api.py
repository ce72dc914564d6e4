"""Routes of the public status: an owner's switch."""

from typing import Annotated

from fastapi import APIRouter, Path

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.reviews.handlers.reviews import member
from workbench.status import handlers as use
from workbench.status.schemas import PublicStatusIn, PublicStatusOut
from workbench.status.store import status as store

Key = Annotated[str, Path(min_length=1, max_length=64)]


def routes(ctx: Context) -> APIRouter:
    """Whether the status is public."""
    router = APIRouter()

    @router.get("/reviews/{review_id}/public-status")
    async def shown(review_id: Key, principal: PrincipalDep) -> PublicStatusOut:
        """Whether everybody sees the review's status, and where."""
        member(principal, review_id)
        found = await ctx.db.read(lambda tx: store.is_shown(tx, review_id))
        return PublicStatusOut(shown=found, path=use.path_of(review_id))

    @router.put("/reviews/{review_id}/public-status")
    async def switch(
        review_id: Key, wish: PublicStatusIn, principal: PrincipalDep
    ) -> PublicStatusOut:
        """Show last search, waiting records and evidence, and theories to recheck to everybody."""
        principal.require(review_id, "owner")
        await ctx.db.write(lambda tx: use.show(tx, review_id, shown=wish.shown))
        return PublicStatusOut(shown=wish.shown, path=use.path_of(review_id))

    return router
