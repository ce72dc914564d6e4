"""Routes of versions, differences and reasons for a new version."""

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.synthesis.handlers import versions as use_cases
from services.synthesis.schemas import Key, VersionIn
from services.synthesis.store import versions as store
from shared.auth import PrincipalDep
from shared.service import Context

Shown = dict[str, Any]


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Freeze, list, compare."""
    _add_freezing(router, ctx)
    _add_comparing(router, ctx)
    _add_one(router, ctx)


def _add_freezing(router: APIRouter, ctx: Context) -> None:
    @router.post("/versions")
    async def freeze(
        review_id: Key, principal: PrincipalDep, body: VersionIn, response: Response
    ) -> Shown:
        """Freeze what stands now; the same number and inputs again are no news."""
        principal.require(review_id, "owner")
        row, new = await ctx.db.write(
            lambda tx: use_cases.freeze(review_id, body.number, body.reason, tx)
        )
        response.status_code = 201 if new else 200
        return _shown(row)

    @router.get("/versions")
    async def listed(review_id: Key, principal: PrincipalDep) -> Shown:
        """The review's versions, oldest first."""
        principal.require_member(review_id)
        rows = await ctx.db.read(lambda tx: store.every(tx, review_id))
        return {"items": [_shown(row) for row in rows]}


def _add_comparing(router: APIRouter, ctx: Context) -> None:
    @router.get("/versions/diff")
    async def diff(
        review_id: Key,
        principal: PrincipalDep,
        since: Annotated[str, Query(alias="from", description="number, ISO moment or 'now'")],
        until: Annotated[str, Query(alias="to")] = use_cases.NOW,
    ) -> Shown:
        """What changed between two versions or moments, CCMOC by CCMOC, in words and JSON."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: use_cases.difference_of(review_id, since, until, tx))
        kinds = Counter(kind for item in found for kind in item.kinds)
        items = [item.as_json() for item in found]
        return {"from": since, "to": until, "kinds": dict(sorted(kinds.items())), "items": items}

    @router.get("/versions/triggers")
    async def triggers(review_id: Key, principal: PrincipalDep) -> Shown:
        """Reasons for a new version since the last, for a person to decide."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: use_cases.proposed(review_id, tx))
        return {"items": [asdict(item) for item in found]}


def _add_one(router: APIRouter, ctx: Context) -> None:
    @router.get("/versions/{number}")
    async def one(review_id: Key, number: Key, principal: PrincipalDep) -> Shown:
        """One version with all that it froze: revisions, theories, searches, flow."""
        principal.require_member(review_id)
        row = await ctx.db.read(lambda tx: use_cases.version_of(review_id, number, tx))
        return {**_shown(row), "content": row["content"]}


def _shown(row: Shown) -> Shown:
    kept = {name: row[name] for name in ("number", "reason", "inputs_hash", "person")}
    content = row["content"]
    return {
        "id": row["version_id"],
        **kept,
        "at": row["at"].isoformat(),
        "ccmocs": len(content["ccmocs"]),
        "theories": len(content["theories"]),
    }
