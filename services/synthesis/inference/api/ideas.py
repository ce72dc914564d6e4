"""Routes of if-then ideas."""

from typing import Any

from fastapi import APIRouter

from services.synthesis.inference.domain import IDEA
from services.synthesis.inference.handlers import ideas, views
from services.synthesis.inference.handlers.keeping import require_item
from services.synthesis.inference.schemas import IdeaIn, MergeIdeaIn, SortIdeaIn, references
from services.synthesis.schemas import ReasonIn
from shared.db import Tx
from shared.events.inference import IdeaState
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context

Shown = dict[str, Any]
SYNTHESIST = "reviewer"


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Ideas: noted, sorted into theories, merged, dropped, taken up again."""
    _add_noting(router, ctx)
    _add_standing(router, ctx)
    _add_following(router, ctx)
    _add_reading(router, ctx)


def _add_noting(router: APIRouter, ctx: Context) -> None:
    @router.put("/ideas/{idea_id:path}")
    async def note(review_id: Key, idea_id: Key, principal: PrincipalDep, body: IdeaIn) -> Shown:
        """Note an if-then idea, with or without a theory, or word it anew."""
        principal.require(review_id, SYNTHESIST)
        elsewhere = body.elsewhere(principal.acting_for(review_id, body.person))

        async def use_case(tx: Tx) -> tuple[IdeaState, bool]:
            said = _said(body)
            if body.theories is None:
                known = [item for item in await views.ideas(review_id, tx) if item["id"] == idea_id]
                said["theories"] = tuple(t["id"] for item in known for t in item["theories"])
            return await ideas.note_idea(review_id, idea_id, said, tx, elsewhere)

        return _answer(await ctx.db.write(use_case))


def _said(body: IdeaIn) -> Shown:
    return {
        "text": body.text,
        "number": body.number,
        "sources": references(body.sources),
        "theories": tuple(dict.fromkeys(body.theories or ())),
        "status": body.status or "open",
        "merged_into": body.merged_into,
        "because": body.because,
    }


def _answer(done: tuple[IdeaState, bool]) -> Shown:
    state, changed = done
    return {
        "id": state.idea_id,
        "version": state.version,
        "status": state.status,
        "changed": changed,
    }


def _add_standing(router: APIRouter, ctx: Context) -> None:
    @router.post("/ideas/{idea_id:path}/sort")
    async def sort(
        review_id: Key, idea_id: Key, principal: PrincipalDep, body: SortIdeaIn
    ) -> Shown:
        """Say which theories the idea became: none, one or several."""
        principal.require(review_id, SYNTHESIST)
        return _answer(
            await ctx.db.write(
                lambda tx: ideas.sort_idea(review_id, idea_id, body.theories, body.reason, tx)
            )
        )

    @router.post("/ideas/{idea_id:path}/merge")
    async def merge(
        review_id: Key, idea_id: Key, principal: PrincipalDep, body: MergeIdeaIn
    ) -> Shown:
        """Let another idea speak for this one, and why."""
        principal.require(review_id, SYNTHESIST)
        return _answer(
            await ctx.db.write(
                lambda tx: ideas.merge_idea(review_id, idea_id, body.into, body.reason, tx)
            )
        )


def _add_following(router: APIRouter, ctx: Context) -> None:
    @router.post("/ideas/{idea_id:path}/drop")
    async def drop(review_id: Key, idea_id: Key, principal: PrincipalDep, body: ReasonIn) -> Shown:
        """Follow the idea no further, and why; it stays in the log."""
        principal.require(review_id, SYNTHESIST)
        return _answer(
            await ctx.db.write(lambda tx: ideas.drop_idea(review_id, idea_id, body.reason, tx))
        )

    @router.post("/ideas/{idea_id:path}/take-up")
    async def take_up(
        review_id: Key, idea_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> Shown:
        """Follow a dropped or merged idea again."""
        principal.require(review_id, SYNTHESIST)
        return _answer(
            await ctx.db.write(lambda tx: ideas.take_up_idea(review_id, idea_id, body.reason, tx))
        )


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/ideas")
    async def listed(review_id: Key, principal: PrincipalDep, to_sort: bool = False) -> Shown:
        """The ideas of the review by number; `to_sort`: those that are in no theory yet."""
        principal.require_member(review_id)
        items = await ctx.db.read(lambda tx: views.ideas(review_id, tx, to_sort=to_sort))
        return {"items": items}

    @router.get("/ideas/{idea_id:path}")
    async def one(review_id: Key, idea_id: Key, principal: PrincipalDep) -> Shown:
        """An idea with its versions and their reasons."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> Shown:
            idea = await require_item(tx, review_id, IDEA, idea_id, IdeaState)
            return await views.one_idea(review_id, idea, tx)

        return await ctx.db.read(query)
