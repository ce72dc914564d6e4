"""Routes of CLUSTER searching: steps that people approve, dismiss and close, and their rounds."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter

from services.search.cluster.domain.round import Options
from services.search.cluster.handlers import round_views
from services.search.cluster.handlers import steps as steps_handlers
from services.search.cluster.handlers.approval import approve_queries, withdraw_round
from services.search.cluster.handlers.method import steps_of_method
from services.search.cluster.handlers.pearls import proposed_pearls
from services.search.cluster.handlers.views import evidence_of
from services.search.cluster.schemas.rounds import (
    HitOut,
    MethodStepOut,
    ProposedPearlOut,
    QueriesIn,
    RoundAsked,
    RoundIn,
    RoundOut,
    StepOut,
)
from services.search.cluster.store import rounds
from services.search.library.schemas import ReasonIn
from services.search.library.store import reviews
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name, Whole
from shared.http.problems import NotFound
from shared.kernel.service import Context
from shared.text import clean

HitState = Literal["found", "kept", "beyond", "missing"]


class NoSuchRound(NotFound):
    """The step has no round of this number."""

    title = "The step has no such round"


def routes(ctx: Context) -> APIRouter:
    """Steps and rounds of a review."""
    router = APIRouter(tags=["clusters"])
    _steps(router, ctx)
    _method(router, ctx)
    _endings(router, ctx)
    _rounds(router, ctx)
    _one_round(router, ctx)
    _approval(router, ctx)
    return router


def _steps(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/steps")
    async def steps(
        review_id: Key, principal: PrincipalDep, state: Name = "proposed"
    ) -> Page[StepOut]:
        """What the evidence does not explain: where CLUSTER searching may go next."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> list[StepOut]:
            rows = await reviews.steps_of(tx, review_id, state)
            named = await evidence_of(tx, review_id, rows)
            return [_step(row, named.get(row["id"], ())) for row in rows]

        return Page(items=await ctx.db.read(query))

    @router.get("/reviews/{review_id}/steps/{step_id}/pearls")
    async def pearls(
        review_id: Key, step_id: Key, principal: PrincipalDep
    ) -> Page[ProposedPearlOut]:
        """Records to search around, the best ground first; approving a step confirms them."""
        principal.require_member(review_id)
        on = _on(ctx)
        found = await ctx.db.read(lambda tx: proposed_pearls(tx, review_id, step_id, on))
        return Page(items=[ProposedPearlOut(**one) for one in found])

    @router.post("/reviews/{review_id}/steps/{step_id}/approve")
    async def approve(
        review_id: Key, step_id: Key, body: RoundIn, principal: PrincipalDep
    ) -> StepOut:
        """Approve a step with its pearls: the library is rechecked, its first round planned."""
        principal.require(review_id, "resolver")
        said = (body.pearls, clean(body.reason), _options(body), _on(ctx))
        return _step(
            await ctx.db.write(
                lambda tx: steps_handlers.approve_step(tx, review_id, step_id, *said)
            )
        )


def _method(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/steps/{step_id}/method")
    async def method(review_id: Key, step_id: Key, principal: PrincipalDep) -> Page[MethodStepOut]:
        """The thirteen steps of the method around a step's pearls: where each stands, and why."""
        principal.require_member(review_id)
        on = _on(ctx)
        found = await ctx.db.read(lambda tx: steps_of_method(tx, review_id, step_id, on))
        return Page(items=[MethodStepOut(**one) for one in found])


def _endings(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/steps/{step_id}/dismiss")
    async def dismiss(
        review_id: Key, step_id: Key, body: ReasonIn, principal: PrincipalDep
    ) -> StepOut:
        """Dismiss a step; it is not proposed again while its gap stands."""
        principal.require(review_id, "resolver")
        reason = clean(body.reason)
        return _step(
            await ctx.db.write(
                lambda tx: steps_handlers.dismiss_step(tx, review_id, step_id, reason)
            )
        )

    @router.post("/reviews/{review_id}/steps/{step_id}/close")
    async def close(
        review_id: Key, step_id: Key, body: ReasonIn, principal: PrincipalDep
    ) -> StepOut:
        """Close an approved step: no further round; who closed it and why is kept."""
        principal.require(review_id, "resolver")
        reason = clean(body.reason)
        return _step(
            await ctx.db.write(lambda tx: steps_handlers.close_step(tx, review_id, step_id, reason))
        )


def _rounds(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/steps/{step_id}/rounds", status_code=202)
    async def start(
        review_id: Key, step_id: Key, body: RoundIn, principal: PrincipalDep
    ) -> RoundAsked:
        """Plan a further round of an approved step, from the same pearls or from others."""
        principal.require(review_id, "resolver")
        said = (body.pearls, clean(body.reason), _options(body), _on(ctx))
        number = await ctx.db.write(
            lambda tx: steps_handlers.start_round(tx, review_id, step_id, *said)
        )
        return RoundAsked(step_id=step_id, number=number)

    @router.get("/reviews/{review_id}/rounds")
    async def listed(
        review_id: Key,
        principal: PrincipalDep,
        step_id: Name | None = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[RoundOut]:
        """Rounds of CLUSTER searching, the newest first, with the yield of each step."""
        principal.require_member(review_id)
        before: Any = decode_cursor(cursor, datetime, str, int)

        async def query(tx: Tx) -> list[dict[str, Any]]:
            rows = await rounds.listed(
                tx, review_id, step_id=step_id, before=before, most=limit + 1
            )
            return await round_views.shown_rounds(tx, review_id, rows)

        items = [RoundOut(**each) for each in await ctx.db.read(query)]
        return page_of(
            items, limit, lambda one: (one.asked_at.isoformat(), one.step_id, one.number)
        )


def _one_round(router: APIRouter, ctx: Context) -> None:
    path = "/reviews/{review_id}/steps/{step_id}/rounds/{number}"

    @router.get(path)
    async def one(review_id: Key, step_id: Key, number: Whole, principal: PrincipalDep) -> RoundOut:
        """One round: what each step asked, what came, what was not done, and the siblings."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> dict[str, Any]:
            row = await _round_or_not_found(tx, (review_id, step_id, number))
            return (await round_views.shown_rounds(tx, review_id, [row]))[0]

        return RoundOut(**await ctx.db.read(query))

    @router.get(f"{path}/hits")
    async def hits(
        review_id: Key,
        step_id: Key,
        number: Whole,
        principal: PrincipalDep,
        state: HitState | None = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[HitOut]:
        """What a round found, one line for each step and pearl that led to an article."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, str, str, str)
        key = (review_id, step_id, number)

        async def query(tx: Tx) -> list[HitOut]:
            await _round_or_not_found(tx, key)
            rows = await rounds.hits_page(tx, key, state=state, after=after, most=limit + 1)
            return [_hit(row) for row in rows]

        found = await ctx.db.read(query)
        return page_of(found, limit, lambda one: (one.pmid, one.step, one.pearl))


def _approval(router: APIRouter, ctx: Context) -> None:
    path = "/reviews/{review_id}/steps/{step_id}/rounds/{number}"

    @router.post(f"{path}/approve")
    async def approve(
        review_id: Key, step_id: Key, number: Whole, body: QueriesIn, principal: PrincipalDep
    ) -> RoundOut:
        """Approve the queries of a planned round: they run, in all its steps or in some."""
        principal.require(review_id, "resolver")
        key, wanted = (review_id, step_id, number), body.steps
        return await _changed(ctx, key, lambda tx: approve_queries(key, wanted, tx))

    @router.post(f"{path}/withdraw")
    async def withdraw(
        review_id: Key, step_id: Key, number: Whole, body: ReasonIn, principal: PrincipalDep
    ) -> RoundOut:
        """Withdraw a planned round: none of its queries runs."""
        principal.require(review_id, "resolver")
        key, reason = (review_id, step_id, number), clean(body.reason)
        return await _changed(ctx, key, lambda tx: withdraw_round(key, reason, tx))


async def _changed(
    ctx: Context, key: rounds.Key, change: Callable[[Tx], Awaitable[object]]
) -> RoundOut:
    async def use_case(tx: Tx) -> dict[str, Any]:
        await change(tx)
        row = await _round_or_not_found(tx, key)
        return (await round_views.shown_rounds(tx, key[0], [row]))[0]

    return RoundOut(**await ctx.db.write(use_case))


async def _round_or_not_found(tx: Tx, key: rounds.Key) -> Mapping[str, Any]:
    row = await rounds.one(tx, key)
    if row is None:
        await steps_handlers.step_or_not_found(tx, key[0], key[1])
        raise NoSuchRound(f"Step '{key[1]}' has no round {key[2]}; look at the list of rounds.")
    return row


def _on(ctx: Context) -> list[str]:
    """The optional sources that are on and know citations."""
    return list(ctx.resources.connectors.citations)


def _options(body: RoundIn) -> Options:
    blocks = ("topic", "acronym", "theory", "condition")
    return Options(
        steps=tuple(dict.fromkeys(body.steps or ())),
        budget=body.budget,
        seeks=body.seeks,
        lexicon=_each(body.lexicon),
        projects=_each(body.projects),
        sources=tuple(dict.fromkeys(body.sources or ())),
        **{name: " ".join(clean(getattr(body, name)).split()) for name in blocks},
    )


def _hit(row: Mapping[str, Any]) -> HitOut:
    named = {**row, "sources": row["sources"] or ["pubmed"]}
    return HitOut(**{name: named[name] for name in HitOut.model_fields})


def _each(entries: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(clean(words).split()) for words in entries))


def _step(row: Mapping[str, Any], named: Sequence[str] = ()) -> StepOut:
    return StepOut(
        step_id=row["id"],
        theory_id=row["theory_id"],
        state=row["state"],
        detail=row["detail"],
        evidence=list(named),
    )
