"""Routes of fragments."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from services.extraction.fragments.handlers import code as code_handlers
from services.extraction.fragments.handlers.views import shown_fragment, shown_history
from services.extraction.fragments.schemas import FragmentIn, FragmentsIn, IdsIn
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import lock_coding
from services.extraction.rights import CODER, may_read_all
from services.extraction.schemas import ReasonIn, ResultOut, ResultsOut
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, check_etag, decode_cursor, etag, page_of
from shared.http.auth import Principal, PrincipalDep
from shared.http.bounds import Key, Listed, Name, Whole
from shared.http.problems import Forbidden, Invalid
from shared.kernel.service import Context

Shown = dict[str, Any]


def routes(ctx: Context) -> APIRouter:
    """Fragments."""
    router = APIRouter(prefix="/reviews/{review_id}/fragments")
    _add_coding(router, ctx)
    _add_withdrawing(router, ctx)
    _add_lists(router, ctx)
    _add_reading(router, ctx)
    return router


def _add_coding(router: APIRouter, ctx: Context) -> None:
    @router.post("/batch")
    async def code(review_id: Key, principal: PrincipalDep, body: FragmentsIn) -> ResultsOut:
        """Store many fragments, all or none; the same content again changes nothing."""
        principal.require(review_id, CODER)
        if body.codes_may_follow:
            principal.require(review_id, "owner")
        codings = [
            _coding(principal, review_id, one, one.id, f"fragments[{n}].")
            for n, one in enumerate(body.fragments)
        ]
        if body.codes_may_follow:
            codings = [replace(one, in_use=False) for one in codings]
        results = await ctx.db.write(
            lambda tx: code_handlers.code_fragments(review_id, codings, tx)
        )
        return ResultsOut(results=[_result(one) for one in results])

    @router.put("/{fragment_id:path}")
    async def put(
        review_id: Key,
        fragment_id: Key,
        principal: PrincipalDep,
        body: FragmentIn,
        request: Request,
    ) -> ResultOut:
        """Store one fragment; `If-Match` refuses to overwrite a version that was not seen."""
        principal.require(review_id, CODER)

        async def use_case(tx: Tx) -> list[code_handlers.FragmentResult]:
            await lock_coding(tx, review_id)
            known = await fragments.fragments_by_id(tx, review_id, [fragment_id])
            check_etag(request, known[fragment_id]["version"] if known else 0)
            coder = known[fragment_id]["coder"] if known else None
            coding = _coding(principal, review_id, body, fragment_id, "", coder)
            return await code_handlers.code_fragments(review_id, [coding], tx)

        return _result((await ctx.db.write(use_case))[0])


def _add_withdrawing(router: APIRouter, ctx: Context) -> None:
    @router.post("/{fragment_id:path}/withdraw")
    async def withdraw(
        review_id: Key, fragment_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> ResultOut:
        """The fragment no longer counts; it and its history are kept."""
        principal.require(review_id, CODER)
        return _result(
            await ctx.db.write(
                lambda tx: code_handlers.withdraw_fragment(review_id, fragment_id, body.reason, tx)
            )
        )

    @router.post("/{fragment_id:path}/restore")
    async def restore(
        review_id: Key, fragment_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> ResultOut:
        """The fragment counts again."""
        principal.require(review_id, CODER)
        return _result(
            await ctx.db.write(
                lambda tx: code_handlers.restore_fragment(review_id, fragment_id, body.reason, tx)
            )
        )


Offset = Annotated[Whole, Query(ge=0, description="code points from the text's beginning")]
OnlyQuery = Annotated[Listed[Name] | None, Query(description="only these (repeat the key)")]


def _add_lists(router: APIRouter, ctx: Context) -> None:
    @router.get("")
    async def list_fragments(
        review_id: Key,
        principal: PrincipalDep,
        traits: Annotated[TraitsQuery, Depends()],
        ids: OnlyQuery = None,
        theory: Name | None = None,
        document: Name | None = None,
        code: Name | None = None,
        kind: Name | None = None,
        status: Name | None = None,
        coder: Name | None = None,
        anchor: Name | None = None,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[Shown]:
        """Fragments by id; words of confidential sources only for coders and owners."""
        principal.require_member(review_id)
        if ids is not None:
            return Page(items=await _by_id(ctx, principal, review_id, ids))
        wanted = {
            "theory": theory,
            "document": document,
            "code": code,
            "kind": kind,
            "status": status,
            "coder": coder,
            "anchor": anchor,
        }
        filters = {name: value for name, value in wanted.items() if value is not None}
        filters |= traits.wanted(theory, may_read_all=may_read_all(principal, review_id))
        after = (decode_cursor(cursor, str) or ("",))[0]
        rows = await ctx.db.read(
            lambda tx: fragments.fragment_page(tx, review_id, filters, after=after, limit=limit + 1)
        )
        all_ = may_read_all(principal, review_id)
        items = [shown_fragment(row, may_read_all=all_) for row in rows]
        return page_of(items, limit, lambda item: (item["id"],))


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.post("/quotes")
    async def quotes(review_id: Key, principal: PrincipalDep, body: IdsIn) -> Page[Shown]:
        """These fragments in the order asked for, with the rights of whoever reads."""
        principal.require_member(review_id)
        return Page(items=await _by_id(ctx, principal, review_id, body.ids))

    @router.get("/overlapping")
    async def overlapping(
        review_id: Key, principal: PrincipalDep, document: Name, start: Offset, end: Offset
    ) -> Page[Shown]:
        """Fragments whose passages share characters (code points) with this part of a document."""
        principal.require_member(review_id)
        all_ = may_read_all(principal, review_id)
        rows = await ctx.db.read(
            lambda tx: fragments.overlapping(tx, review_id, document, start, end)
        )
        return Page(items=[shown_fragment(row, may_read_all=all_) for row in rows])

    @router.get("/{fragment_id:path}/history")
    async def history(review_id: Key, fragment_id: Key, principal: PrincipalDep) -> list[Shown]:
        """Every version of the fragment, oldest first."""
        principal.require_member(review_id)
        all_ = may_read_all(principal, review_id)
        return await ctx.db.read(
            lambda tx: shown_history(tx, review_id, fragment_id, may_read_all=all_)
        )

    @router.get("/{fragment_id:path}")
    async def get(
        review_id: Key, fragment_id: Key, principal: PrincipalDep, response: Response
    ) -> Shown:
        """One fragment; its `ETag` is for `If-Match`."""
        principal.require_member(review_id)
        row = await ctx.db.read(lambda tx: code_handlers.known_fragment(tx, review_id, fragment_id))
        response.headers["ETag"] = etag(row["version"])
        return shown_fragment(row, may_read_all=may_read_all(principal, review_id))


class TraitsQuery:
    """Further filters of fragments: by their sources, relations and codings."""

    def __init__(
        self,
        source_kind: Annotated[Name | None, Query(description="staff, service_user …")] = None,
        case: Name | None = None,
        participant: Name | None = None,
        relation: Annotated[
            Name | None, Query(description="supports, refines or contradicts")
        ] = None,
        target: Annotated[Name | None, Query(description="`ccmoc/…` or `argument/…`")] = None,
        role: Name | None = None,
        explicitness: Name | None = None,
        uncoded_since: Annotated[
            Whole | None, Query(ge=1, description="with theory: before this codebook version")
        ] = None,
    ) -> None:
        self.named = {
            "source_kind": source_kind,
            "case": case,
            "participant": participant,
            "relation": relation,
            "target": target,
            "role": role,
            "explicitness": explicitness,
            "uncoded_since": uncoded_since,
        }

    def wanted(self, theory: str | None, *, may_read_all: bool) -> dict[str, Any]:
        """The filters that are asked for; raises `Invalid`, or `Forbidden` for participants."""
        found = {name: value for name, value in self.named.items() if value is not None}
        if "uncoded_since" in found and theory is None:
            raise Invalid("Name the theory whose codebook is meant.", field="theory")
        if "participant" in found and not may_read_all:
            raise Forbidden("Coders and owners of the review look for participants.")
        return found


async def _by_id(ctx: Context, principal: Principal, review_id: str, ids: list[str]) -> list[Shown]:
    rows = await ctx.db.read(lambda tx: fragments.visible_by_id(tx, review_id, ids))
    all_ = may_read_all(principal, review_id)
    return [shown_fragment(rows[one], may_read_all=all_) for one in ids if one in rows]


def _coding(
    principal: Principal,
    review_id: str,
    body: FragmentIn,
    fragment_id: str,
    field: str,
    coder: str | None = None,
) -> code_handlers.Coding:
    """What is sent, as a coding; whoever amends may leave standing who coded it (`coder`).

    Owners alone say that a machine suggested it (a bundle does); nobody takes the mark away. An
    owner's with a version of its own comes from a bundle, whose texts may be others.
    """
    if body.coder is not None and body.coder != coder:
        coder = principal.acting_for(review_id, body.coder)
    elif body.coder is None:
        coder = None
    is_owner = principal.has(review_id)
    from_bundle = is_owner and body.version is not None
    state = body.state(fragment_id, coder)
    if not is_owner:
        state = replace(state, suggested_by="")
    return code_handlers.Coding(
        state,
        body.version,
        field,
        acts_for=coder if is_owner else None,
        must_stand=not from_bundle,
        in_use=True,
        may_leave=from_bundle,
    )


def _result(result: code_handlers.FragmentResult) -> ResultOut:
    return ResultOut(id=result.id, version=result.version, changed=result.changed)
