"""Routes of codebooks, appraisals and memos."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.extraction.api.rights import CODER, may_read_all
from services.extraction.handlers.appraisals import Appraisal, appraise_fragment, write_memo
from services.extraction.handlers.codebooks import CodebookResult, hold_codebook, put_codebook
from services.extraction.handlers.fragments import known_fragment
from services.extraction.handlers.reading import read_codebook
from services.extraction.schemas.base import Key
from services.extraction.schemas.coding import (
    AppraisalIn,
    CodebookIn,
    CodebookOut,
    MemoIn,
    VersionOut,
)
from services.extraction.store import codebooks, fragments
from shared.api import Whole, check_etag, etag
from shared.auth import PrincipalDep
from shared.db import Tx
from shared.service import Context


def routes(ctx: Context) -> APIRouter:
    """Codebooks, appraisals, memos."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_codebooks(router, ctx)
    _add_codebook_reading(router, ctx)
    _add_appraisals(router, ctx)
    _add_memos(router, ctx)
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
            await hold_codebook(tx, review_id, theory_id)
            check_etag(request, await codebooks.newest_version(tx, review_id, theory_id))
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
        rows = await ctx.db.read(lambda tx: codebooks.versions_of(tx, review_id, theory_id))
        return [VersionOut(**row) for row in rows]


def _add_appraisals(router: APIRouter, ctx: Context) -> None:
    @router.put("/fragments/{fragment_id:path}/appraisal")
    async def appraise(
        review_id: Key, fragment_id: Key, principal: PrincipalDep, body: AppraisalIn
    ) -> dict[str, Any]:
        """What a person says of the fragment's evidence: ordinal words, never summed."""
        principal.require(review_id, CODER, "reviewer")
        person = principal.acting_for(review_id, body.person)
        judged = body.model_dump(exclude={"person"})
        appraisal = Appraisal(fragment_id=fragment_id, person_id=person, **judged)
        changed = await ctx.db.write(lambda tx: appraise_fragment(review_id, appraisal, tx))
        return {"fragment": fragment_id, "person": person, "changed": changed}

    @router.get("/fragments/{fragment_id:path}/appraisals")
    async def appraisals(
        review_id: Key, fragment_id: Key, principal: PrincipalDep
    ) -> list[dict[str, Any]]:
        """What everybody says of the fragment's evidence."""
        principal.require_member(review_id)
        row = await ctx.db.read(lambda tx: known_fragment(tx, review_id, fragment_id))
        said = await ctx.db.read(lambda tx: fragments.appraisals_of(tx, review_id, fragment_id))
        hidden = bool(row["withheld"]) and not may_read_all(principal, review_id)
        return [{**one, "comment": ""} if hidden else one for one in said]


def _add_memos(router: APIRouter, ctx: Context) -> None:
    @router.post("/memos")
    async def write(review_id: Key, principal: PrincipalDep, body: MemoIn) -> dict[str, Any]:
        """Write a memo about a thing; it never leaves this service in an event."""
        principal.require(review_id, CODER, "reviewer")
        person = principal.person_id
        return await ctx.db.write(
            lambda tx: write_memo(review_id, body.id, body.about, body.text, person, tx)
        )

    @router.get("/memos")
    async def memos(review_id: Key, principal: PrincipalDep, about: Key) -> list[dict[str, Any]]:
        """Memos about a thing, oldest first (coders and reviewers)."""
        principal.require(review_id, CODER, "reviewer")
        return await ctx.db.read(lambda tx: fragments.memos_about(tx, review_id, about))
