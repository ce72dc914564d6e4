"""Routes of the getting of reports, of whom documents are given to, and of what is odd about a
review's coding.
"""

from typing import Any

from fastapi import APIRouter

from services.extraction.documents.handlers.assigning import assign_documents
from services.extraction.documents.handlers.retrievals import mark_retrieval
from services.extraction.documents.schemas.reports import (
    AssignmentOut,
    AssignmentsIn,
    AssignmentsOut,
    FindingsOut,
    RetrievalIn,
    RetrievalOut,
)
from services.extraction.fragments.handlers.views import read_findings
from services.extraction.fragments.store import findings
from services.extraction.projections import store as projections_store
from services.extraction.rights import CODER
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Reports to get, assignments, findings, counts."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_assigning(router, ctx)
    _add_retrievals(router, ctx)
    _add_findings(router, ctx)
    return router


def _add_assigning(router: APIRouter, ctx: Context) -> None:
    @router.post("/assignments")
    async def assign(
        review_id: Key, principal: PrincipalDep, body: AssignmentsIn
    ) -> AssignmentsOut:
        """Give documents to people to code, or take them back; the same again changes nothing."""
        principal.require(review_id, CODER)
        given = [(one.document, one.person) for one in body.assignments]
        changed = await ctx.db.write(lambda tx: assign_documents(review_id, given, tx))
        results = [
            AssignmentOut(document=document, person=person, changed=one)
            for (document, person), one in zip(given, changed, strict=True)
        ]
        return AssignmentsOut(results=results)


def _add_retrievals(router: APIRouter, ctx: Context) -> None:
    @router.get("/retrievals")
    async def list_retrievals(
        review_id: Key,
        principal: PrincipalDep,
        state: Name | None = None,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[RetrievalOut]:
        """Reports to get and got, by record id; `included` says what holds now."""
        principal.require_member(review_id)
        after = (decode_cursor(cursor, str) or ("",))[0]
        wanted = "received" if state == "retrieved" else state
        rows = await ctx.db.read(
            lambda tx: projections_store.retrieval_page(
                tx, review_id, state=wanted, after=after, limit=limit + 1
            )
        )
        return page_of([_shown(row) for row in rows], limit, lambda item: (item.record,))

    @router.put("/retrievals/{record_id:path}")
    async def put_retrieval(
        review_id: Key, record_id: Key, principal: PrincipalDep, body: RetrievalIn
    ) -> RetrievalOut:
        """Say how far the getting of a report is; not retrieved needs a reason."""
        principal.require(review_id, CODER, "reviewer")
        row = await ctx.db.write(
            lambda tx: mark_retrieval(review_id, record_id, body.said(), body.reason, tx)
        )
        shown = await ctx.db.read(
            lambda tx: projections_store.shown_retrieval(tx, review_id, record_id)
        )
        return _shown(shown or row)


def _add_findings(router: APIRouter, ctx: Context) -> None:
    @router.get("/issues")
    async def list_issues(review_id: Key, principal: PrincipalDep) -> FindingsOut:
        """What is odd about the coding: unknown codes, broken passages, cycles, ..."""
        principal.require_member(review_id)
        return FindingsOut(**await ctx.db.read(lambda tx: read_findings(tx, review_id)))

    @router.get("/counts")
    async def get_counts(review_id: Key, principal: PrincipalDep) -> dict[str, int]:
        """How many documents and fragments there are, by status and kind."""
        principal.require_member(review_id)
        return await ctx.db.read(lambda tx: findings.counts(tx, review_id))


def _shown(row: dict[str, Any]) -> RetrievalOut:
    return RetrievalOut(
        record=row["record_id"],
        state=row["state"],
        reason=row["reason"],
        sought_at=row["sought_at"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
        title=row.get("title") or "",
        label=row.get("label") or "",
        year=row.get("year"),
        doi=row.get("doi"),
        included=row.get("verdict") == projections_store.INCLUDE,
        theories=row.get("theories") or [],
    )
