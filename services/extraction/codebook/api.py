"""Routes of codebooks."""

from fastapi import APIRouter, Request, Response

from services.extraction.codebook import store as codebook_store
from services.extraction.codebook.handlers import (
    CodebookResult,
    lock_codebook,
    put_codebook,
    read_codebook,
)
from services.extraction.codebook.schemas import CodebookIn, CodebookOut, VersionOut
from services.extraction.rights import CODER
from shared.db import Tx
from shared.http.api import check_etag, etag
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Whole
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Codebooks and their versions."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_codebooks(router, ctx)
    _add_codebook_reading(router, ctx)
    return router


def _add_codebooks(router: APIRouter, ctx: Context) -> None:
    @router.put("/theories/{theory_id:path}/codebook")
    async def put(
        review_id: Key,
        theory_id: Key,
        principal: PrincipalDep,
        body: CodebookIn,
        request: Request,
    ) -> CodebookOut:
        """Replace a theory's codebook; a new version only where the content changed.

        `If-Match` refuses to overwrite a version that was not seen.
        """
        principal.require(review_id, CODER)
        groups = [group.group() for group in body.groups]

        async def use_case(tx: Tx) -> CodebookResult:
            await lock_codebook(tx, review_id, theory_id)
            check_etag(request, await codebook_store.newest_version(tx, review_id, theory_id))
            return await put_codebook(review_id, theory_id, groups, tx)

        result = await ctx.db.write(use_case)
        shown = await ctx.db.read(
            lambda tx: read_codebook(tx, review_id, theory_id, result.version)
        )
        return CodebookOut(**shown, changed=result.changed)


def _add_codebook_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/theories/{theory_id:path}/codebook")
    async def get(
        review_id: Key,
        theory_id: Key,
        principal: PrincipalDep,
        response: Response,
        version: Whole | None = None,
    ) -> CodebookOut:
        """A theory's codebook with counts per code; version 0 is the empty one."""
        principal.require_member(review_id)
        shown = await ctx.db.read(lambda tx: read_codebook(tx, review_id, theory_id, version))
        response.headers["ETag"] = etag(shown["version"])
        return CodebookOut(**shown)

    @router.get("/theories/{theory_id:path}/codebook/versions")
    async def versions(review_id: Key, theory_id: Key, principal: PrincipalDep) -> list[VersionOut]:
        """When and by whom the codebook was changed, oldest first."""
        principal.require_member(review_id)
        rows = await ctx.db.read(lambda tx: codebook_store.versions_of(tx, review_id, theory_id))
        return [VersionOut(**row) for row in rows]
