"""Routes of decisions: cast, change, take back, list, import."""

from fastapi import APIRouter

from services.screening.decisions.handlers import decide as decide_handlers
from services.screening.decisions.handlers.decisions import Decided
from services.screening.decisions.handlers.known import known_stage
from services.screening.decisions.schemas.conversions import (
    VOTERS,
    change_of,
    decided_out,
    decisions_of,
    vote_out,
)
from services.screening.decisions.schemas.models import (
    ChangeIn,
    DecidedOut,
    DecisionsIn,
    ResultsOut,
    VoteOut,
)
from services.screening.decisions.store import counts
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Decisions of people."""
    _add_casting(router, ctx)
    _add_changes(router, ctx)
    _add_list(router, ctx)


def _add_casting(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/decisions")
    async def decide(
        review_id: Key, stage: Key, body: DecisionsIn, principal: PrincipalDep
    ) -> ResultsOut:
        """Take decisions. One alone that cannot be taken is a problem; among several, its line."""
        principal.require(review_id, *VOTERS)

        async def use_case(tx: Tx) -> list[Decided]:
            wanted = await decisions_of(tx, review_id, stage, body.decisions, principal)
            return await decide_handlers.decide(review_id, stage, wanted, tx)

        results = await ctx.db.write(use_case)
        return ResultsOut(results=[decided_out(one) for one in results])


def _add_changes(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/stages/{stage}/decisions/{record}")
    async def change(
        review_id: Key, stage: Key, record: Key, body: ChangeIn, principal: PrincipalDep
    ) -> DecidedOut:
        """Change one's vote, until the other vote exists."""
        principal.require(review_id, *VOTERS)
        decision = change_of(record, body, principal.sitting_for(body.person), principal)
        return decided_out(
            await ctx.db.write(
                lambda tx: decide_handlers.change_vote(review_id, stage, decision, tx)
            )
        )

    @router.delete("/reviews/{review_id}/stages/{stage}/decisions/{record}")
    async def undo(
        review_id: Key,
        stage: Key,
        record: Key,
        principal: PrincipalDep,
        person: Name | None = None,
    ) -> DecidedOut:
        """Take one's vote back, while it waits for another or has settled the record alone."""
        principal.require(review_id, *VOTERS)
        voter = principal.sitting_for(person)
        return decided_out(
            await ctx.db.write(
                lambda tx: decide_handlers.take_back_vote(review_id, stage, record, voter, tx)
            )
        )


def _add_list(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/decisions")
    async def decisions(
        review_id: Key,
        stage: Key,
        principal: PrincipalDep,
        own: bool = False,
        limit: LimitQuery = 200,
        cursor: CursorQuery = None,
    ) -> Page[VoteOut]:
        """Every vote on records whose settlement stands, and all of one's own (`own`: only)."""
        principal.require_member(review_id)
        person, after = principal.person_id, decode_cursor(cursor, str, int, str)

        async def use_case(tx: Tx) -> list[VoteOut]:
            await known_stage(tx, review_id, stage)
            rows = await counts.shown_votes(tx, review_id, stage, person, limit, after, own=own)
            return [vote_out(row) for row in rows]

        found = await ctx.db.read(use_case)
        return page_of(found, limit, lambda v: (v.record, v.round, v.person))
