"""Routes that steer a stage: criteria, ranking, stopping, what is offered again."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from services.screening.api.reading import offer_out
from services.screening.domain.stopping import Target
from services.screening.handlers import criteria as criteria_handlers
from services.screening.handlers import ranking, stopping
from services.screening.handlers.known import known_stage
from services.screening.schemas import (
    CheckIn,
    CriteriaIn,
    CriteriaOut,
    CriterionIn,
    OfferOut,
    ReasonIn,
    StartIn,
    TargetIn,
)
from services.screening.store import reviews
from services.screening.store.reviews import CriteriaVersion
from shared.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.auth import PrincipalDep
from shared.db import Tx
from shared.events.screening import Criterion
from shared.service import Context


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Criteria, ranking, stopping, reconsidering."""
    _add_criteria(router, ctx)
    _add_ranking(router, ctx)
    _add_stopping(router, ctx)
    _add_stops(router, ctx)
    _add_offers(router, ctx)


def _add_criteria(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/stages/{stage}/criteria")
    async def set_criteria(
        review_id: str, stage: str, body: CriteriaIn, principal: PrincipalDep
    ) -> CriteriaOut:
        """Give a stage its criteria; a change is a new version."""
        principal.require(review_id, "resolver")
        wanted = [Criterion(criterion_id=c.id, text=c.text, kind=c.kind) for c in body.criteria]
        new = await ctx.db.write(
            lambda tx: criteria_handlers.set_criteria(review_id, stage, wanted, tx)
        )
        return _criteria_out(stage, new)

    @router.get("/reviews/{review_id}/stages/{stage}/criteria")
    async def criteria(review_id: str, stage: str, principal: PrincipalDep) -> CriteriaOut:
        """The newest criteria of a stage."""
        principal.require_member(review_id)

        async def use_case(tx: Tx) -> CriteriaVersion:
            await known_stage(tx, review_id, stage)
            return await reviews.criteria(tx, review_id, stage)

        return _criteria_out(stage, await ctx.db.read(use_case))


def _criteria_out(stage: str, found: CriteriaVersion) -> CriteriaOut:
    listed = [
        CriterionIn.model_validate({"id": c.criterion_id, "text": c.text, "kind": c.kind})
        for c in found.criteria
    ]
    return CriteriaOut(stage=stage, version=found.version, criteria=listed)


def _add_ranking(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/ranking")
    async def show(review_id: str, stage: str, principal: PrincipalDep) -> dict[str, Any]:
        """When and from what the queue was ranked last."""
        principal.require_member(review_id)
        return await ctx.db.read(lambda tx: ranking.ranking_of(review_id, stage, tx))

    @router.put("/reviews/{review_id}/stages/{stage}/ranking", status_code=202)
    async def start(
        review_id: str, stage: str, body: StartIn, principal: PrincipalDep
    ) -> dict[str, Any]:
        """Set query terms, seed records and the random share; the queue is ranked anew."""
        principal.require(review_id, "resolver")
        await ctx.db.write(
            lambda tx: ranking.start_ranking(
                review_id, stage, body.query, body.records, body.random_share, tx
            )
        )
        return {"accepted": True}


def _add_stopping(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/stopping")
    async def show(review_id: str, stage: str, principal: PrincipalDep) -> dict[str, Any]:
        """May the team stop? The rule's answer now, its target, and the random check."""
        principal.require_member(review_id)
        labels, pool, target, state = await ctx.db.read(
            lambda tx: stopping.stopping_facts(review_id, stage, tx)
        )
        seen = await ctx.resources.ranker.assess(labels, pool, target)
        check = await ctx.db.read(lambda tx: stopping.check_result(review_id, stage, tx))
        return {
            **asdict(seen),
            "target": asdict(target),
            "run_length_is": "a heuristic that promises no recall",
            "stopped": state["stopped"],
            "random_check": asdict(check.result) if check.result is not None else None,
            "random_check_unread": check.unread,
            "random_check_came_since": check.came_since,
        }

    @router.put("/reviews/{review_id}/stages/{stage}/stopping/target")
    async def fix(
        review_id: str, stage: str, body: TargetIn, principal: PrincipalDep
    ) -> dict[str, Any]:
        """Fix recall and confidence before the first decision."""
        principal.require(review_id, "resolver")
        target = Target(recall=body.recall, confidence=body.confidence)
        await ctx.db.write(lambda tx: stopping.fix_target(review_id, stage, target, tx))
        return asdict(target)

    @router.post("/reviews/{review_id}/stages/{stage}/stopping/check")
    async def check(
        review_id: str, stage: str, body: CheckIn, principal: PrincipalDep
    ) -> dict[str, Any]:
        """Draw a random sample of the unread, to be read in full."""
        principal.require(review_id, "resolver")
        drawn = await ctx.db.write(lambda tx: stopping.draw_check(review_id, stage, body.size, tx))
        return {"records": drawn}


def _add_stops(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/stopping/stop")
    async def stop(
        review_id: str, stage: str, body: ReasonIn, principal: PrincipalDep
    ) -> dict[str, str]:
        """End the stage in order: begun pairs are finished first."""
        principal.require(review_id)
        person, reason = principal.person_id, body.reason
        stopped = await ctx.db.write(
            lambda tx: stopping.stop_screening(review_id, stage, person, reason, tx)
        )
        return {"stopped": stopped}

    @router.post("/reviews/{review_id}/stages/{stage}/stopping/resume")
    async def resume(review_id: str, stage: str, principal: PrincipalDep) -> dict[str, str]:
        """Take a stop back."""
        principal.require(review_id)
        await ctx.db.write(lambda tx: stopping.resume_screening(review_id, stage, tx))
        return {"stopped": ""}


def _add_offers(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/reconsider")
    async def offered(
        review_id: str,
        stage: str,
        principal: PrincipalDep,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[OfferOut]:
        """Excluded records that a changed theory or criterion touches; reopen or dismiss them."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, 1)
        rows = await ctx.db.read(
            lambda tx: criteria_handlers.list_offered(
                review_id, stage, limit, after[0] if after else None, tx
            )
        )
        return page_of([offer_out(r) for r in rows], limit, lambda item: (item.record,))

    @router.post("/reviews/{review_id}/stages/{stage}/reconsider/{record}/dismiss", status_code=204)
    async def dismiss(
        review_id: str, stage: str, record: str, body: ReasonIn, principal: PrincipalDep
    ) -> Response:
        """The exclusion stands after another look."""
        principal.require(review_id, "reviewer", "resolver")
        person, reason = principal.person_id, body.reason
        await ctx.db.write(
            lambda tx: criteria_handlers.dismiss_offer(review_id, stage, record, person, reason, tx)
        )
        return Response(status_code=204)
