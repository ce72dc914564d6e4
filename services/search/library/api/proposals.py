"""Routes of proposals: two records that may be one, and a person's word on them."""

from typing import Any

from fastapi import APIRouter

from services.search.library.handlers import curation, views
from services.search.library.schemas import ProposalOut, VerdictIn
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """The queue of proposals of a review."""
    router = APIRouter(tags=["proposals"])

    @router.get("/reviews/{review_id}/proposals")
    async def listed(
        review_id: Key,
        principal: PrincipalDep,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[ProposalOut]:
        """Open proposals, the strongest first, with both records side by side."""
        principal.require_member(review_id)
        after: Any = decode_cursor(cursor, int, str)
        found = await ctx.db.read(lambda tx: views.side_by_side(tx, review_id, after, limit + 1))
        items = [ProposalOut(**one) for one in found]
        return page_of(items, limit, lambda one: (one.strength, one.proposal_id))

    @router.post("/reviews/{review_id}/proposals/{proposal_id}", status_code=204)
    async def decide(
        review_id: Key, proposal_id: Key, body: VerdictIn, principal: PrincipalDep
    ) -> None:
        """Say whether the two are one; remembered for ever."""
        principal.require(review_id, "reviewer", "resolver")
        person = principal.person_id
        await ctx.db.write(
            lambda tx: curation.decide_proposal(
                tx, review_id, proposal_id, body.verdict, body.reason, person
            )
        )

    return router
