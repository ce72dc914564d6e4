"""Routes of full texts: upload, proposals, confirmation, the files themselves."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response

from services.extraction.documents.handlers.documents import known_document
from services.extraction.rights import CODER, may_read_all
from services.extraction.uploads import handlers, store
from services.extraction.uploads.jobs.drawing import draw_apart
from services.extraction.uploads.jobs.fetching import fetch_document
from services.extraction.uploads.jobs.uploads import confirm, files_of, take_upload
from services.extraction.uploads.schemas import (
    ConfirmationOut,
    ConfirmationsIn,
    ConfirmationsOut,
    ConfirmIn,
    FetchedOut,
    FetchIn,
    NamedConfirmIn,
    PagesOut,
    UploadOut,
    upload_out,
)
from shared.http.api import CursorQuery, LimitQuery, Page, created, decode_cursor, page_of
from shared.http.auth import Principal, PrincipalDep
from shared.http.bounds import Key, Name
from shared.http.problems import Conflict, Forbidden, NotFound, Problem
from shared.kernel.service import Context

MOST_PAGES = 5_000
SAME_ORIGIN = {"cross-origin-resource-policy": "same-origin"}
MEDIA = {"pdf": "application/pdf"}
"""What a browser may show by itself; everything else is bytes to keep."""


def routes(ctx: Context) -> APIRouter:
    """Uploads of a review."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_taking(router, ctx)
    _add_confirming(router, ctx)
    _add_reading(router, ctx)
    _add_files(router, ctx)
    _add_pages(router, ctx)
    return router


def _add_taking(router: APIRouter, ctx: Context) -> None:
    @router.post("/uploads", status_code=201)
    async def upload(
        review_id: Key,
        request: Request,
        response: Response,
        principal: PrincipalDep,
        filename: Annotated[str, Query(max_length=300)] = "upload",
        document: Annotated[str | None, Query(min_length=1, max_length=500)] = None,
        x_file_password: Annotated[str, Header(max_length=200)] = "",
    ) -> UploadOut:
        """Take in a full text, sent as the raw body; without a document it is proposed one.

        PDF, DOCX, HTML, JATS XML, WebVTT or plain text. The same file again changes nothing.
        """
        principal.require(review_id, CODER)
        taken = await take_upload(
            ctx,
            review_id,
            request.stream(),
            name=filename,
            document_id=document,
            password=x_file_password,
        )
        created(request, response, taken.row["upload_id"])
        return upload_out(taken.row, taken.to_place)

    @router.post("/uploads/fetch")
    async def fetch(review_id: Key, principal: PrincipalDep, body: FetchIn) -> FetchedOut:
        """Fetch open-access full texts of documents from Europe PMC; each by itself."""
        principal.require(review_id, CODER)
        return FetchedOut(results=[await _fetched(ctx, review_id, one) for one in body.documents])


async def _fetched(ctx: Context, review_id: str, document_id: str) -> ConfirmationOut:
    said = ConfirmationOut(upload="", document=document_id, confirmed=False)
    try:
        taken = await fetch_document(ctx, review_id, document_id)
    except Problem as problem:
        return said.model_copy(update={"problem": problem.detail or problem.title})
    done = {"upload": taken.row["upload_id"], "confirmed": True, "to_place": list(taken.to_place)}
    return said.model_copy(update=done)


def _add_confirming(router: APIRouter, ctx: Context) -> None:
    @router.post("/uploads/confirm")
    async def confirm_many(
        review_id: Key, principal: PrincipalDep, body: ConfirmationsIn
    ) -> ConfirmationsOut:
        """Say of many uploads which documents they are the texts of; each by itself."""
        principal.require(review_id, CODER)
        return ConfirmationsOut(
            results=[await _confirmed(ctx, review_id, one) for one in body.items]
        )

    @router.post("/uploads/{upload_id}/confirm")
    async def confirm_one(
        review_id: Key, upload_id: Key, principal: PrincipalDep, body: ConfirmIn
    ) -> UploadOut:
        """The upload is the text of this document: a new version of it, if it has a text."""
        principal.require(review_id, CODER)
        taken = await confirm(ctx, review_id, upload_id, body.document, body.password)
        return upload_out(taken.row, taken.to_place)

    @router.delete("/uploads/{upload_id}", status_code=204)
    async def discard(review_id: Key, upload_id: Key, principal: PrincipalDep) -> Response:
        """Forget an upload that is no document's text, and delete its file."""
        principal.require(review_id, CODER)
        await ctx.db.write(lambda tx: handlers.discard_upload(review_id, upload_id, tx))
        return Response(status_code=204)


async def _confirmed(ctx: Context, review_id: str, item: NamedConfirmIn) -> ConfirmationOut:
    said = ConfirmationOut(upload=item.upload, document=item.document, confirmed=False)
    try:
        taken = await confirm(ctx, review_id, item.upload, item.document, item.password)
    except Problem as problem:
        return said.model_copy(update={"problem": problem.detail or problem.title})
    return said.model_copy(update={"confirmed": True, "to_place": list(taken.to_place)})


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/uploads")
    async def list_uploads(
        review_id: Key,
        principal: PrincipalDep,
        state: Name | None = None,
        document: Name | None = None,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[UploadOut]:
        """Files that were taken in, with the documents they seem to be of."""
        principal.require(review_id, CODER)
        wanted = {"state": state, "document_id": document}
        filters = {name: value for name, value in wanted.items() if value is not None}
        after = (decode_cursor(cursor, str) or ("",))[0]
        rows = await ctx.db.read(
            lambda tx: store.upload_page(tx, review_id, filters, after=after, limit=limit + 1)
        )
        return page_of([upload_out(row) for row in rows], limit, lambda one: (one.id,))

    @router.get("/uploads/{upload_id}")
    async def get_upload(review_id: Key, upload_id: Key, principal: PrincipalDep) -> UploadOut:
        """One upload."""
        principal.require(review_id, CODER)
        row = await ctx.db.read(lambda tx: handlers.known_upload(review_id, upload_id, tx))
        return upload_out(row)


def _add_files(router: APIRouter, ctx: Context) -> None:
    @router.get("/documents/{document_id:path}/file")
    async def get_file(review_id: Key, document_id: Key, principal: PrincipalDep) -> Response:
        """The document's file as it was uploaded; a confidential one for coders and owners."""
        upload = await _file_for(ctx, principal, review_id, document_id)
        data = await asyncio.to_thread(files_of(ctx).read, upload["sha256"])
        headers = {
            "content-disposition": f'attachment; filename="document.{_suffix(upload["kind"])}"',
            "cache-control": "private, no-store",
            "etag": f'"{upload["sha256"]}"',
            **SAME_ORIGIN,
        }
        media = MEDIA.get(upload["kind"], "application/octet-stream")
        return Response(data, media_type=media, headers=headers)


async def _file_for(
    ctx: Context, principal: Principal, review_id: str, document_id: str
) -> dict[str, Any]:
    """The upload with a document's file, for who may read it. Raises `Forbidden`, `NotFound`."""
    principal.require_member(review_id)
    row = await ctx.db.read(lambda tx: known_document(tx, review_id, document_id))
    if row["confidential"] and not may_read_all(principal, review_id):
        raise Forbidden("The file is confidential; coders and owners of the review read it.")
    return await ctx.db.read(lambda tx: handlers.newest_file(review_id, document_id, tx))


def _add_pages(router: APIRouter, ctx: Context) -> None:
    @router.get("/documents/{document_id:path}/pages")
    async def count_pages(review_id: Key, document_id: Key, principal: PrincipalDep) -> PagesOut:
        """How many pages of the document's file can be drawn; rights as for the file."""
        try:
            upload = await _file_for(ctx, principal, review_id, document_id)
        except NotFound:
            return PagesOut(pages=0)
        return PagesOut(pages=upload["pages"] if upload["kind"] == "pdf" else 0)

    @router.get(
        "/documents/{document_id:path}/pages/{number}",
        response_class=Response,
        responses={200: {"content": {"image/png": {}}}},
    )
    async def draw_page(
        review_id: Key,
        document_id: Key,
        number: Annotated[int, Path(ge=1, le=MOST_PAGES)],
        principal: PrincipalDep,
        width: Annotated[int, Query(ge=200, le=2000, description="pixels across")] = 1000,
    ) -> Response:
        """A page of the document's PDF as a picture; rights as for the file."""
        upload = await _file_for(ctx, principal, review_id, document_id)
        if upload["kind"] != "pdf":
            raise Conflict("The document's file has no pages to draw; download it instead.")
        data = await asyncio.to_thread(files_of(ctx).read, upload["sha256"])
        picture = await asyncio.to_thread(draw_apart, data, number, width)
        headers = {
            "cache-control": "private, no-store",
            **SAME_ORIGIN,
        }
        return Response(picture, media_type="image/png", headers=headers)


def _suffix(kind: str) -> str:
    return {"text": "txt", "jats": "xml"}.get(kind, kind)
