"""Routes of stopping."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from services.screening.decisions.schemas.models import (
    CheckIn,
    ReasonIn,
    TargetIn,
)
from services.screening.stopping import handlers as stopping_handlers
from services.screening.stopping.domain.stopping import Target, curve_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def add_routes(router: APIRouter, ctx: Context) -> None:
    """The stopping rule, its target, the random check, the end of a stage."""
    _add_stopping(router, ctx)
    _add_check(router, ctx)
    _add_stops(router, ctx)


def _add_stopping(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/stopping")
    async def show(review_id: Key, stage: Key, principal: PrincipalDep) -> dict[str, Any]:
        """May the team stop? The rule's answer now, its target, and the random check."""
        principal.require_member(review_id)
        labels, pool, target, state = await ctx.db.read(
            lambda tx: stopping_handlers.stopping_facts(review_id, stage, tx)
        )
        seen = await ctx.resources.ranker.assess(labels, pool, target)
        check = await ctx.db.read(lambda tx: stopping_handlers.check_result(review_id, stage, tx))
        return {
            **asdict(seen),
            "curve": curve_of(labels),
            "target": asdict(target),
            "run_length_is": "a heuristic that promises no recall",
            "stopped": state["stopped"],
            "random_check": asdict(check.result) if check.result is not None else None,
            "random_check_unread": check.unread,
            "random_check_came_since": check.came_since,
        }

    @router.put("/reviews/{review_id}/stages/{stage}/stopping/target")
    async def fix(
        review_id: Key, stage: Key, body: TargetIn, principal: PrincipalDep
    ) -> dict[str, Any]:
        """Fix recall and confidence before the first decision."""
        principal.require(review_id, "resolver")
        target = Target(recall=body.recall, confidence=body.confidence)
        await ctx.db.write(lambda tx: stopping_handlers.fix_target(review_id, stage, target, tx))
        return asdict(target)


def _add_check(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/stopping/check")
    async def check(
        review_id: Key, stage: Key, body: CheckIn, principal: PrincipalDep
    ) -> dict[str, Any]:
        """Draw a random sample of the unread, to be read in full."""
        principal.require(review_id, "resolver")
        drawn = await ctx.db.write(
            lambda tx: stopping_handlers.draw_check(review_id, stage, body.size, tx)
        )
        return {"records": drawn}


def _add_stops(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/stopping/stop")
    async def stop(
        review_id: Key, stage: Key, body: ReasonIn, principal: PrincipalDep
    ) -> dict[str, str]:
        """End the stage in order: begun pairs are finished first."""
        principal.require(review_id)
        person, reason = principal.person_id, body.reason
        stopped = await ctx.db.write(
            lambda tx: stopping_handlers.stop_screening(review_id, stage, person, reason, tx)
        )
        return {"stopped": stopped}

    @router.post("/reviews/{review_id}/stages/{stage}/stopping/resume")
    async def resume(review_id: Key, stage: Key, principal: PrincipalDep) -> dict[str, str]:
        """Take a stop back."""
        principal.require(review_id)
        await ctx.db.write(lambda tx: stopping_handlers.resume_screening(review_id, stage, tx))
        return {"stopped": ""}
