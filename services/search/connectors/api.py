"""Routes of the optional sources: which are on, asking them about retractions, searching them."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from services.search.connectors.domain.sources import LABELS, SETTING
from services.search.connectors.handlers import looks, runs
from services.search.connectors.schemas import ConnectorOut, ConnectorRunOut, LookOut
from shared.db import Tx
from shared.http.api import Page
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """The optional sources of a review."""
    router = APIRouter(tags=["connectors"])

    @router.get("/reviews/{review_id}/connectors")
    async def connectors(review_id: Key, principal: PrincipalDep) -> Page[ConnectorOut]:
        """The optional sources, whether each is on, and how its newest look stands."""
        principal.require_member(review_id)
        return Page(items=await ctx.db.read(lambda tx: _listed(ctx, review_id, tx)))

    @router.post("/reviews/{review_id}/retraction-looks", status_code=202)
    async def look(review_id: Key, principal: PrincipalDep) -> Page[ConnectorOut]:
        """Ask every source that is on what became of the review's articles, now."""
        principal.require(review_id, "reviewer", "resolver")
        on = list(ctx.resources.connectors.retractions)
        await ctx.db.write(lambda tx: looks.start_looks(review_id, on, tx))
        return Page(items=await ctx.db.read(lambda tx: _listed(ctx, review_id, tx)))

    @router.post("/reviews/{review_id}/searches/{search_id}/connector-runs", status_code=202)
    async def run(review_id: Key, search_id: Key, principal: PrincipalDep) -> ConnectorRunOut:
        """Run a search of Europe PMC or OpenAlex now."""
        principal.require(review_id, "reviewer", "resolver")
        on = list(ctx.resources.connectors.searches)
        run_id = await ctx.db.write(lambda tx: runs.start_search(review_id, search_id, on, tx))
        return ConnectorRunOut(run_id=run_id)

    return router


async def _listed(ctx: Context, review_id: str, tx: Tx) -> list[ConnectorOut]:
    opened = ctx.resources.connectors
    return [
        ConnectorOut(
            source=name,
            label=label,
            on=name in opened.retractions,
            setting=SETTING[name],
            searched=name in opened.searches,
            cites=name in opened.citations,
            look=_look(await looks.last_look(review_id, name, tx)),
        )
        for name, label in LABELS.items()
    ]


def _look(run: Mapping[str, Any] | None) -> LookOut | None:
    if run is None:
        return None
    troubles = run["report"].get("troubles", ())
    hindered = troubles and run["state"] in ("waiting", "failed")
    return LookOut(
        state=run["state"],
        records=run["found"],
        asked=run["seen"],
        changed=run["report"].get("changed", 0),
        unknown=run["report"].get("unknown", 0),
        asked_at=run["asked_at"],
        ended_at=run["ended_at"],
        trouble=troubles[-1]["why"] if hindered else "",
    )
