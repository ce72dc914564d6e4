"""Routes of criteria, and of what is offered again when they change."""

from fastapi import APIRouter, Response

from services.screening.decisions.handlers import criteria as criteria_handlers
from services.screening.decisions.handlers.known import known_stage
from services.screening.decisions.schemas.conversions import criteria_out, offer_out
from services.screening.decisions.schemas.models import (
    CriteriaIn,
    CriteriaOut,
    OfferOut,
    ReasonIn,
)
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import CriteriaVersion
from shared.db import Tx
from shared.events.screening import Criterion
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Criteria, reconsidering."""
    _add_criteria(router, ctx)
    _add_offers(router, ctx)


def _add_criteria(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/stages/{stage}/criteria")
    async def set_criteria(
        review_id: Key, stage: Key, body: CriteriaIn, principal: PrincipalDep
    ) -> CriteriaOut:
        """Give a stage its criteria; a change is a new version."""
        principal.require(review_id, "resolver")
        wanted = [Criterion(criterion_id=c.id, text=c.text, kind=c.kind) for c in body.criteria]
        new = await ctx.db.write(
            lambda tx: criteria_handlers.set_criteria(review_id, stage, wanted, tx)
        )
        return _criteria_out(stage, new)

    @router.get("/reviews/{review_id}/stages/{stage}/criteria")
    async def criteria(review_id: Key, stage: Key, principal: PrincipalDep) -> CriteriaOut:
        """The newest criteria of a stage."""
        principal.require_member(review_id)

        async def use_case(tx: Tx) -> CriteriaVersion:
            await known_stage(tx, review_id, stage)
            return await reviews.criteria(tx, review_id, stage)

        return _criteria_out(stage, await ctx.db.read(use_case))


def _criteria_out(stage: str, found: CriteriaVersion) -> CriteriaOut:
    return CriteriaOut(stage=stage, version=found.version, criteria=criteria_out(found))


def _add_offers(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/reconsider")
    async def offered(
        review_id: Key,
        stage: Key,
        principal: PrincipalDep,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[OfferOut]:
        """Excluded records that a changed theory or criterion touches; reopen or dismiss them."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, str)
        rows = await ctx.db.read(
            lambda tx: criteria_handlers.list_offered(
                review_id, stage, limit, after[0] if after else None, tx
            )
        )
        return page_of([offer_out(r) for r in rows], limit, lambda item: (item.record,))

    @router.post("/reviews/{review_id}/stages/{stage}/reconsider/{record}/dismiss", status_code=204)
    async def dismiss(
        review_id: Key, stage: Key, record: Key, body: ReasonIn, principal: PrincipalDep
    ) -> Response:
        """The exclusion stands after another look."""
        principal.require(review_id, "reviewer", "resolver")
        person, reason = principal.person_id, body.reason
        await ctx.db.write(
            lambda tx: criteria_handlers.dismiss_offer(review_id, stage, record, person, reason, tx)
        )
        return Response(status_code=204)
