"""Routes of appraisals and memos."""

from typing import Any

from fastapi import APIRouter

from services.extraction.appraisal import store
from services.extraction.appraisal.handlers.appraisals import (
    Appraisal,
    appraise_document,
    appraise_fragment,
)
from services.extraction.appraisal.handlers.memos import (
    check_open,
    logged_memos,
    withdraw_memo,
    write_memo,
)
from services.extraction.appraisal.schemas import AppraisalIn, MemoIn
from services.extraction.appraisal.store import appraisals_of_review
from services.extraction.fragments.handlers.code import known_fragment
from services.extraction.fragments.store import fragments
from services.extraction.fragments.store.memos import memos_about, memos_of_review
from services.extraction.rights import CODER, may_read_all
from services.extraction.texts import store as texts_store
from shared.db import Tx
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Appraisals, memos."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_appraisals(router, ctx)
    _add_documents(router, ctx)
    _add_memos(router, ctx)
    _add_log(router, ctx)
    return router


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

    @router.get("/appraisals")
    async def every_appraisal(review_id: Key, principal: PrincipalDep) -> dict[str, Any]:
        """What everybody says of the evidence of all fragments."""
        principal.require_member(review_id)
        rows = await ctx.db.read(lambda tx: appraisals_of_review(tx, review_id))
        everything = may_read_all(principal, review_id)
        return {"items": [_appraisal(row, everything=everything) for row in rows]}


def _appraisal(row: dict[str, Any], *, everything: bool) -> dict[str, Any]:
    """An appraisal; its comment only for who may read the words that it is about."""
    names = ("relevance", "richness", "rigour")
    return {
        "fragment": row["fragment_id"],
        "person": row["person_id"],
        **{name: row[name] for name in names},
        "comment": "" if row["withheld"] and not everything else row["comment"],
    }


def _add_documents(router: APIRouter, ctx: Context) -> None:
    @router.put("/documents/{document_id:path}/appraisal")
    async def appraise(
        review_id: Key, document_id: Key, principal: PrincipalDep, body: AppraisalIn
    ) -> dict[str, Any]:
        """What a person says of the document as evidence: words by axis, never summed."""
        principal.require(review_id, CODER, "reviewer")
        person = principal.acting_for(review_id, body.person)
        judged = body.model_dump(exclude={"person"})
        changed = await ctx.db.write(
            lambda tx: appraise_document(review_id, document_id, person, judged, tx)
        )
        return {"document": document_id, "person": person, "changed": changed}

    @router.get("/documents/{document_id:path}/appraisals")
    async def appraisals(
        review_id: Key, document_id: Key, principal: PrincipalDep
    ) -> list[dict[str, Any]]:
        """What everybody says of the document as evidence."""
        principal.require_member(review_id)
        everything = may_read_all(principal, review_id)
        return await ctx.db.read(lambda tx: _said(tx, review_id, document_id, everything))

    @router.get("/document-appraisals")
    async def all_appraisals(review_id: Key, principal: PrincipalDep) -> list[dict[str, Any]]:
        """What everybody says of all documents; comments on confidential ones are the coders'."""
        principal.require_member(review_id)
        everything = may_read_all(principal, review_id)
        return await ctx.db.read(lambda tx: _said(tx, review_id, None, everything))


async def _said(
    tx: Tx, review_id: str, document_id: str | None, everything: bool
) -> list[dict[str, Any]]:
    """Appraisals of a document (None: of all), without comments that the reader may not read."""
    said = await store.appraisals_of_document(tx, review_id, document_id)
    if everything:
        return said
    names = [one["document_id"] for one in said]
    known = await texts_store.documents_by_id(tx, review_id, names)
    closed = {name for name, row in known.items() if row["confidential"]}
    return [{**one, "comment": ""} if one["document_id"] in closed else one for one in said]


def _add_memos(router: APIRouter, ctx: Context) -> None:
    @router.post("/memos")
    async def write(review_id: Key, principal: PrincipalDep, body: MemoIn) -> dict[str, Any]:
        """Write a memo about a thing; it never leaves this service in an event."""
        principal.require(review_id, CODER, "reviewer")
        person = principal.acting_for(review_id, body.person)
        if not may_read_all(principal, review_id):
            await ctx.db.read(lambda tx: check_open(tx, review_id, body.about))
        links = [link.model_dump() for link in body.links]
        passage = body.passage.model_dump() if body.passage else None
        return await ctx.db.write(
            lambda tx: write_memo(
                review_id, body.id, body.about, body.text, person, tx, links, passage, at=body.at
            )
        )

    @router.post("/memos/{memo_id:path}/withdraw", status_code=204)
    async def withdraw(review_id: Key, memo_id: Key, principal: PrincipalDep) -> None:
        """Take one's own memo back, or as an owner any; its words are deleted."""
        principal.require(review_id, CODER, "reviewer")
        everybodys = principal.has(review_id)
        await ctx.db.write(lambda tx: withdraw_memo(review_id, memo_id, tx, everybodys=everybodys))


def _add_log(router: APIRouter, ctx: Context) -> None:
    @router.get("/memos/log")
    async def log(review_id: Key, principal: PrincipalDep) -> dict[str, Any]:
        """Memos on anything and the memos of fragments, oldest first, each with the label of what
        it is about, as the inference log holds them; for coders.
        """
        principal.require(review_id, CODER)
        return {"items": await ctx.db.read(lambda tx: logged_memos(tx, review_id))}

    @router.get("/memos")
    async def memos(
        review_id: Key, principal: PrincipalDep, about: Key | None = None
    ) -> list[dict[str, Any]]:
        """Memos about a thing, oldest first; about what is confidential, for coders.

        Without `about` all memos of the review, for coders.
        """
        if about is None:
            principal.require(review_id, CODER)
            return await ctx.db.read(lambda tx: memos_of_review(tx, review_id))
        principal.require(review_id, CODER, "reviewer")
        if not may_read_all(principal, review_id):
            await ctx.db.read(lambda tx: check_open(tx, review_id, about))
        return await ctx.db.read(lambda tx: memos_about(tx, review_id, about))
