"""Routes of conflicts, settlements and their history."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.screening.decisions.handlers import resolve as resolve_handlers
from services.screening.decisions.handlers import views
from services.screening.decisions.schemas.conversions import (
    cast_out,
    change_of,
    decided_out,
    settlement_out,
)
from services.screening.decisions.schemas.models import (
    ConflictOut,
    DecidedOut,
    ReasonIn,
    ResolutionIn,
    SettlementOut,
    Verdict,
)
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Conflicts and settlements."""
    for add in (
        _add_conflicts, _add_resolution, _add_settlements, _add_overturning, _add_history,
    ):  # fmt: skip
        add(router, ctx)


def _add_conflicts(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/conflicts")
    async def conflicts(
        review_id: Key,
        stage: Key,
        principal: PrincipalDep,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[ConflictOut]:
        """Records whose votes differ; both votes side by side for whoever may resolve them."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, str)
        found = await ctx.db.read(
            lambda tx: views.conflicts(
                review_id, stage, principal.person_id, limit, after[0] if after else None, tx,
                owner=principal.has(review_id),
            )
        )  # fmt: skip
        items = [
            ConflictOut(
                record=one.record, title=one.title, label=one.label, abstract=one.abstract,
                year=one.year,
                votes=None if one.votes is None else [cast_out(v) for v in one.votes],
            )
            for one in found
        ]  # fmt: skip
        return page_of(items, limit, lambda item: (item.record,))


def _add_resolution(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/conflicts/{record}/resolution")
    async def resolve(
        review_id: Key, stage: Key, record: Key, body: ResolutionIn, principal: PrincipalDep
    ) -> DecidedOut:
        """Settle a conflict, by a third person or by the two, after a discussion, with a `note`."""
        principal.require_member(review_id)
        decision = change_of(record, body, principal.acting_for(review_id, body.person), principal)
        owner = principal.has(review_id) and decision.person == principal.person_id
        return decided_out(
            await ctx.db.write(
                lambda tx: resolve_handlers.resolve_conflict(
                    review_id, stage, decision, tx, owner=owner
                )
            )
        )


def _add_settlements(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/settlements")
    async def settlements(
        review_id: Key,
        stage: Key,
        principal: PrincipalDep,
        verdict: Verdict | None = None,
        reason: Annotated[str | None, Query(max_length=200)] = None,
        limit: LimitQuery = 200,
        cursor: CursorQuery = None,
    ) -> Page[SettlementOut]:
        """The team's verdicts; all, or those of one kind or for one reason."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, str)
        rows, resolutions = await ctx.db.read(
            lambda tx: views.settlements(
                review_id, stage, (verdict, reason), limit, after[0] if after else None, tx
            )
        )
        items = [settlement_out(row, resolutions.get(row.record_id)) for row in rows]
        return page_of(items, limit, lambda item: (item.record,))


def _add_overturning(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/stages/{stage}/settlements/{record}")
    async def overturn(
        review_id: Key, stage: Key, record: Key, body: ResolutionIn, principal: PrincipalDep
    ) -> DecidedOut:
        """Give a record the team's verdict directly; `note` says why.

        The verdict that stands already changes nothing.
        """
        principal.require(review_id, "resolver")
        decision = change_of(record, body, principal.acting_for(review_id, body.person), principal)
        return decided_out(
            await ctx.db.write(
                lambda tx: resolve_handlers.overturn_settlement(review_id, stage, decision, tx)
            )
        )

    @router.post("/reviews/{review_id}/stages/{stage}/settlements/{record}/reopen")
    async def reopen(
        review_id: Key, stage: Key, record: Key, body: ReasonIn, principal: PrincipalDep
    ) -> DecidedOut:
        """Let a settled record wait again, with a reason."""
        principal.require(review_id, "reviewer", "resolver")
        person, reason = principal.person_id, body.reason
        return decided_out(
            await ctx.db.write(
                lambda tx: resolve_handlers.reopen_settlement(
                    review_id, stage, record, person, reason, tx
                )
            )
        )


def _add_history(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/records/{record}")
    async def history(
        review_id: Key, stage: Key, record: Key, principal: PrincipalDep
    ) -> dict[str, Any]:
        """How a record stands and what happened to it, as far as the person may see."""
        principal.require_member(review_id)
        person = principal.person_id
        return await ctx.db.read(
            lambda tx: views.record_history(review_id, stage, record, person, tx)
        )
