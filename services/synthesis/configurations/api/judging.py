"""Routes of judgements, states, and the queue of what is to check."""

from typing import Any

from fastapi import APIRouter

from services.synthesis.configurations.handlers import judge as judge_handlers
from services.synthesis.configurations.handlers import judged, states, to_check, views
from services.synthesis.engine.values import Judgement
from services.synthesis.schemas import JudgementIn, JudgementsIn, StateIn
from shared.http.api import LimitQuery
from shared.http.auth import Principal, PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context

Shown = dict[str, Any]
SYNTHESIST = "reviewer"


def add_routes(router: APIRouter, ctx: Context) -> None:
    """What people judge of CCMOCs, blind until all three have, and what they say they are."""
    _add_states(router, ctx)
    _add_judgements(router, ctx)
    _add_queue(router, ctx)


def _add_states(router: APIRouter, ctx: Context) -> None:
    @router.put("/ccmocs/{ccmoc_id}/state")
    async def set_state(
        review_id: Key, ccmoc_id: Key, principal: PrincipalDep, body: StateIn
    ) -> Shown:
        """Say what a CCMOC is, and why; saying it again of a changed one ends its recheck.

        `checked` needs a reviewer's judgement of every passage for and against it, `agreed`
        those of two verifiers too and no open "does not", `in_theory` comes after `agreed`.
        """
        principal.require(review_id, SYNTHESIST)
        person = None if body.person is None else principal.acting_for(review_id, body.person)
        if body.at is not None:
            principal.require(review_id, "owner")
        said = states.StateChange(body.state, body.reason, person, body.seen, body.at)
        row = await ctx.db.write(lambda tx: states.set_state(review_id, ccmoc_id, said, tx))
        return views.shown(row)


def _add_judgements(router: APIRouter, ctx: Context) -> None:
    @router.post("/judgements")
    async def judge(review_id: Key, principal: PrincipalDep, body: JudgementsIn) -> Shown:
        """Say of passages whether they support a CCMOC; the same word again is no news.

        An owner who names another `person` records what was judged elsewhere.
        """
        principal.require(review_id, SYNTHESIST)
        said = [_judgement(principal, review_id, item) for item in body.judgements]
        brought = all(_brought(principal, item) for item in body.judgements)
        new = await ctx.db.write(
            lambda tx: judge_handlers.judge(review_id, said, tx, brought=brought)
        )
        return {"judgements": len(said), "new": new}

    @router.get("/judgements")
    async def judgements(
        review_id: Key, principal: PrincipalDep, theory: Name | None = None, whole: bool = False
    ) -> Shown:
        """Judgements in the order in which they were given: one's own, and those of open links.

        A link is open when its reviewer and two verifiers have judged it. `whole`: those of closed
        links too, for a copy of everything; only who owns the whole machine gets them.
        """
        principal.require_member(review_id)
        viewer = None if whole and principal.everywhere else principal.person_id
        rows = await ctx.db.read(lambda tx: judged.judgements(review_id, theory, viewer, tx))
        return {"items": [_shown(row) for row in rows]}


def _brought(principal: Principal, item: JudgementIn) -> bool:
    """Whether it was judged elsewhere: an owner says whose word it is."""
    if item.person is None:
        return False
    return principal.everywhere or item.person != principal.person_id


def _judgement(principal: Principal, review_id: str, item: JudgementIn) -> Judgement:
    return Judgement(
        theory=item.theory,
        outcome=item.outcome,
        role=item.role,
        mechanism=item.mechanism,
        fragment=item.fragment,
        fragment_version=item.fragment_version,
        blind=item.blind,
        person=principal.acting_for(review_id, item.person),
        acting_as=item.acting_as,
        verdict=item.verdict,
    )


def _shown(row: Shown) -> Shown:
    return {
        "theory": row["theory_id"],
        "outcome": row["outcome"],
        "role": row["role"],
        "mechanism": row["mechanism"],
        "fragment": row["fragment_id"],
        "fragment_version": row["fragment_version"],
        "person": row["person"],
        "as": row["acting_as"],
        "verdict": row["verdict"],
        "blind": bool(row["blind"]),
        "at": row["at"].isoformat(),
    }


def _add_queue(router: APIRouter, ctx: Context) -> None:
    @router.get("/to-check")
    async def queue(
        review_id: Key, principal: PrincipalDep, theory: Name | None = None, limit: LimitQuery = 50
    ) -> Shown:
        """What is to check by whoever asks, over all theories: what moves most comes first.

        `recheck`: configurations that changed since people checked them, and what changed;
        `links`: passages that wait for their judgement, with what would change without them.
        """
        principal.require_member(review_id)
        return await ctx.db.read(
            lambda tx: to_check.to_check(review_id, theory, principal.person_id, limit, tx)
        )
