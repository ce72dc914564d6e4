"""The audit log of a review, for its owners."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from shared.actors import ActorKind
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context
from workbench.feed.handlers import audit as use


class AuditEntryOut(BaseModel):
    """One act: when, by whom (empty: nobody is named), what, about what, in words, its cause."""

    at: datetime
    by: str
    kind: ActorKind
    act: str
    about: str
    words: str
    cause: str


def routes(ctx: Context) -> APIRouter:
    """Routes of the audit log."""
    router = APIRouter()

    @router.get("/reviews/{review_id}/audit")
    async def audit(
        review_id: Key,
        principal: PrincipalDep,
        limit: LimitQuery = 200,
        cursor: CursorQuery = None,
    ) -> Page[AuditEntryOut]:
        """Who did what, in the order of time; for owners."""
        principal.require(review_id, "owner")
        after: Any = decode_cursor(cursor, datetime, int, int)
        rows = await ctx.db.read(lambda tx: use.audit_page(tx, review_id, limit, after))
        page = page_of(rows, limit, _key)
        return Page(items=[_out(row) for row in page.items], next=page.next)

    @router.get("/reviews/{review_id}/audit.csv", response_class=StreamingResponse)
    async def audit_csv(review_id: Key, principal: PrincipalDep) -> StreamingResponse:
        """The whole log as a table; for owners."""
        principal.require(review_id, "owner")
        return StreamingResponse(
            use.csv_lines(review_id, ctx.db.read),
            media_type="text/csv",
            headers={"content-disposition": 'attachment; filename="audit.csv"'},
        )

    return router


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    at, source, position = use.key_of(row)
    return at.isoformat(), source, position


def _out(row: dict[str, Any]) -> AuditEntryOut:
    return AuditEntryOut(**{name: row[name] for name in AuditEntryOut.model_fields})
