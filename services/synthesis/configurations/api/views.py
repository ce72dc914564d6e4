"""Routes of views: issues, negative cases, rivals, search agenda, saturation, offers."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter

from services.synthesis.configurations.domain.views import (
    merge_offers,
    negative_cases,
    rivals,
    unchecked_opposites,
)
from services.synthesis.configurations.handlers import views
from services.synthesis.configurations.handlers.retractions import retractions
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context

Shown = dict[str, Any]


def add_routes(router: APIRouter, ctx: Context) -> None:
    """What has no place in a CCMOC, what speaks against one, and what to look for next."""
    _add_issues(router, ctx)
    _add_views(router, ctx)
    _add_orders(router, ctx)
    _add_labels(router, ctx)


def _add_issues(router: APIRouter, ctx: Context) -> None:
    @router.get("/issues")
    async def issues(review_id: Key, principal: PrincipalDep) -> Shown:
        """Contradictory groups, fragments without mechanism or theory, unknown codes, cycles."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> list[Shown]:
            await require_review(tx, review_id)
            return await views.issues(review_id, tx)

        return {"items": await ctx.db.read(query)}

    @router.get("/gaps")
    async def gaps(
        review_id: Key, principal: PrincipalDep, theory: Name | None = None, closed: bool = False
    ) -> Shown:
        """The search agenda: what the evidence does not explain, and where to start."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: ccmocs.gaps_of(tx, review_id, theory, closed))
        return {"items": list(found.values())}

    @router.get("/retractions")
    async def retracted(review_id: Key, principal: PrincipalDep) -> Shown:
        """Retracted sources, and the theories and CCMOCs to check again because of them."""
        principal.require_member(review_id)
        return {"items": await ctx.db.read(lambda tx: retractions(review_id, tx))}

    @router.get("/unchecked-opposites")
    async def opposites(review_id: Key, principal: PrincipalDep) -> Shown:
        """Codes whose opposite sense an import rule set and nobody has checked."""
        principal.require_member(review_id)
        review = await ctx.db.read(lambda tx: inputs.inputs_of_review(tx, review_id))
        return {"items": unchecked_opposites(review.codebooks)}


def _add_labels(router: APIRouter, ctx: Context) -> None:
    @router.get("/labels")
    async def labels(review_id: Key, principal: PrincipalDep) -> Shown:
        """People's names for groups: theory, role, group; and which outcomes are undesired."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> Shown:
            await require_review(tx, review_id)
            return await views.group_labels(review_id, tx)

        return await ctx.db.read(query)


def _add_views(router: APIRouter, ctx: Context) -> None:
    async def view(
        review_id: str, theory: str | None, render: Callable[[Sequence[Any]], list[Shown]]
    ) -> Shown:
        rows = await ctx.db.read(
            lambda tx: ccmocs.page(tx, review_id, limit=1_000_000, theory_id=theory)
        )
        return {"items": render([row["body"] for row in rows])}

    @router.get("/negative-cases")
    async def negative(
        review_id: Key, principal: PrincipalDep, theory: Name | None = None
    ) -> Shown:
        """What speaks against each CCMOC, and which nobody has tried to disconfirm."""
        principal.require_member(review_id)
        return await view(review_id, theory, negative_cases)

    @router.get("/rivals")
    async def rival_mechanisms(
        review_id: Key, principal: PrincipalDep, theory: Name | None = None
    ) -> Shown:
        """Interacting and counter-mechanisms, ties and near ties."""
        principal.require_member(review_id)
        return await view(review_id, theory, rivals)

    @router.get("/merge-offers")
    async def offers(review_id: Key, principal: PrincipalDep, theory: Name | None = None) -> Shown:
        """Pairs of CCMOCs that share half of their groups, for people to merge in words."""
        principal.require_member(review_id)
        return await view(review_id, theory, merge_offers)


def _add_orders(router: APIRouter, ctx: Context) -> None:
    @router.get("/theories/{theory_id}/outcomes")
    async def outcomes(review_id: Key, theory_id: Key, principal: PrincipalDep) -> Shown:
        """The ranking of the theory's outcome groups, with the numbers it rests on."""
        principal.require_member(review_id)
        return {
            "items": await ctx.db.read(lambda tx: views.outcome_order(review_id, theory_id, tx))
        }

    @router.get("/theories/{theory_id}/saturation")
    async def saturation(
        review_id: Key,
        theory_id: Key,
        principal: PrincipalDep,
        by: Literal["source", "day"] = "source",
    ) -> Shown:
        """New linked content per source or day of coding."""
        principal.require_member(review_id)
        steps = await ctx.db.read(lambda tx: views.saturation_of(review_id, theory_id, by, tx))
        return {"items": [asdict(step) for step in steps]}
