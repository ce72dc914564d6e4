"""Routes of living searches: define, pause, run, and what came of each run."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter

from services.search.living.handlers import searches
from services.search.living.handlers.searches import DefineSearch
from services.search.living.schemas import ForecastOut, RunAsked, RunIn, RunOut, SearchIn, SearchOut
from services.search.living.store import searches as living_store
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.http.problems import NotFound
from shared.kernel.service import Context


class NoSuchRun(NotFound):
    """The search has no run of this id."""

    title = "The search has no such run"


def routes(ctx: Context) -> APIRouter:
    """Searches and runs of a review."""
    router = APIRouter(tags=["searches"])
    _definitions(router, ctx)
    _runs(router, ctx)
    _forecast(router, ctx)
    return router


def _definitions(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/searches/{search_id}")
    async def define(
        review_id: Key, search_id: Key, body: SearchIn, principal: PrincipalDep
    ) -> SearchOut:
        """Write a search: a PubMed query, concepts to compile one, or a stored strategy."""
        principal.require(review_id, "resolver")
        command = _command(review_id, search_id, body)
        await ctx.db.write(lambda tx: searches.define_search(command, tx))
        row = await ctx.db.write(
            lambda tx: searches.set_search_state(review_id, search_id, body.state, tx)
        )
        return _out(row, ctx.clock.now())

    @router.get("/reviews/{review_id}/searches")
    async def listed(review_id: Key, principal: PrincipalDep) -> Page[SearchOut]:
        """All searches of a review, by name."""
        principal.require_member(review_id)
        rows = await ctx.db.read(lambda tx: living_store.searches_of(tx, review_id))
        return Page(items=[_out(row, ctx.clock.now()) for row in rows])

    @router.get("/reviews/{review_id}/searches/{search_id}")
    async def one(review_id: Key, search_id: Key, principal: PrincipalDep) -> SearchOut:
        """One search as it stands."""
        principal.require_member(review_id)
        row = await ctx.db.read(lambda tx: searches.search_or_not_found(review_id, search_id, tx))
        return _out(row, ctx.clock.now())


def _forecast(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/searches/{search_id}/forecast")
    async def forecast(review_id: Key, search_id: Key, principal: PrincipalDep) -> ForecastOut:
        """How many records and includes a year of updates will bring, with their ranges."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: searches.forecast_updates(review_id, search_id, tx))
        return ForecastOut(**asdict(found))


def _runs(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/searches/{search_id}/runs", status_code=202)
    async def run(
        review_id: Key, search_id: Key, principal: PrincipalDep, body: RunIn | None = None
    ) -> RunAsked:
        """Run a search now; `full` searches the whole query again."""
        principal.require(review_id, "reviewer", "resolver")
        asked = body or RunIn()
        run_id = await ctx.db.write(
            lambda tx: searches.start_run(
                review_id, search_id, tx, run_id=asked.run_id, full=asked.full
            )
        )
        return RunAsked(run_id=run_id, state="waiting")

    @router.get("/reviews/{review_id}/searches/{search_id}/runs")
    async def listed(
        review_id: Key,
        search_id: Key,
        principal: PrincipalDep,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[RunOut]:
        """Runs of a search, the newest first."""
        principal.require_member(review_id)
        key = decode_cursor(cursor, datetime)
        before = key[0] if key else None
        rows = await ctx.db.read(
            lambda tx: living_store.runs_of(tx, review_id, search_id, before=before, most=limit + 1)
        )
        return page_of(list(map(_run, rows)), limit, lambda one: (one.asked_at.isoformat(),))

    @router.get("/reviews/{review_id}/searches/{search_id}/runs/{run_id}")
    async def one(review_id: Key, search_id: Key, run_id: Key, principal: PrincipalDep) -> RunOut:
        """One run with its report: windows, translation and its diff, warnings, calls."""
        principal.require_member(review_id)
        row = await ctx.db.read(lambda tx: living_store.run_of(tx, review_id, run_id))
        if row is None or row["search_id"] != search_id:
            raise NoSuchRun(f"'{run_id}' is no run of search '{search_id}'.")
        return _run(row)


def _command(review_id: str, search_id: str, body: SearchIn) -> DefineSearch:
    concepts = [
        {"concept": one.name, "broad": one.broad, "narrow": one.narrow, "applied": one.applied}
        for one in body.concepts
    ]
    return DefineSearch(
        review_id=review_id,
        search_id=search_id,
        name=body.name,
        database=body.database,
        query=body.query,
        concepts=concepts,
        breadth=body.breadth,
        strategy=body.lines,
        schedule=body.schedule,
        definition={"platform": body.platform} if body.platform else {},
    )


def _out(row: Mapping[str, Any], now: datetime) -> SearchOut:
    schedule = searches.schedule_of(row["schedule"], row["anchor"])
    due = schedule.after(now) if schedule is not None and row["state"] == "active" else None
    names = ("name", "database", "query", "definition", "schedule", "state", "watermark")
    return SearchOut(
        search_id=row["id"],
        next_slot=due,
        notes=list(row["definition"].get("notes", ())),
        translation=row["translation"],
        version=row["version"],
        **{name: row[name] for name in names},
    )


def _run(row: Mapping[str, Any]) -> RunOut:
    values = {name: row[name] for name in RunOut.model_fields if name != "run_id"}
    return RunOut(run_id=row["id"], **values)
