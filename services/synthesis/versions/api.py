"""Routes of versions, differences and reasons for a new version."""

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.synthesis.schemas import VersionBroughtIn, VersionIn
from services.synthesis.versions import store as store
from services.synthesis.versions.adapters.feed import events_in_words
from services.synthesis.versions.domain.differences import FIRST_CAUSES, with_causes
from services.synthesis.versions.handlers import comparing, freezing
from shared.db import Tx
from shared.http.api import created
from shared.http.auth import PrincipalDep, on_behalf_of
from shared.http.bounds import Key, Name
from shared.kernel.service import Context

Shown = dict[str, Any]
NEW: dict[int | str, Any] = {201: {"description": "The version is new."}}


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Freeze, list, compare."""
    _add_freezing(router, ctx)
    _add_comparing(router, ctx)
    _add_one(router, ctx)


def _add_freezing(router: APIRouter, ctx: Context) -> None:
    @router.post("/versions", responses=NEW)
    async def freeze(
        review_id: Key,
        principal: PrincipalDep,
        body: VersionIn,
        request: Request,
        response: Response,
    ) -> Shown:
        """Freeze what stands now; the same number and inputs again are no news."""
        principal.require(review_id, "owner")
        row, new = await ctx.db.write(
            lambda tx: freezing.freeze(review_id, body.number, body.reason, tx)
        )
        response.status_code = 201 if new else 200
        created(request, response, str(row["number"]))
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
        request: Request,
        since: Annotated[Name, Query(alias="from", description="number, ISO moment or 'now'")],
        until: Annotated[Name, Query(alias="to")] = comparing.NOW,
    ) -> Shown:
        """What changed between two versions or moments, in words by label and by cause.

        Items are CCMOCs, arguments and theories (`what`); `causes` are sentences about the events
        of `caused_by`, as far as the workbench tells them.
        """
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: comparing.differences_of(review_id, since, until, tx))
        items = await _with_causes(ctx, request, review_id, found)
        kinds = Counter(kind for item in items for kind in item["kinds"])
        return {"from": since, "to": until, "kinds": dict(sorted(kinds.items())), "items": items}

    @router.get("/versions/triggers")
    async def triggers(review_id: Key, principal: PrincipalDep) -> Shown:
        """Reasons for a new version since the last, for a person to decide."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: comparing.proposed(review_id, tx))
        return {"items": [asdict(item) for item in found]}


async def _with_causes(
    ctx: Context, request: Request, review_id: str, items: list[Shown]
) -> list[Shown]:
    """Each item with what its first causes were, in words."""
    ids = [event for item in items for event in item["caused_by"][:FIRST_CAUSES]]
    if ctx.peers is None or not ids:
        return with_causes(items, {})
    said = await events_in_words(ctx.peers.client, on_behalf_of(request), review_id, ids)
    return with_causes(items, said)


def _add_one(router: APIRouter, ctx: Context) -> None:
    @router.get("/versions/{number}")
    async def one(
        review_id: Key, number: Key, principal: PrincipalDep, bodies: bool = False
    ) -> Shown:
        """One version with all that it froze: revisions (with `bodies`), theories, flow."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> Shown:
            row = await freezing.version_of(review_id, number, tx)
            whole = await freezing.with_bodies(review_id, row, tx) if bodies else _plain(row)
            return {**_shown(row), "content": whole}

        return await ctx.db.read(query)

    @router.put("/versions/{number}", responses=NEW)
    async def bring(
        review_id: Key,
        number: Key,
        principal: PrincipalDep,
        body: VersionBroughtIn,
        request: Request,
        response: Response,
    ) -> Shown:
        """Keep a version that another installation froze; every body must have its hash."""
        principal.require(review_id, "owner")
        given = {**body.model_dump(exclude={"content"}), "content": body.content.model_dump()}
        row, new = await ctx.db.write(lambda tx: freezing.bring(review_id, number, given, tx))
        response.status_code = 201 if new else 200
        response.headers["location"] = request.url.path
        return _shown(row)


def _plain(row: Shown) -> Shown:
    """What a version froze, without the bodies that came with one from elsewhere."""
    content: Shown = row["content"]
    plain = [{k: v for k, v in item.items() if k != "body"} for item in content["ccmocs"]]
    return {**content, "ccmocs": plain}


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
