"""Routes of documents, their texts and the study map."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter

from services.extraction.documents.handlers import documents
from services.extraction.documents.handlers.assigning import with_assignees
from services.extraction.documents.handlers.counting import check_texts
from services.extraction.documents.schemas.documents import (
    DocumentEntryOut,
    DocumentIn,
    DocumentOut,
    DocumentsIn,
    MapOut,
    PlaceOut,
    TextOut,
)
from services.extraction.fragments.handlers.views import shown_document
from services.extraction.rights import CODER, may_read_all
from services.extraction.schemas import ReasonIn, ResultOut, ResultsOut
from services.extraction.texts import store as store
from services.extraction.texts.domain import DocumentFacts
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name, Whole, Words
from shared.http.problems import Forbidden, NotFound
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Documents and studies."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_writing(router, ctx)
    _add_withdrawing(router, ctx)
    _add_reading(router, ctx)
    _add_maps(router, ctx)
    _add_texts(router, ctx)
    return router


def _add_writing(router: APIRouter, ctx: Context) -> None:
    @router.post("/documents/batch")
    async def put_documents(
        review_id: Key, principal: PrincipalDep, body: DocumentsIn
    ) -> ResultsOut:
        """Put many documents at once; the same again changes nothing."""
        principal.require(review_id, CODER)
        facts = [one.facts(one.id) for one in body.documents]
        owner = principal.has(review_id)
        new = [f for f, one in zip(facts, body.documents, strict=True) if not one.past]
        results = await ctx.db.write(lambda tx: _put(review_id, facts, new, tx, may_open=owner))
        return ResultsOut(results=[_result(one) for one in results])

    @router.put("/documents/{document_id:path}")
    async def put_document(
        review_id: Key, document_id: Key, principal: PrincipalDep, body: DocumentIn
    ) -> ResultOut:
        """Put one document, with or without its text."""
        principal.require(review_id, CODER)
        facts, owner = [body.facts(document_id)], principal.has(review_id)
        new = [] if body.past else facts
        results = await ctx.db.write(lambda tx: _put(review_id, facts, new, tx, may_open=owner))
        return _result(results[0])


async def _put(
    review_id: str,
    facts: Sequence[DocumentFacts],
    new: Sequence[DocumentFacts],
    tx: Tx,
    *,
    may_open: bool,
) -> list[documents.DocumentResult]:
    """Put documents; texts that are `new` to the review must be of records that count in it."""
    await check_texts(review_id, new, tx)
    return await documents.put_documents(review_id, facts, tx, may_open=may_open)


def _add_withdrawing(router: APIRouter, ctx: Context) -> None:
    @router.post("/documents/{document_id:path}/withdraw")
    async def withdraw(
        review_id: Key, document_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> ResultOut:
        """The source no longer counts; it is kept."""
        principal.require(review_id, CODER)
        return _result(
            await ctx.db.write(
                lambda tx: documents.withdraw_source(review_id, document_id, body.reason, tx)
            )
        )

    @router.post("/documents/{document_id:path}/restore")
    async def restore(
        review_id: Key, document_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> ResultOut:
        """The source counts again."""
        principal.require(review_id, CODER)
        return _result(
            await ctx.db.write(
                lambda tx: documents.restore_source(review_id, document_id, body.reason, tx)
            )
        )

    @router.post("/documents/{document_id:path}/erase")
    async def erase(
        review_id: Key, document_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> ResultOut:
        """Delete every word of the source for good (owners only)."""
        principal.require(review_id, "owner")
        return _result(
            await ctx.db.write(
                lambda tx: documents.erase_source(review_id, document_id, body.reason, tx)
            )
        )


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/documents")
    async def list_documents(
        review_id: Key,
        principal: PrincipalDep,
        kind: Name | None = None,
        record: Name | None = None,
        study: Name | None = None,
        assignee: Words | None = None,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[DocumentOut]:
        """Documents by id, each with the number of fragments that rest on it.

        A record that is included at the last stage is a document to get (version 0) at once.
        `assignee`: those that are with a person; empty: with nobody.
        """
        principal.require_member(review_id)
        wanted = {"kind": kind, "record_id": record, "study_id": study, "assignee": assignee}
        filters = {name: value for name, value in wanted.items() if value is not None}
        after = (decode_cursor(cursor, str) or ("",))[0]
        rows = await ctx.db.read(
            lambda tx: _assigned_page(tx, review_id, filters, after=after, limit=limit + 1)
        )
        all_ = may_read_all(principal, review_id)
        items = [DocumentOut(**shown_document(row, may_read_all=all_)) for row in rows]
        return page_of(items, limit, lambda item: (item.id,))


def _add_maps(router: APIRouter, ctx: Context) -> None:
    @router.get("/documents/{document_id:path}/map")
    async def get_map(
        review_id: Key, document_id: Key, principal: PrincipalDep, version: Whole | None = None
    ) -> MapOut:
        """Where the paragraphs of the text stand: pages, sections, speakers, times."""
        principal.require_member(review_id)
        row = await ctx.db.read(lambda tx: documents.known_document(tx, review_id, document_id))
        if row["confidential"] and not may_read_all(principal, review_id):
            raise Forbidden("The text is confidential; coders and owners of the review read it.")
        wanted = row["text_version"] if version is None else version
        places = await ctx.db.read(lambda tx: store.map_version(tx, review_id, document_id, wanted))
        return MapOut(text_version=wanted, paragraphs=[PlaceOut(**one) for one in places or ()])


def _add_texts(router: APIRouter, ctx: Context) -> None:
    @router.get("/documents/{document_id:path}/text")
    async def get_text(
        review_id: Key, document_id: Key, principal: PrincipalDep, version: Whole | None = None
    ) -> TextOut:
        """The document's text at a version, or the newest."""
        principal.require_member(review_id)
        row = await ctx.db.read(lambda tx: documents.known_document(tx, review_id, document_id))
        if row["confidential"] and not may_read_all(principal, review_id):
            raise Forbidden("The text is confidential; coders and owners of the review read it.")
        wanted = row["text_version"] if version is None else version
        text = await ctx.db.read(lambda tx: store.text_version(tx, review_id, document_id, wanted))
        if text is None:
            raise NotFound(f"Document '{document_id}' has no text at version {wanted}.")
        return TextOut(**{name: text[name] for name in TextOut.model_fields})

    @router.get("/documents/{document_id:path}/history")
    async def get_history(
        review_id: Key, document_id: Key, principal: PrincipalDep
    ) -> list[DocumentEntryOut]:
        """What happened to the document, oldest first."""
        principal.require_member(review_id)
        document = await ctx.db.read(
            lambda tx: documents.known_document(tx, review_id, document_id)
        )
        rows = await ctx.db.read(lambda tx: store.history_of(tx, review_id, document_id))
        hidden = bool(document["confidential"]) and not may_read_all(principal, review_id)
        return [_entry(row, hidden=hidden) for row in rows]

    @router.get("/documents/{document_id:path}")
    async def get_document(
        review_id: Key, document_id: Key, principal: PrincipalDep
    ) -> DocumentOut:
        """One document, or one to get."""
        principal.require_member(review_id)
        row = await ctx.db.read(lambda tx: _assigned(tx, review_id, document_id))
        all_ = may_read_all(principal, review_id)
        return DocumentOut(**shown_document(row, may_read_all=all_))


async def _assigned(tx: Tx, review_id: str, document_id: str) -> dict[str, Any]:
    row = await documents.document_or_sought(tx, review_id, document_id)
    return (await with_assignees(tx, review_id, [row]))[0]


async def _assigned_page(
    tx: Tx, review_id: str, filters: dict[str, Any], *, after: str, limit: int
) -> list[dict[str, Any]]:
    rows = await documents.document_or_sought_page(tx, review_id, filters, after=after, limit=limit)
    return await with_assignees(tx, review_id, rows)


def _entry(row: dict[str, Any], *, hidden: bool) -> DocumentEntryOut:
    shown = {name: row[name] for name in DocumentEntryOut.model_fields}
    return DocumentEntryOut(**(shown | {"reason": ""} if hidden else shown))


def _result(result: documents.DocumentResult) -> ResultOut:
    return ResultOut(**_fields(result, ResultOut))


def _fields(result: Any, model: Any) -> dict[str, Any]:
    return {name: getattr(result, name) for name in model.model_fields}
