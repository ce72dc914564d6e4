"""Routes of siblings and kin: proposals of rounds, and what people say of them."""

from typing import Any, Literal

from fastapi import APIRouter

from services.search.cluster.handlers.relations import DecideRelation, decide_relation
from services.search.cluster.handlers.views import shown_relations
from services.search.cluster.schemas.relations import RelationIn, RelationOut
from services.search.cluster.store import relations
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context
from shared.text import clean

RelationState = Literal["proposed", "confirmed", "refused"]


def routes(ctx: Context) -> APIRouter:
    """Relations of a review's records."""
    router = APIRouter(tags=["clusters"])

    @router.get("/reviews/{review_id}/relations")
    async def listed(
        review_id: Key,
        principal: PrincipalDep,
        step_id: Name | None = None,
        state: RelationState | None = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[RelationOut]:
        """Records that may be of one study, or of kin, with what people decided."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, str, str)

        async def query(tx: Tx) -> list[dict[str, Any]]:
            rows = await relations.page(
                tx, review_id, step_id=step_id, state=state, after=after, most=limit + 1
            )
            return await shown_relations(tx, review_id, rows)

        items = [_shown(row) for row in await ctx.db.read(query)]
        return page_of(items, limit, lambda one: (one.a, one.b))

    @router.put("/reviews/{review_id}/relations")
    async def decide(review_id: Key, body: RelationIn, principal: PrincipalDep) -> RelationOut:
        """Confirm or refuse that two records are of one study, or of kin."""
        principal.require(review_id, "resolver")
        command = DecideRelation(review_id=review_id, a=body.a, b=body.b, kind=body.kind,
                                 state=body.state, reason=clean(body.reason))  # fmt: skip

        async def use_case(tx: Tx) -> list[dict[str, Any]]:
            return await shown_relations(tx, review_id, [await decide_relation(command, tx)])

        return _shown((await ctx.db.write(use_case))[0])

    return router


def _shown(row: dict[str, Any]) -> RelationOut:
    return RelationOut(**{name: row[name] for name in RelationOut.model_fields})
