"""Reviews and their members."""

from typing import Any

import msgspec
from fastapi import APIRouter, Response

from shared.events.workbench import ReviewState
from shared.http.api import LimitQuery
from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.reviews import handlers as use
from workbench.reviews import store as store
from workbench.reviews.domain import registration_of
from workbench.reviews.schemas.models import MemberIn, ReviewIn, ReviewOut, ReviewPatch
from workbench.reviews.schemas.shown import shown


def routes(ctx: Context) -> APIRouter:
    """Routes of reviews."""
    router = APIRouter()
    _add_commands(router, ctx)
    _add_members(router, ctx)
    _add_queries(router, ctx)
    return router


def _add_commands(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews", status_code=201, responses={200: {"model": ReviewOut}})
    async def open_review(wish: ReviewIn, principal: PrincipalDep, response: Response) -> ReviewOut:
        """Open a living review; the same again answers 200 with the review as it is."""
        command = _command(wish)
        new = await ctx.db.write(lambda tx: use.open_review(tx, command, principal))
        response.status_code = 201 if new else 200
        return await ctx.db.read(lambda tx: shown(tx, wish.id))

    @router.patch("/reviews/{review_id}")
    async def amend(review_id: str, patch: ReviewPatch, principal: PrincipalDep) -> ReviewOut:
        """Change a review, saying why; everything keeps its history."""
        principal.require(review_id, "owner")
        changes = patch.model_dump(exclude_unset=True, exclude={"reason", "stages"})
        if "stages" in patch.model_fields_set:
            changes["stages"] = [msgspec.to_builtins(s.stage()) for s in patch.stages]
        await ctx.db.write(lambda tx: use.amend_review(tx, review_id, changes, patch.reason))
        return await ctx.db.read(lambda tx: shown(tx, review_id))


def _add_members(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/members/{person}")
    async def join(
        review_id: str, person: str, wish: MemberIn, principal: PrincipalDep
    ) -> ReviewOut:
        """Give a person roles in the review."""
        principal.require(review_id, "owner")
        roles = tuple(wish.roles)
        await ctx.db.write(lambda tx: _joined(tx, review_id, person, wish.name, roles))
        return await ctx.db.read(lambda tx: shown(tx, review_id))

    @router.delete("/reviews/{review_id}/members/{person}")
    async def leave(review_id: str, person: str, principal: PrincipalDep) -> ReviewOut:
        """A person leaves the review; what they decided stays."""
        if principal.person_id != person:
            principal.require(review_id, "owner")
        await ctx.db.write(lambda tx: use.leave(tx, review_id, person))
        return await ctx.db.read(lambda tx: shown(tx, review_id))


async def _joined(tx: Tx, review_id: str, person: str, name: str, roles: tuple[str, ...]) -> None:
    await use.known_review(tx, review_id)
    await use.join(tx, review_id, person, name, roles)


def _add_queries(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews")
    async def reviews(principal: PrincipalDep, limit: LimitQuery = 1000) -> dict[str, Any]:
        """The reviews that you are in."""
        rows = await ctx.db.read(store.all_reviews)
        mine = [r["review_id"] for r in rows if principal.has(r["review_id"], *use.ANY_ROLE)]
        items = await ctx.db.read(lambda tx: _all_shown(tx, mine[:limit]))
        return {"items": items, "next": None}

    @router.get("/reviews/{review_id}")
    async def review(review_id: str, principal: PrincipalDep) -> ReviewOut:
        """One review with its stages and team."""
        use.member(principal, review_id)
        return await ctx.db.read(lambda tx: shown(tx, review_id))

    @router.get("/reviews/{review_id}/history")
    async def history(review_id: str, principal: PrincipalDep) -> dict[str, Any]:
        """Every version of the review, who changed it and why."""
        use.member(principal, review_id)
        rows = await ctx.db.read(lambda tx: store.history(tx, review_id))
        return {"items": [dict(row) for row in rows], "next": None}


async def _all_shown(tx: Tx, review_ids: list[str]) -> list[ReviewOut]:
    return [await shown(tx, review_id) for review_id in review_ids]


def _command(wish: ReviewIn) -> use.OpenReview:
    state = ReviewState(
        review_id=wish.id,
        title=clean(wish.title),
        question=clean(wish.question),
        stages=tuple(stage.stage() for stage in wish.stages),
        seed=wish.seed,
        registration=clean(registration_of(wish.protocol)),
    )
    return use.OpenReview(
        state=state,
        reported_numbers=wish.reported_numbers,
        protocol=wish.protocol,
        team=[(m.person, m.name, tuple(m.roles)) for m in wish.team],
    )
