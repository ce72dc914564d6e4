"""Routes of lineage and of substantive theories."""

from typing import Any

from fastapi import APIRouter

from services.synthesis.inference.domain import SUBSTANTIVE
from services.synthesis.inference.handlers import lineage, memos, views
from services.synthesis.inference.schemas import (
    LineageIn,
    SubstantiveTheoryIn,
    WithdrawLineageIn,
    references,
)
from shared.db import Tx
from shared.events.inference import LineageState
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context

Shown = dict[str, Any]
SYNTHESIST = "reviewer"


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Which theory came out of which, and the substantive theories of the review."""
    _add_lineage(router, ctx)
    _add_substantive(router, ctx)


def _add_lineage(router: APIRouter, ctx: Context) -> None:
    @router.put("/lineage")
    async def state(review_id: Key, principal: PrincipalDep, body: LineageIn) -> Shown:
        """Say that a theory came out of another: merged into, split from, became; and why."""
        principal.require(review_id, SYNTHESIST)
        elsewhere = body.elsewhere(principal.acting_for(review_id, body.person))
        said = {
            "kind": body.kind,
            "status": body.status or "stands",
            "because": body.because,
            "moved_by": references(body.moved_by),
        }
        return _answer(
            await ctx.db.write(
                lambda tx: lineage.state_lineage(
                    review_id, body.earlier, body.later, said, tx, elsewhere
                )
            )
        )

    @router.post("/lineage/withdraw")
    async def withdraw(review_id: Key, principal: PrincipalDep, body: WithdrawLineageIn) -> Shown:
        """Take a link of two theories back, and why."""
        principal.require(review_id, SYNTHESIST)
        return _answer(
            await ctx.db.write(
                lambda tx: lineage.withdraw_lineage(
                    review_id, body.earlier, body.later, body.reason, tx
                )
            )
        )

    @router.get("/lineage")
    async def listed(review_id: Key, principal: PrincipalDep, withdrawn: bool = False) -> Shown:
        """Which theory came out of which, and why; withdrawn links on request."""
        principal.require_member(review_id)
        items = await ctx.db.read(lambda tx: views.lineage(review_id, tx, withdrawn=withdrawn))
        return {"items": items}


def _answer(done: tuple[LineageState, bool]) -> Shown:
    state, changed = done
    names = ("earlier", "later", "kind", "status", "version")
    return {**{name: getattr(state, name) for name in names}, "changed": changed}


def _add_substantive(router: APIRouter, ctx: Context) -> None:
    @router.put("/substantive-theories/{item_id:path}")
    async def appraise(
        review_id: Key, item_id: Key, principal: PrincipalDep, body: SubstantiveTheoryIn
    ) -> Shown:
        """Take up a substantive theory, appraise it, link it to programme theories."""
        principal.require(review_id, SYNTHESIST)
        elsewhere = body.elsewhere(principal.acting_for(review_id, body.person))
        said = body.model_dump(exclude={"version", "person", "at", "theories"})
        said["theories"] = tuple(dict.fromkeys(body.theories))
        state, changed = await ctx.db.write(
            lambda tx: memos.appraise_substantive_theory(review_id, item_id, said, tx, elsewhere)
        )
        return {"id": item_id, "version": state.version, "changed": changed}

    @router.get("/substantive-theories")
    async def listed(review_id: Key, principal: PrincipalDep, history: bool = False) -> Shown:
        """The review's substantive theories, each appraised once, and what rests on them."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> list[Shown]:
            items = await views.substantive_theories(review_id, tx)
            for item in items if history else ():
                versions = await views.history_of(review_id, SUBSTANTIVE, item["id"], tx)
                item["history"] = versions
            return items

        return {"items": await ctx.db.read(query)}
