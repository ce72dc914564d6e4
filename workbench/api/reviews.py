"""Reviews, members, and how a review is getting on."""

from dataclasses import asdict
from typing import Any

import msgspec
from fastapi import APIRouter, Response

from shared.api import LimitQuery
from shared.auth import Principal, PrincipalDep
from shared.events.workbench import ReviewState
from shared.figures import unsettled
from shared.problems import Forbidden
from shared.service import Context
from shared.text import clean
from shared.tx import Tx
from workbench.domain.protocol import registration_of
from workbench.handlers import looking
from workbench.handlers import reviews as use
from workbench.schemas import (
    MemberIn,
    MemberOut,
    ReviewIn,
    ReviewOut,
    ReviewPatch,
    SettledOut,
    StageModel,
)
from workbench.store import feed as feed_store
from workbench.store import reviews as store


def routes(ctx: Context) -> APIRouter:
    """Routes of reviews."""
    router = APIRouter()
    _add_commands(router, ctx)
    _add_members(router, ctx)
    _add_queries(router, ctx)
    _add_figures(router, ctx)
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
        mine = [r["review_id"] for r in rows if principal.has(r["review_id"], *_ANY)]
        items = await ctx.db.read(lambda tx: _all_shown(tx, mine[:limit]))
        return {"items": items, "next": None}

    @router.get("/reviews/{review_id}")
    async def review(review_id: str, principal: PrincipalDep) -> ReviewOut:
        """One review with its stages and team."""
        member(principal, review_id)
        return await ctx.db.read(lambda tx: shown(tx, review_id))

    @router.get("/reviews/{review_id}/history")
    async def history(review_id: str, principal: PrincipalDep) -> dict[str, Any]:
        """Every version of the review, who changed it and why."""
        member(principal, review_id)
        rows = await ctx.db.read(lambda tx: store.history(tx, review_id))
        return {"items": [dict(row) for row in rows], "next": None}


def _add_figures(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/settled")
    async def settled(review_id: str, principal: PrincipalDep) -> SettledOut:
        """Whether every inbox and dirty set of the system is empty."""
        member(principal, review_id)
        waiting = {k: dict(v) for k, v in unsettled(await ctx.peers.figures()).items()}
        return SettledOut(settled=not waiting, waiting=waiting)

    @router.get("/reviews/{review_id}/flow")
    async def flow(review_id: str, principal: PrincipalDep) -> dict[str, Any]:
        """The flow of records, computed; reported numbers stand beside it, never mixed."""
        member(principal, review_id)
        computed = await ctx.db.read(lambda tx: looking.flow(tx, review_id))
        row = await ctx.db.read(lambda tx: use.known_review(tx, review_id))
        return {**asdict(computed), "reported": row["reported_numbers"]}

    @router.get("/reviews/{review_id}/event-counts")
    async def event_counts(review_id: str, principal: PrincipalDep) -> dict[str, int]:
        """How many events of each type the review has seen."""
        member(principal, review_id)
        return await ctx.db.read(lambda tx: feed_store.counts(tx, review_id))


_ANY = ("resolver", "reviewer", "coder", "reader")


def member(principal: Principal, review_id: str) -> None:
    """Raise `Forbidden` unless the person is in the review."""
    if not principal.has(review_id, *_ANY):
        raise Forbidden(f"You are not in review '{review_id}'; an owner can add you.")


async def _all_shown(tx: Tx, review_ids: list[str]) -> list[ReviewOut]:
    return [await shown(tx, review_id) for review_id in review_ids]


async def shown(tx: Tx, review_id: str) -> ReviewOut:
    """A review as the interface shows it."""
    row = await use.known_review(tx, review_id)
    state = store.state_of(row)
    team = [
        MemberOut(
            person=m["person_id"],
            name=m["name"] or m["person_id"],
            roles=m["roles"],
            left_at=m["left_at"],
        )
        for m in await store.team(tx, review_id)
    ]
    return ReviewOut(
        id=state.review_id,
        title=state.title,
        question=state.question,
        stages=[StageModel(**_plain(s)).model_dump(by_alias=True) for s in state.stages],
        seed=state.seed,
        retired=state.retired,
        version=row["version"],
        opened_at=row["opened_at"],
        team=team,
        reported_numbers=row["reported_numbers"],
        protocol=row["protocol"],
    )


def _plain(stage: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(stage)
    return plain


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
