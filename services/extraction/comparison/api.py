"""Routes that lay two coders beside each other."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.extraction.comparison.handlers import compare
from services.extraction.rights import CODER
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Comparisons of two coders."""
    router = APIRouter(prefix="/reviews/{review_id}")

    @router.get("/coding-comparison")
    async def comparison(
        review_id: Key,
        principal: PrincipalDep,
        first: Annotated[Key, Query(description="a person who codes")],
        second: Annotated[Key, Query(description="another person who codes")],
        document: Annotated[Key | None, Query(description="only this document")] = None,
    ) -> dict[str, Any]:
        """Passages side by side; kappa and alpha per code and role, uncoded text left out."""
        principal.require(review_id, CODER, "resolver")
        return await ctx.db.read(lambda tx: compare(tx, review_id, first, second, document))

    return router
