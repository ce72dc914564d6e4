"""Routes of strategies: write, translate, record runs elsewhere, test, print."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.search.strategies import handlers
from services.search.strategies.domain.dialects import DIALECTS
from services.search.strategies.domain.translate import Translation
from services.search.strategies.handlers import RecordRun, WriteStrategy
from services.search.strategies.schemas import (
    BlockLossOut,
    ElsewhereIn,
    ElsewhereOut,
    KnownOut,
    LineOut,
    PrintedOut,
    StrategyIn,
    StrategyOut,
    TranslationOut,
    ValidationOut,
)
from services.search.strategies.store import strategies
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, created, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.http.problems import NotFound
from shared.kernel.service import Context
from shared.text import clean

ONE = "/reviews/{review_id}/strategies/{strategy_id}"
_KEYS = {(each.platform, each.database): each.key for each in DIALECTS}


def routes(ctx: Context) -> APIRouter:
    """Strategies of a review."""
    router = APIRouter(tags=["strategies"])
    _written(router, ctx)
    _kept(router, ctx)
    _translated(router, ctx)
    _run(router, ctx)
    _one_run(router, ctx)
    _tested(router, ctx)
    return router


def _written(router: APIRouter, ctx: Context) -> None:
    @router.put(ONE)
    async def write(
        review_id: Key, strategy_id: Key, body: StrategyIn, principal: PrincipalDep
    ) -> StrategyOut:
        """Write a strategy: every change is a version with its reason."""
        principal.require(review_id, "resolver")
        command = WriteStrategy(
            review_id=review_id,
            strategy_id=strategy_id,
            definition=_cleaned(body.model_dump(exclude={"reason"})),
            reason=clean(body.reason),
        )
        return _out(await ctx.db.write(lambda tx: handlers.write_strategy(command, tx)))

    @router.get("/reviews/{review_id}/strategies")
    async def listed(
        review_id: Key,
        principal: PrincipalDep,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[StrategyOut]:
        """The strategies of a review."""
        principal.require_member(review_id)
        key = decode_cursor(cursor, str)
        after = key[0] if key else None
        rows = await ctx.db.read(
            lambda tx: strategies.listed(tx, review_id, after=after, most=limit + 1)
        )
        return page_of([_out(row) for row in rows], limit, lambda one: (one.strategy_id,))


def _kept(router: APIRouter, ctx: Context) -> None:
    @router.get(ONE)
    async def one(review_id: Key, strategy_id: Key, principal: PrincipalDep) -> StrategyOut:
        """One strategy as it stands."""
        principal.require_member(review_id)
        return _out(
            await ctx.db.read(lambda tx: handlers.strategy_or_not_found(tx, review_id, strategy_id))
        )

    @router.get(f"{ONE}/versions")
    async def versions(
        review_id: Key, strategy_id: Key, principal: PrincipalDep
    ) -> Page[StrategyOut]:
        """Every version of a strategy, the newest first, with who changed it and why."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> Page[StrategyOut]:
            await handlers.strategy_or_not_found(tx, review_id, strategy_id)
            rows = await strategies.versions(tx, review_id, strategy_id)
            return Page(items=[_out({**row, "id": strategy_id}) for row in rows])

        return await ctx.db.read(query)


def _translated(router: APIRouter, ctx: Context) -> None:
    @router.get(f"{ONE}/translations")
    async def translated(
        review_id: Key,
        strategy_id: Key,
        principal: PrincipalDep,
        platform: Annotated[list[Name] | None, Query(max_length=20)] = None,
    ) -> Page[TranslationOut]:
        """The strategy as each platform takes it, line by line, with what it cannot say."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> list[Translation]:
            row = await handlers.strategy_or_not_found(tx, review_id, strategy_id)
            return handlers.translations(row, platform or ())

        return Page(items=[_translation(one) for one in await ctx.db.read(query)])

    @router.get(f"{ONE}/print")
    async def printed(review_id: Key, strategy_id: Key, principal: PrincipalDep) -> PrintedOut:
        """The strategy as an appendix prints it (PRISMA-S): lines, days, hits, losses."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> str:
            row = await handlers.strategy_or_not_found(tx, review_id, strategy_id)
            return await handlers.print_strategy(row, tx)

        return PrintedOut(markdown=await ctx.db.read(query))


def _run(router: APIRouter, ctx: Context) -> None:
    @router.post(f"{ONE}/runs", status_code=201)
    async def record(
        review_id: Key,
        strategy_id: Key,
        body: ElsewhereIn,
        principal: PrincipalDep,
        request: Request,
        response: Response,
    ) -> ElsewhereOut:
        """Record a run on a platform that is not searched from here."""
        principal.require(review_id, "resolver")
        said = _cleaned(body.model_dump(exclude={"ran_on"}))
        command = RecordRun(
            review_id=review_id, strategy_id=strategy_id, ran_on=body.ran_on.isoformat(), **said
        )
        run = _elsewhere(await ctx.db.write(lambda tx: handlers.record_run(command, tx)))
        created(request, response, run.run_id)
        return run

    @router.get(f"{ONE}/runs")
    async def runs(review_id: Key, strategy_id: Key, principal: PrincipalDep) -> Page[ElsewhereOut]:
        """What was run elsewhere, the first first."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> Page[ElsewhereOut]:
            await handlers.strategy_or_not_found(tx, review_id, strategy_id)
            rows = await strategies.runs(tx, review_id, strategy_id)
            return Page(items=[_elsewhere(row) for row in rows])

        return await ctx.db.read(query)


def _one_run(router: APIRouter, ctx: Context) -> None:
    @router.get(f"{ONE}/runs/{{run_id}}")
    async def run(
        review_id: Key, strategy_id: Key, run_id: Key, principal: PrincipalDep
    ) -> ElsewhereOut:
        """One run elsewhere."""
        principal.require_member(review_id)
        rows = await ctx.db.read(lambda tx: strategies.runs(tx, review_id, strategy_id))
        found = next((one for one in map(_elsewhere, rows) if one.run_id == run_id), None)
        if found is None:
            raise NotFound(f"'{run_id}' is no run of strategy '{strategy_id}'.")
        return found


def _tested(router: APIRouter, ctx: Context) -> None:
    @router.get(f"{ONE}/validation")
    async def validation(
        review_id: Key, strategy_id: Key, principal: PrincipalDep
    ) -> ValidationOut:
        """Which block of the strategy loses which of the records that it must find."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> ValidationOut:
            row = await handlers.strategy_or_not_found(tx, review_id, strategy_id)
            found = await handlers.validated(row, tx)
            return ValidationOut(
                strategy_id=strategy_id,
                version=row["version"],
                found=sum(verdict.found for verdict in found.verdicts),
                known=len(found.verdicts),
                records=[
                    KnownOut(
                        record_id=verdict.record_id,
                        title=verdict.title,
                        found=verdict.found,
                        lost_by=list(verdict.lost_by),
                        without_abstract=verdict.bare,
                    )
                    for verdict in found.verdicts
                ],
                blocks=[
                    BlockLossOut(concept=name, lost=lost, lost_alone=alone)
                    for name, lost, alone in found.lost
                ],
                unchecked=list(found.unchecked),
            )

        return await ctx.db.read(query)


def _cleaned(value: Any) -> Any:
    """Every text in a body of JSON as it is kept."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {clean(str(name)): _cleaned(one) for name, one in value.items()}
    return value


def _out(row: Mapping[str, Any]) -> StrategyOut:
    told = {name: row[name] for name in ("version", "reason", "changed_at", "changed_by")}
    return StrategyOut(strategy_id=row["id"], **told, **row["definition"])


def _elsewhere(row: Mapping[str, Any]) -> ElsewhereOut:
    names = (name for name in ElsewhereOut.model_fields if name != "run_id")
    return ElsewhereOut(run_id=row["id"], **{name: row[name] for name in names})


def _translation(one: Translation) -> TranslationOut:
    return TranslationOut(
        key=_KEYS[(one.platform, one.database)],
        platform=one.platform,
        database=one.database,
        lines=[
            LineOut(
                number=line.number, concept=line.concept, text=line.text, notes=list(line.notes)
            )
            for line in one.lines
        ],
        notes=list(one.notes),
    )
