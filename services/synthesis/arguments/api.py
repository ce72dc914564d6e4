"""Routes of arguments."""

from typing import Any

from fastapi import APIRouter, Request

from services.synthesis.arguments import store
from services.synthesis.arguments.handlers import stating, views
from services.synthesis.arguments.schemas import ArgumentIn
from services.synthesis.schemas import ReasonIn
from shared.db import Tx
from shared.events.synthesis import ArgumentState
from shared.http.api import check_etag
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context

Shown = dict[str, Any]
SYNTHESIST = "reviewer"


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Arguments that people hold: stated, amended, retired, read with their evidence."""
    _add_stating(router, ctx)
    _add_standing(router, ctx)
    _add_reading(router, ctx)


def _add_stating(router: APIRouter, ctx: Context) -> None:
    @router.put("/arguments/{argument_id:path}")
    async def state(
        review_id: Key,
        argument_id: Key,
        principal: PrincipalDep,
        body: ArgumentIn,
        request: Request,
    ) -> Shown:
        """State an argument, or amend it with a reason; the same again changes nothing.

        `If-Match` refuses to overwrite a version that was not seen.
        """
        principal.require(review_id, SYNTHESIST)

        async def use_case(tx: Tx) -> tuple[ArgumentState, bool]:
            await stating.lock_argument(tx, review_id, argument_id)
            row = await store.one(tx, review_id, argument_id)
            check_etag(request, row["version"] if row else 0)
            return await stating.state_argument(
                review_id, argument_id, _said(body), tx, version=body.version, status=body.status
            )

        return _answer(await ctx.db.write(use_case))


def _said(body: ArgumentIn) -> dict[str, Any]:
    """The fields of the state that a request gives."""
    plain = ("resource", "response", "outcome", "outcome_state", "warrant", "because")
    rests_on = ("substantive_theories", "memos")
    return {
        **{name: getattr(body, name) for name in (*plain, *rests_on)},
        "theory_id": body.theory,
        "contexts": tuple(context.term() for context in body.contexts),
        "rivals": body.rivals,
        "predictions": tuple(prediction.prediction() for prediction in body.predictions),
    }


def _answer(done: tuple[ArgumentState, bool]) -> Shown:
    state, changed = done
    return {
        "id": state.argument_id,
        "version": state.version,
        "status": state.status,
        "changed": changed,
    }


def _add_standing(router: APIRouter, ctx: Context) -> None:
    @router.post("/arguments/{argument_id:path}/retire")
    async def retire(
        review_id: Key, argument_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> Shown:
        """Hold an argument no more, and why; its versions and its evidence so far stay."""
        principal.require(review_id, SYNTHESIST)
        return _answer(
            await ctx.db.write(
                lambda tx: stating.retire_argument(review_id, argument_id, body.reason, tx)
            )
        )

    @router.post("/arguments/{argument_id:path}/bring-back")
    async def bring_back(
        review_id: Key, argument_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> Shown:
        """Hold a retired argument again, and why."""
        principal.require(review_id, SYNTHESIST)
        return _answer(
            await ctx.db.write(
                lambda tx: stating.bring_back_argument(review_id, argument_id, body.reason, tx)
            )
        )


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/arguments")
    async def listed(
        review_id: Key, principal: PrincipalDep, theory: Name | None = None, retired: bool = False
    ) -> Shown:
        """Arguments that are held, with what speaks for and against them; retired on request."""
        principal.require_member(review_id)
        return {
            "items": await ctx.db.read(lambda tx: views.arguments(review_id, theory, retired, tx))
        }

    @router.get("/arguments/{argument_id:path}")
    async def one(review_id: Key, argument_id: Key, principal: PrincipalDep) -> Shown:
        """An argument with its versions and their reasons, and the revisions of its evidence."""
        principal.require_member(review_id)
        return await ctx.db.read(lambda tx: views.one_argument(review_id, argument_id, tx))
