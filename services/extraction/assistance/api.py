"""Routes of assistance: ask a machine for suggestions, judge them, see how well it does."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.extraction.assistance import store
from services.extraction.assistance.adapters import host_of
from services.extraction.assistance.handlers import bundles, views
from services.extraction.assistance.handlers.asking import Wish, begin_run, resume_run, stop_run
from services.extraction.assistance.handlers.judging import SuggestionVerdict, judge
from services.extraction.assistance.jobs import actor_of, require_on, why_off
from services.extraction.assistance.schemas import (
    AssistanceOut,
    KeptIn,
    KeptOut,
    RunIn,
    RunOut,
    SuggestionOut,
    TakenOut,
    VerdictIn,
)
from services.extraction.rights import CODER
from services.extraction.schemas import ReasonIn
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context

START = ("", -1, "")


def routes(ctx: Context) -> APIRouter:
    """Assistance in a review."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_overview(router, ctx)
    _add_runs(router, ctx)
    _add_ends(router, ctx)
    _add_suggestions(router, ctx)
    _add_judging(router, ctx)
    _add_bundles(router, ctx)
    return router


def _add_bundles(router: APIRouter, ctx: Context) -> None:
    @router.get("/assistance/kept")
    async def kept(review_id: Key, principal: PrincipalDep) -> KeptOut:
        """Every run and suggestion, as a bundle holds them."""
        principal.require(review_id, "owner")
        return KeptOut(**await ctx.db.read(lambda tx: bundles.kept_assistance(tx, review_id)))

    @router.post("/assistance/kept")
    async def take_in(review_id: Key, principal: PrincipalDep, body: KeptIn) -> TakenOut:
        """Add runs and suggestions as they were kept elsewhere; what is here stays.

        Nothing is asked of a model: a run that was under way is stopped.
        """
        principal.require(review_id, "owner")
        asked = [one.model_dump() for one in body.runs]
        suggested = [one.model_dump() for one in body.suggestions]
        added = await ctx.db.write(
            lambda tx: bundles.take_in_assistance(review_id, asked, suggested, tx)
        )
        return TakenOut(added=added)


def _add_overview(router: APIRouter, ctx: Context) -> None:
    @router.get("/assistance")
    async def overview(review_id: Key, principal: PrincipalDep) -> AssistanceOut:
        """Whether suggestions can be asked for and of what, runs, counts, measured agreement."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: views.overview(tx, review_id))
        reason = why_off(ctx.settings)
        return AssistanceOut(
            on=not reason,
            why_off=reason,
            name=ctx.settings.assistance_name,
            model=ctx.settings.assistance_model,
            host=host_of(ctx.settings.assistance_url),
            **found,
        )


async def _run(ctx: Context, review_id: str, run_id: str) -> RunOut:
    async def query(tx: Tx) -> dict[str, Any]:
        row = await store.run_row(tx, review_id, run_id)
        return views.shown_run(row or {}, await store.counts(tx, review_id))

    return RunOut(**await ctx.db.read(query))


def _add_runs(router: APIRouter, ctx: Context) -> None:
    @router.put("/assistance/runs/{run_id}")
    async def begin(review_id: Key, run_id: Key, principal: PrincipalDep, body: RunIn) -> RunOut:
        """Ask for suggestions on these documents; confidential ones are never sent.

        For owners: texts leave for the service that the settings name. The same run again
        changes nothing.
        """
        principal.require(review_id, "owner")
        require_on(ctx.settings)
        wish = Wish(
            run_id=run_id,
            documents=tuple(body.documents),
            theories=tuple(body.theories),
            coder=actor_of(ctx.settings),
            model=ctx.settings.assistance_model,
            host=host_of(ctx.settings.assistance_url),
            budget=ctx.settings.assistance_budget,
        )
        await ctx.db.write(lambda tx: begin_run(review_id, wish, tx))
        return await _run(ctx, review_id, run_id)


def _add_ends(router: APIRouter, ctx: Context) -> None:
    @router.post("/assistance/runs/{run_id}/resume")
    async def resume(review_id: Key, run_id: Key, principal: PrincipalDep) -> RunOut:
        """Go on with a run that stopped or waits, where it stopped."""
        principal.require(review_id, "owner")
        require_on(ctx.settings)
        budget = ctx.settings.assistance_budget
        await ctx.db.write(lambda tx: resume_run(review_id, run_id, budget, tx))
        return await _run(ctx, review_id, run_id)

    @router.post("/assistance/runs/{run_id}/stop")
    async def stop(review_id: Key, run_id: Key, principal: PrincipalDep, body: ReasonIn) -> RunOut:
        """Ask no more in this run; what was suggested stays."""
        principal.require(review_id, "owner")
        reason = body.reason or "A person stopped it."
        await ctx.db.write(lambda tx: stop_run(review_id, run_id, reason, tx))
        return await _run(ctx, review_id, run_id)


def _add_suggestions(router: APIRouter, ctx: Context) -> None:
    @router.get("/suggestions")
    async def suggestions(
        review_id: Key,
        principal: PrincipalDep,
        document: Annotated[Name | None, Query(description="only on this document")] = None,
        state: Annotated[
            Name | None, Query(description="pending, accepted, changed, rejected; or judged")
        ] = None,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[SuggestionOut]:
        """Suggestions by document and place; none on documents that are coded blindly now."""
        principal.require(review_id, CODER)
        wanted = {"document_id": document, "state": state}
        filters = {name: value for name, value in wanted.items() if value is not None}
        place = decode_cursor(cursor, str, int, str) or START

        async def query(tx: Tx) -> list[dict[str, Any]]:
            rows = await store.suggestion_page(tx, review_id, filters, after=place, limit=limit + 1)
            return await views.shown_suggestions(tx, review_id, rows)

        items = [SuggestionOut(**one) for one in await ctx.db.read(query)]
        return page_of(items, limit, lambda one: (one.document, one.start, one.id))


def _add_judging(router: APIRouter, ctx: Context) -> None:
    @router.put("/suggestions/{suggestion_id}/verdict")
    async def verdict(
        review_id: Key, suggestion_id: Key, principal: PrincipalDep, body: VerdictIn
    ) -> SuggestionOut:
        """Accept a suggestion, as it is or changed, or reject it with a reason.

        What is accepted is your fragment from then on, marked as suggested by a machine.
        """
        principal.require(review_id, CODER)
        person = principal.person_id
        said = SuggestionVerdict(
            person=person,
            accepts=body.verdict == "accept",
            reason=body.reason,
            instead=None if body.fragment is None else body.fragment.state("", person),
        )

        async def use_case(tx: Tx) -> dict[str, Any]:
            row = await judge(review_id, suggestion_id, said, tx)
            return (await views.shown_suggestions(tx, review_id, [row]))[0]

        return SuggestionOut(**await ctx.db.write(use_case))
