"""Reviews and their members."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request, Response

from shared.events.workbench import ReviewState
from shared.http.api import LimitQuery, created
from shared.http.auth import Principal, PrincipalDep
from shared.http.bounds import PersonKey
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.reviews import store as store
from workbench.reviews.domain import registration_of
from workbench.reviews.handlers import members
from workbench.reviews.handlers import reviews as use
from workbench.reviews.schemas.models import MemberIn, ReviewIn, ReviewOut, ReviewPatch
from workbench.reviews.schemas.shown import invitation_out, reviews_of, shown

Key = Annotated[str, Path(min_length=1, max_length=64)]
"""The key that names a person."""
NewMember = Annotated[PersonKey, Path(min_length=1, max_length=64)]


def routes(ctx: Context) -> APIRouter:
    """Routes of reviews."""
    router = APIRouter()
    _add_commands(router, ctx)
    _add_members(router, ctx)
    _add_invitations(router, ctx)
    _add_queries(router, ctx)
    return router


def _add_commands(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews", status_code=201, responses={200: {"model": ReviewOut}})
    async def open_review(
        wish: ReviewIn, principal: PrincipalDep, request: Request, response: Response
    ) -> ReviewOut:
        """Open a living review; the same again answers 200 with the review as it is."""
        command = _command(wish)
        new = await ctx.db.write(lambda tx: use.open_review(tx, command, principal))
        response.status_code = 201 if new else 200
        created(request, response, wish.id)
        return await ctx.db.read(lambda tx: shown(tx, wish.id))

    @router.patch("/reviews/{review_id}")
    async def amend(review_id: Key, patch: ReviewPatch, principal: PrincipalDep) -> ReviewOut:
        """Change a review, saying why; everything keeps its history."""
        principal.require(review_id, "owner")
        changes = patch.model_dump(exclude_unset=True, exclude={"reason", "stages"})
        if "stages" in patch.model_fields_set:
            changes["stages"] = [msgspec.to_builtins(s.stage()) for s in patch.stages]
        await ctx.db.write(lambda tx: use.amend_review(tx, review_id, changes, patch.reason))
        return await ctx.db.read(lambda tx: shown(tx, review_id))


def _add_members(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/members/{person}")
    async def give_roles(
        review_id: Key, person: NewMember, wish: MemberIn, principal: PrincipalDep
    ) -> ReviewOut:
        """Give a member other roles, or invite a person, who joins by accepting."""
        principal.require(review_id, "owner")
        wanted = (person, wish.name, tuple(wish.roles))
        await ctx.db.write(lambda tx: _given(tx, review_id, wanted, principal))
        return await ctx.db.read(lambda tx: shown(tx, review_id))

    @router.delete("/reviews/{review_id}/members/{person}", status_code=204)
    async def leave(review_id: Key, person: Key, principal: PrincipalDep) -> Response:
        """A person leaves the review, or is invited no more; what they decided stays."""
        if principal.person_id == person:
            use.member(principal, review_id)
        else:
            principal.require(review_id, "owner")
        await ctx.db.write(lambda tx: members.leave(tx, review_id, person))
        return Response(status_code=204)


def _add_invitations(router: APIRouter, ctx: Context) -> None:
    @router.get("/invitations")
    async def invitations(principal: PrincipalDep) -> dict[str, Any]:
        """The reviews that wait for you to join."""
        rows = await ctx.db.read(lambda tx: store.invitations_of(tx, principal.person_id))
        return {"items": [invitation_out(row) for row in rows], "next": None}

    @router.post("/invitations/{review_id}/accept")
    async def accept(review_id: Key, principal: PrincipalDep) -> ReviewOut:
        """Join a review that you are invited to; again answers the same."""
        person = principal.person_id
        await ctx.db.write(lambda tx: members.accept(tx, review_id, person))
        return await ctx.db.read(lambda tx: shown(tx, review_id))

    @router.delete("/invitations/{review_id}", status_code=204)
    async def decline(review_id: Key, principal: PrincipalDep) -> Response:
        """Do without an invitation; an owner may invite you again."""
        await ctx.db.write(lambda tx: members.decline(tx, review_id, principal.person_id))
        return Response(status_code=204)


async def _given(tx: Tx, review_id: str, wanted: members.RequestedMember, giver: Principal) -> None:
    await use.known_review(tx, review_id)
    await members.give_roles(tx, review_id, wanted, giver)


def _add_queries(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews")
    async def reviews(principal: PrincipalDep, limit: LimitQuery = 1000) -> dict[str, Any]:
        """The reviews that you are in."""
        items = await ctx.db.read(lambda tx: reviews_of(tx, principal, limit))
        return {"items": items, "next": None}

    @router.get("/reviews/{review_id}")
    async def review(review_id: Key, principal: PrincipalDep) -> ReviewOut:
        """One review with its stages and team."""
        use.member(principal, review_id)
        return await ctx.db.read(lambda tx: shown(tx, review_id))

    @router.get("/reviews/{review_id}/history")
    async def history(review_id: Key, principal: PrincipalDep) -> dict[str, Any]:
        """Every version of the review, who changed it and why."""
        use.member(principal, review_id)
        rows = await ctx.db.read(lambda tx: store.history(tx, review_id))
        return {"items": [dict(row) for row in rows], "next": None}


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
