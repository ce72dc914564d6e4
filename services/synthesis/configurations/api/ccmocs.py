"""Routes of CCMOCs."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter

from services.synthesis.configurations.handlers import judge as judge_handlers
from services.synthesis.configurations.handlers import passages, views
from services.synthesis.configurations.store import ccmocs
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.http.problems import Invalid
from shared.kernel.service import Context

Shown = dict[str, Any]


def add_routes(router: APIRouter, ctx: Context) -> None:
    """CCMOCs with their revisions and passages."""
    _add_lists(router, ctx)
    _add_revisions(router, ctx)
    _add_one(router, ctx)


def _add_lists(router: APIRouter, ctx: Context) -> None:
    @router.get("/ccmocs")
    async def listed(
        review_id: Key,
        principal: PrincipalDep,
        theory: Name | None = None,
        outcome: Name | None = None,
        leading: bool | None = None,
        state: Name | None = None,
        recheck: bool | None = None,
        lapsed: bool = False,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[Shown]:
        """CCMOCs by id: conjectures, unless people have said more; lapsed ones on request."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, str)
        wanted = {"theory_id": theory, "outcome": outcome, "leading": leading}
        rows = await ctx.db.read(
            lambda tx: ccmocs.page(
                tx,
                review_id,
                after=after[0] if after else "",
                limit=limit + 1,
                lapsed=lapsed,
                state=state,
                recheck=recheck,
                **wanted,
            )
        )
        return page_of([views.shown(row) for row in rows], limit, lambda item: (item["id"],))


def _add_revisions(router: APIRouter, ctx: Context) -> None:
    @router.get("/revisions")
    async def revisions(
        review_id: Key,
        principal: PrincipalDep,
        since: datetime | None = None,
        theory: Name | None = None,
        limit: LimitQuery = 100,
    ) -> Shown:
        """What moved lately, newest first: every revision in words, with its causes."""
        principal.require_member(review_id)
        if since is not None and since.tzinfo is None:
            raise Invalid("Give the moment with its time zone: …T00:00:00+00:00.", field="since")
        rows = await ctx.db.read(
            lambda tx: ccmocs.revisions_since(tx, review_id, since, theory, limit)
        )
        return {"items": [views.shown_revision(row) for row in rows]}


def _add_one(router: APIRouter, ctx: Context) -> None:
    @router.get("/ccmocs/{ccmoc_id}")
    async def one(review_id: Key, ccmoc_id: Key, principal: PrincipalDep) -> Shown:
        """A CCMOC with revisions and their causes, quotes, judgements, what to check again."""
        principal.require_member(review_id)
        return await ctx.db.read(
            lambda tx: views.one_ccmoc(review_id, ccmoc_id, principal.person_id, tx)
        )

    @router.get("/ccmocs/{ccmoc_id}/quotes")
    async def quotes(review_id: Key, ccmoc_id: Key, principal: PrincipalDep) -> Shown:
        """The fragments of a CCMOC, with quotes (none of confidential sources)."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> list[Shown]:
            row = await judge_handlers.require_ccmoc(tx, review_id, ccmoc_id)
            return await passages.quotes_of(review_id, row, principal.person_id, tx)

        return {"items": await ctx.db.read(query)}

    @router.get("/ccmocs/{ccmoc_id}/argument-offer")
    async def argument_offer(review_id: Key, ccmoc_id: Key, principal: PrincipalDep) -> Shown:
        """The CCMOC's slots as an argument to hold: people choose, and give it a name."""
        principal.require_member(review_id)
        return await ctx.db.read(lambda tx: views.argument_offer(review_id, ccmoc_id, tx))
