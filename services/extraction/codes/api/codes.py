"""Routes of codes: each command its own."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.extraction.codebook import store as codebook_store
from services.extraction.codes.handlers import commands, joining, reading
from services.extraction.codes.schemas import (
    CodebookActOut,
    CodeOut,
    DescriptionIn,
    FragmentsOfCodeIn,
    LabelIn,
    MergeIn,
    MoveIn,
    NewCodeIn,
    SenseIn,
    SplitIn,
)
from services.extraction.rights import CODER
from services.extraction.schemas import ReasonIn
from shared.db import Tx
from shared.db.rows import plain
from shared.http.api import created
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Listed, Name
from shared.kernel.service import Context

Command = Callable[[Tx], Awaitable[dict[str, Any]]]


def routes(ctx: Context) -> APIRouter:
    """Codes of a review."""
    router = APIRouter(prefix="/reviews/{review_id}/codes")
    _add_reading(router, ctx)
    _add_wording(router, ctx)
    _add_placing(router, ctx)
    _add_joining(router, ctx)
    return router


async def carried_out(ctx: Context, command: Command) -> CodebookActOut:
    """The act that a command is, once it is stored."""
    return CodebookActOut(**await ctx.db.write(command))


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("")
    async def list_codes(review_id: Key, principal: PrincipalDep) -> list[CodeOut]:
        """Every code with its label, use and places, also merged and retired ones."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: reading.listed_codes(tx, review_id))
        return [CodeOut(**one) for one in found]

    @router.get("/labels")
    async def labels(
        review_id: Key, principal: PrincipalDep, ids: Annotated[Listed[Name], Query()]
    ) -> dict[str, str]:
        """What these codes are called, by id."""
        principal.require_member(review_id)
        return await ctx.db.read(lambda tx: codebook_store.labels_among(tx, review_id, set(ids)))

    @router.get("/suggestions")
    async def suggestions(review_id: Key, principal: PrincipalDep) -> list[dict[str, Any]]:
        """Similar labels, codes that always occur together, codes in no group; never applied."""
        principal.require_member(review_id)
        found = await ctx.db.read(lambda tx: reading.suggested(tx, review_id))
        return [plain(one) for one in found]

    @router.get("/outdated")
    async def outdated(
        review_id: Key, principal: PrincipalDep, document: Key | None = None
    ) -> list[dict[str, Any]]:
        """Fragments that were coded under an older meaning of a code; of one document, if named."""
        principal.require_member(review_id)
        return await ctx.db.read(lambda tx: reading.outdated(tx, review_id, document_id=document))

    @router.get("/{code_id:path}")
    async def get(review_id: Key, code_id: Key, principal: PrincipalDep) -> CodeOut:
        """One code, with its fragments coded under an older meaning."""
        principal.require_member(review_id)
        return CodeOut(**await ctx.db.read(lambda tx: reading.shown_code(tx, review_id, code_id)))


def _add_wording(router: APIRouter, ctx: Context) -> None:
    @router.post("", status_code=201)
    async def create(
        review_id: Key,
        principal: PrincipalDep,
        body: NewCodeIn,
        request: Request,
        response: Response,
    ) -> CodebookActOut:
        """Make a code; the product gives it its id."""
        principal.require(review_id, CODER)
        act = await carried_out(ctx, lambda tx: commands.create_code(review_id, body.new(), tx))
        created(request, response, str(act.code))
        return act

    @router.post("/{code_id:path}/rename")
    async def rename(
        review_id: Key, code_id: Key, principal: PrincipalDep, body: LabelIn
    ) -> CodebookActOut:
        """Another label for the same meaning."""
        principal.require(review_id, CODER)
        return await carried_out(
            ctx, lambda tx: commands.rename_code(review_id, code_id, body.label, tx)
        )

    @router.post("/{code_id:path}/describe")
    async def describe(
        review_id: Key, code_id: Key, principal: PrincipalDep, body: DescriptionIn
    ) -> CodebookActOut:
        """What the code means, anew."""
        principal.require(review_id, CODER)
        return await carried_out(
            ctx,
            lambda tx: commands.describe_code(
                review_id, code_id, body.description, body.examples, tx
            ),
        )


def _add_placing(router: APIRouter, ctx: Context) -> None:
    @router.post("/{code_id:path}/move")
    async def move(
        review_id: Key, code_id: Key, principal: PrincipalDep, body: MoveIn
    ) -> CodebookActOut:
        """Into another group of a theory, or out of its groups."""
        principal.require(review_id, CODER)
        return await carried_out(
            ctx, lambda tx: commands.move_code(review_id, code_id, body.theory, body.group, tx)
        )

    @router.post("/{code_id:path}/sense")
    async def sense(
        review_id: Key, code_id: Key, principal: PrincipalDep, body: SenseIn
    ) -> CodebookActOut:
        """The same or the opposite sense of its group."""
        principal.require(review_id, CODER)
        return await carried_out(
            ctx, lambda tx: commands.set_sense(review_id, code_id, body.theory, body.sense, tx)
        )

    @router.post("/{code_id:path}/retire")
    async def retire(
        review_id: Key, code_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> CodebookActOut:
        """The code is no longer offered."""
        principal.require(review_id, CODER)
        return await carried_out(
            ctx, lambda tx: commands.retire_code(review_id, code_id, body.reason, tx)
        )


def _add_joining(router: APIRouter, ctx: Context) -> None:
    @router.post("/{code_id:path}/merge")
    async def merge(
        review_id: Key, code_id: Key, principal: PrincipalDep, body: MergeIn
    ) -> CodebookActOut:
        """The code becomes part of another."""
        principal.require(review_id, CODER)
        return await carried_out(
            ctx, lambda tx: joining.merge_codes(review_id, code_id, body.into, tx)
        )

    @router.post("/{code_id:path}/split")
    async def split(
        review_id: Key, code_id: Key, principal: PrincipalDep, body: SplitIn
    ) -> CodebookActOut:
        """New codes beside it, with the fragments named for each."""
        principal.require(review_id, CODER)
        parts = [part.model_dump() for part in body.into]
        return await carried_out(ctx, lambda tx: joining.split_code(review_id, code_id, parts, tx))

    @router.post("/{code_id:path}/confirm")
    async def confirm(
        review_id: Key, code_id: Key, principal: PrincipalDep, body: FragmentsOfCodeIn
    ) -> list[dict[str, Any]]:
        """These fragments fit what the code means now; the answer lists those still open."""
        principal.require(review_id, CODER)
        return await ctx.db.write(
            lambda tx: reading.confirm(tx, review_id, code_id, body.fragments)
        )
