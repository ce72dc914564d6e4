"""Routes of what people did, and of undoing it."""

from typing import Any

from fastapi import APIRouter

from services.extraction.rights import CODER
from services.extraction.undo.handlers import undo_act, visible_acts
from services.extraction.undo.schemas import ActOut
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Acts of a review."""
    router = APIRouter(prefix="/reviews/{review_id}/acts")

    @router.get("")
    async def list_acts(
        review_id: Key,
        principal: PrincipalDep,
        everybodys: bool = False,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[ActOut]:
        """What you did, the newest first; for owners what everybody did."""
        principal.require(review_id, CODER, "reviewer")
        person = None if everybodys else principal.person_id
        if everybodys:
            principal.require(review_id, "owner")
        before = (decode_cursor(cursor, str) or (None,))[0]
        rows = await ctx.db.read(
            lambda tx: visible_acts(tx, review_id, person, before=before, limit=limit + 1)
        )
        return page_of([_out(row) for row in rows], limit, lambda one: (one.id,))

    @router.post("/{act_id}/undo")
    async def undo(review_id: Key, act_id: Key, principal: PrincipalDep) -> ActOut:
        """Undo an act, whole or not at all; the undoing is an act that can be undone too."""
        principal.require(review_id, CODER, "reviewer")
        everybodys = principal.has(review_id)
        return _out(
            await ctx.db.write(lambda tx: undo_act(review_id, act_id, tx, everybodys=everybodys))
        )

    return router


def _out(row: dict[str, Any]) -> ActOut:
    return ActOut(
        id=row["act_id"],
        what=row["what"],
        person=row["person_id"],
        at=row["at"],
        changed=[item["id"] for item in row["items"]],
        undone=row["undone_by"] is not None,
    )
