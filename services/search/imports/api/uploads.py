"""Routes of imports: upload, look, take back, fetch the bytes."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.search.imports import store as imports_store
from services.search.imports.handlers import UnknownImport
from services.search.imports.jobs.preview import look_into
from services.search.imports.jobs.uploads import reverse_import, take_upload
from services.search.library.schemas import ImportOut, PreviewOut, ReasonIn
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, created, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Imports of a review."""
    router = APIRouter(tags=["imports"])
    _taking(router, ctx)
    _looking(router, ctx)
    return router


def _taking(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/imports", status_code=201)
    async def upload(
        review_id: Key,
        request: Request,
        response: Response,
        principal: PrincipalDep,
        filename: Annotated[str, Query(max_length=300)] = "upload",
        source: Annotated[str, Query(max_length=200)] = "",
        arm: Literal["database", "other"] = "database",
    ) -> ImportOut:
        """Import an export file, sent as the raw body of the request."""
        principal.require(review_id, "reviewer", "resolver")
        row = await take_upload(
            ctx, review_id, request.stream(), filename=filename, source=source, arm=arm
        )
        created(request, response, row["id"])
        return _out(row)

    @router.post("/reviews/{review_id}/imports/preview")
    async def preview(
        review_id: Key,
        request: Request,
        principal: PrincipalDep,
        source: Annotated[str, Query(max_length=200)] = "",
    ) -> PreviewOut:
        """What is in an export file, sent as the raw body: read, and not kept."""
        principal.require(review_id, "reviewer", "resolver")
        seen = await look_into(ctx, review_id, request.stream(), source)
        return PreviewOut(**asdict(seen))

    @router.post("/reviews/{review_id}/imports/{import_id}/reverse")
    async def reverse(
        review_id: Key, import_id: Key, body: ReasonIn, principal: PrincipalDep
    ) -> ImportOut:
        """Take an import back, at any time, also after screening began."""
        principal.require(review_id, "resolver")
        return _out(await reverse_import(ctx, review_id, import_id, body.reason))


def _looking(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/imports")
    async def listed(
        review_id: Key,
        principal: PrincipalDep,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[ImportOut]:
        """Imports of a review, the newest first."""
        principal.require_member(review_id)
        after: Any = decode_cursor(cursor, str, str)
        rows = await ctx.db.read(lambda tx: imports_store.page(tx, review_id, after, limit + 1))
        return page_of(
            [_out(row) for row in rows],
            limit,
            lambda one: (one.created_at.isoformat(), one.import_id),
        )

    @router.get("/reviews/{review_id}/imports/{import_id}")
    async def one(review_id: Key, import_id: Key, principal: PrincipalDep) -> ImportOut:
        """One import, also while it is being read (`state`, counts so far)."""
        principal.require_member(review_id)
        return _out(await _known(ctx, review_id, import_id))

    @router.get("/reviews/{review_id}/imports/{import_id}/bytes")
    async def raw(review_id: Key, import_id: Key, principal: PrincipalDep) -> StreamingResponse:
        """The upload as it came, for owners: it may hold how colleagues judged in another tool."""
        principal.require(review_id, "owner")
        await _known(ctx, review_id, import_id)
        return StreamingResponse(
            _pieces(ctx, review_id, import_id), media_type="application/octet-stream"
        )


async def _known(ctx: Context, review_id: str, import_id: str) -> Mapping[str, Any]:
    row = await ctx.db.read(lambda tx: imports_store.one(tx, review_id, import_id))
    if row is None:
        raise UnknownImport(f"Import '{import_id}' is not one of review '{review_id}'.")
    return row


async def _pieces(ctx: Context, review_id: str, import_id: str) -> AsyncIterator[bytes]:
    number = 0
    while True:
        piece = await ctx.db.read(partial(_piece, review_id, import_id, number))
        if piece is None:
            return
        yield piece
        number += 1


async def _piece(review_id: str, import_id: str, number: int, tx: Tx) -> bytes | None:
    return await imports_store.raw_piece(tx, review_id, import_id, number)


def _out(row: Mapping[str, Any]) -> ImportOut:
    values = {name: row[name] for name in ImportOut.model_fields if name != "import_id"}
    return ImportOut(import_id=row["id"], **values)
