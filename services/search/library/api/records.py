"""Routes of records: look, add, correct, annotate, flag, merge, split, assign, export."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from services.search.library.domain.record import Bibliography
from services.search.library.handlers import curation, views
from services.search.library.handlers.preparation import Prepared
from services.search.library.handlers.recompute import author
from services.search.library.schemas import (
    AmendIn,
    AssignIn,
    AssignOut,
    BatchIn,
    BatchOut,
    BatchResult,
    FlagIn,
    LibraryOut,
    MergeIn,
    RecordIn,
    RecordOut,
    RecordWholeOut,
    SplitIn,
)
from services.search.library.store import counts, fulltext
from shared.db import Tx
from shared.http.api import (
    CursorQuery,
    LimitQuery,
    Page,
    check_etag,
    created,
    decode_cursor,
    encode_cursor,
    etag,
)
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.http.problems import Invalid
from shared.http.search_query import SearchQuery
from shared.kernel.service import Context
from shared.text import clean

_TEXTS = ("title", "abstract", "journal", "volume", "issue", "pages", "publisher", "language")


def routes(ctx: Context) -> APIRouter:
    """Records of a review."""
    router = APIRouter(tags=["records"])
    _reading(router, ctx)
    _numbers(router, ctx)
    _adding(router, ctx)
    _amending(router, ctx)
    _flagging(router, ctx)
    _deciding(router, ctx)
    _assigning(router, ctx)
    return router


def _reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/records")
    async def search(
        review_id: Key,
        principal: PrincipalDep,
        q: SearchQuery = "",
        assigned: Name = "",
        source: Annotated[str, Query(max_length=200)] = "",
        state: Literal["active", "removed", "absorbed"] = "active",
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[RecordOut]:
        """Records, also excluded ones; `q` are words and "phrases" they must all contain.

        `source` asks for what one source brought, `state` for what left the library instead.
        """
        principal.require_member(review_id)
        key = decode_cursor(cursor, int)
        after = key[0] if key else None
        rows = await ctx.db.read(
            lambda tx: fulltext.page(
                tx,
                review_id,
                query=q,
                after=after,
                most=limit + 1,
                states=(state,),
                person=assigned,
                source=source,
            )
        )
        items = await ctx.db.read(lambda tx: views.shown(tx, review_id, rows[:limit]))
        more = encode_cursor(rows[limit - 1]["number"]) if len(rows) > limit else None
        return Page(items=[RecordOut(**item) for item in items], next=more)


def _numbers(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/library")
    async def numbers(review_id: Key, principal: PrincipalDep) -> LibraryOut:
        """The library in numbers."""
        principal.require_member(review_id)
        return LibraryOut(**await ctx.db.read(lambda tx: counts.library(tx, review_id)))

    @router.get("/reviews/{review_id}/records/{record_id}")
    async def one(
        review_id: Key, record_id: Key, principal: PrincipalDep, response: Response
    ) -> RecordWholeOut:
        """One record with sources, provenance and history; an absorbed id gives its survivor."""
        principal.require_member(review_id)
        return await _whole(ctx, review_id, record_id, response)


def _adding(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/records", status_code=201)
    async def add(
        review_id: Key,
        body: RecordIn,
        principal: PrincipalDep,
        request: Request,
        response: Response,
    ) -> RecordWholeOut:
        """Add one record by hand; a repeat gives the same record."""
        principal.require(review_id, "reviewer", "resolver", "coder")
        kept = await _add(ctx, review_id, [body])
        created(request, response, kept[0].record_id)
        return await _whole(ctx, review_id, kept[0].record_id, response)

    @router.post("/reviews/{review_id}/records/batch")
    async def add_batch(review_id: Key, body: BatchIn, principal: PrincipalDep) -> BatchOut:
        """Add many records at once."""
        principal.require(review_id, "reviewer", "resolver", "coder")
        return BatchOut(records=await _add(ctx, review_id, body.records))


def _amending(router: APIRouter, ctx: Context) -> None:
    @router.patch("/reviews/{review_id}/records/{record_id}")
    async def amend(
        review_id: Key,
        record_id: Key,
        body: AmendIn,
        principal: PrincipalDep,
        request: Request,
        response: Response,
    ) -> RecordWholeOut:
        """Correct fields of a record, or add a note to it."""
        principal.require(review_id, "reviewer", "resolver")
        given = body.model_dump(exclude_unset=True, exclude={"reason", "note"})
        corrections = {name: _cleaned(value) for name, value in given.items()}

        async def use_case(tx: Tx) -> None:
            row = await curation.lock_record(tx, review_id, record_id)
            if request.headers.get("if-match"):
                check_etag(request, row["version"])
            await curation.amend_record(tx, review_id, record_id, corrections, body.reason)
            if body.note:
                await curation.annotate_record(tx, review_id, record_id, clean(body.note))

        await ctx.db.write(use_case)
        return await _whole(ctx, review_id, record_id, response)


def _flagging(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/records/{record_id}/flags")
    async def flag(
        review_id: Key,
        record_id: Key,
        body: FlagIn,
        principal: PrincipalDep,
        response: Response,
    ) -> RecordWholeOut:
        """Raise a flag: retraction, concern, correction; or take one away: reinstatement."""
        principal.require(review_id, "reviewer", "resolver")
        notice = clean(body.notice)
        await ctx.db.write(
            lambda tx: curation.flag_record(tx, review_id, record_id, body.flag, notice)
        )
        return await _whole(ctx, review_id, record_id, response)


def _deciding(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/records/{record_id}/merge")
    async def merge(
        review_id: Key,
        record_id: Key,
        body: MergeIn,
        principal: PrincipalDep,
        response: Response,
    ) -> RecordWholeOut:
        """Make two records one."""
        principal.require(review_id, "reviewer", "resolver")
        person = principal.person_id
        survivor = await ctx.db.write(
            lambda tx: curation.merge_records(
                tx, review_id, record_id, body.other, body.reason, person
            )
        )
        return await _whole(ctx, review_id, survivor, response)

    @router.post("/reviews/{review_id}/records/{record_id}/split")
    async def split(
        review_id: Key,
        record_id: Key,
        body: SplitIn,
        principal: PrincipalDep,
        response: Response,
    ) -> RecordWholeOut:
        """Undo a merge: take source records out again, for good."""
        principal.require(review_id, "reviewer", "resolver")
        person = principal.person_id
        await ctx.db.write(
            lambda tx: curation.split_record(
                tx, review_id, record_id, body.sources, body.reason, person
            )
        )
        return await _whole(ctx, review_id, record_id, response)


def _assigning(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/assignments")
    async def assign(review_id: Key, body: AssignIn, principal: PrincipalDep) -> AssignOut:
        """Give a batch of records to a person."""
        principal.require(review_id, "resolver")
        count = await ctx.db.write(
            lambda tx: curation.assign_records(tx, review_id, body.records, body.person)
        )
        return AssignOut(assigned=count)


async def _whole(
    ctx: Context, review_id: str, record_id: str, response: Response
) -> RecordWholeOut:
    found = await ctx.db.read(lambda tx: views.whole(tx, review_id, record_id))
    response.headers["ETag"] = etag(found["version"])
    return RecordWholeOut(**found)


async def _add(ctx: Context, review_id: str, records: Sequence[RecordIn]) -> list[BatchResult]:
    """Adds records, those of each arm of PRISMA's diagram in one transaction."""
    prepared = [_prepared(review_id, record) for record in records]
    arms = {record.arm for record in records}
    if len(arms) > 1:
        raise Invalid("Send records of one arm at a time.", field="arm")
    arm = arms.pop() if arms else "other"
    kept = await ctx.db.write(lambda tx: curation.add_records(tx, review_id, prepared, arm))
    return [
        BatchResult(own_id=one.own_id, record_id=kept.records[one.id], added=one.id in kept.entered)
        for one in prepared
    ]


def _prepared(review_id: str, record: RecordIn) -> Prepared:
    texts: dict[str, Any] = {
        name: " ".join(clean(getattr(record, name)).split()) for name in _TEXTS
    }
    content = Bibliography(
        kind=record.kind,
        **texts,
        authors=tuple(author(clean(name)) for name in record.authors if name.strip()),
        year=record.year,
        doi=record.doi.lower().strip() if record.doi else None,
        pmid=record.pmid.strip() if record.pmid else None,
        keywords=tuple(map(clean, record.keywords)),
        urls=tuple(map(clean, record.urls)),
    )
    own_id = clean(record.own_id) if record.own_id else None
    return curation.by_hand(review_id, record.source, own_id, content, clean(record.label))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    return [clean(item) for item in value] if isinstance(value, list) else value
