"""Routes of figures: flow, agreement, progress, stages, highlights."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from services.screening.decisions.domain.agreement import (
    Interval,
    PairAgreement,
    StageAgreement,
    Undefined,
)
from services.screening.decisions.handlers import counts as counts_handlers
from services.screening.decisions.schemas.models import HighlightIn
from services.screening.decisions.store import counts
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Flow, agreement, progress, highlights."""
    _add_counts(router, ctx)
    _add_highlights(router, ctx)


def _add_counts(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/flow")
    async def flow(review_id: Key, principal: PrincipalDep) -> dict[str, Any]:
        """PRISMA counts by stage with reasons; exclusions by automation apart."""
        principal.require_member(review_id)
        stages = await ctx.db.read(lambda tx: counts_handlers.flow(review_id, tx))
        return {"stages": [asdict(stage) for stage in stages]}

    @router.get("/reviews/{review_id}/stages/{stage}/agreement")
    async def agreement(review_id: Key, stage: Key, principal: PrincipalDep) -> dict[str, Any]:
        """Agreement from independent first decisions, with the table it is computed from.

        `left_out` conflicts count once they are resolved; resolvers see all but their own.
        """
        principal.require_member(review_id)
        person, resolver = principal.person_id, principal.has(review_id, "resolver")
        found, left_out = await ctx.db.read(
            lambda tx: counts_handlers.agreement(review_id, stage, person, tx, resolver=resolver)
        )
        return agreement_out(found) | {"left_out": left_out}

    @router.get("/reviews/{review_id}/stages/{stage}/progress")
    async def progress(review_id: Key, stage: Key, principal: PrincipalDep) -> dict[str, Any]:
        """Votes per person: others' of complete pairs only, in conflicts without the verdict."""
        principal.require_member(review_id)
        person = principal.person_id
        people = await ctx.db.read(
            lambda tx: counts_handlers.progress(review_id, stage, person, tx)
        )
        return {"people": people}


def _add_highlights(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/highlights/{name}")
    async def highlight(
        review_id: Key, name: Key, body: HighlightIn, principal: PrincipalDep
    ) -> dict[str, Any]:
        """Set terms to be marked in texts, per criterion or under any name."""
        principal.require(review_id, "reviewer", "resolver")
        await ctx.db.write(
            lambda tx: counts.keep_highlight(tx, review_id, name, body.terms, body.colour)
        )
        return {"name": name, "terms": body.terms, "colour": body.colour}

    @router.get("/reviews/{review_id}/highlights")
    async def highlights(review_id: Key, principal: PrincipalDep) -> dict[str, Any]:
        """All sets of terms to be marked."""
        principal.require_member(review_id)
        rows = await ctx.db.read(lambda tx: counts.highlights(tx, review_id))
        return {"items": [{"name": r.name, "terms": r.terms, "colour": r.colour} for r in rows]}


def agreement_out(found: StageAgreement) -> dict[str, Any]:
    """Agreement as JSON: an undefined figure is null, with the reason beside it."""
    return {
        **_pair_out(found.pooled),
        "fleiss": _figure(found.fleiss),
        "pairs": [
            {"people": list(people), **_pair_out(pair)} for people, pair in found.pairs.items()
        ],
    }


def _pair_out(pair: PairAgreement) -> dict[str, Any]:
    return {
        "records": pair.records,
        "categories": list(pair.categories),
        "table": [[pair.table.get((a, b), 0) for b in pair.categories] for a in pair.categories],
        "percent": _figure(pair.percent),
        "kappa": _figure(pair.kappa),
        "pabak": _figure(pair.pabak),
        "ac1": _figure(pair.ac1),
    }


def _figure(value: float | Interval | Undefined) -> dict[str, Any]:
    match value:
        case Undefined(reason):
            return {"value": None, "undefined": reason}
        case Interval():
            return {"value": value.value, "low": value.low, "high": value.high}
        case _:
            return {"value": value}
