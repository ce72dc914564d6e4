"""Routes of exports: the review as project or codebook, its fragments as table."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from services.extraction.exchange.api.projects import PREFIX
from services.extraction.exchange.domain.rows import RowProblem
from services.extraction.exchange.domain.tree import CannotExchange
from services.extraction.exchange.formats.fragment_tables import (
    Numbered,
    read_csv,
    read_lines,
    write_csv,
    write_lines,
)
from services.extraction.exchange.formats.project import write_qdc, write_qdpx
from services.extraction.exchange.handlers.exports import exported
from services.extraction.exchange.handlers.table import all_fragments
from services.extraction.exchange.schemas import LossesOut
from services.extraction.fragments.handlers import code as code_handlers
from services.extraction.fragments.schemas import MOST_FRAGMENTS, NamedFragmentIn
from services.extraction.rights import CODER
from services.extraction.schemas import ResultOut, ResultsOut
from shared.http.auth import Principal, PrincipalDep
from shared.http.bounds import Key
from shared.http.problems import Conflict, Invalid
from shared.kernel.service import Context

Confidential = Annotated[bool, Query(description="with the words of confidential sources")]
_TYPES = {"qdpx": "application/zip", "qdc": "application/xml"}


class CannotExport(Conflict):
    """The review as it stands makes no valid file."""

    title = "There is nothing to export"


def routes(ctx: Context) -> APIRouter:
    """The review in forms that other tools read."""
    router = APIRouter(prefix=PREFIX)
    _add_projects(router, ctx)
    _add_tables(router, ctx)
    return router


def _add_projects(router: APIRouter, ctx: Context) -> None:
    @router.get("/review.{kind}", response_class=Response)
    async def export(
        review_id: Key,
        kind: Literal["qdpx", "qdc"],
        principal: PrincipalDep,
        confidential: Confidential = False,
    ) -> Response:
        """The review as a REFI-QDA project or codebook; the same content is the same bytes."""
        principal.require(review_id, CODER)
        project, originals, _ = await ctx.db.read(
            lambda tx: exported(tx, review_id, confidential=confidential)
        )
        try:
            if kind == "qdc":
                data = await asyncio.to_thread(write_qdc, project)
            else:
                data = await asyncio.to_thread(write_qdpx, project, originals)
        except CannotExchange as error:
            raise CannotExport(str(error)) from error
        return _file(data, f"review.{kind}", _TYPES[kind])

    @router.get("/losses")
    async def losses(
        review_id: Key, principal: PrincipalDep, confidential: Confidential = False
    ) -> LossesOut:
        """What of the review a project cannot hold, by name."""
        principal.require(review_id, CODER)
        _, _, said = await ctx.db.read(
            lambda tx: exported(tx, review_id, confidential=confidential)
        )
        return LossesOut(losses=said)


def _file(data: bytes, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)


def _add_tables(router: APIRouter, ctx: Context) -> None:
    @router.get("/fragments.{form}", response_class=Response)
    async def export_fragments(
        review_id: Key,
        form: Literal["csv", "jsonl"],
        principal: PrincipalDep,
        confidential: Confidential = False,
    ) -> Response:
        """The fragments, one row per element (CSV), or one fragment a line (JSONL)."""
        principal.require(review_id, CODER)
        found = await ctx.db.read(
            lambda tx: all_fragments(tx, review_id, confidential=confidential)
        )
        if form == "csv":
            return _file(write_csv(found), "fragments.csv", "text/csv; charset=utf-8")
        return _file(write_lines(found), "fragments.jsonl", "application/x-ndjson")

    @router.post("/fragments")
    async def import_fragments(
        review_id: Key,
        request: Request,
        principal: PrincipalDep,
        form: Annotated[Literal["csv", "jsonl"], Query()] = "csv",
    ) -> ResultsOut:
        """Store the fragments of a table in the form of the export: all of them, or none."""
        principal.require(review_id, CODER)
        rows = _rows(_text(await request.body()), form)
        codings = [_coding(principal, review_id, row, number) for number, row in rows]
        results = await ctx.db.write(
            lambda tx: code_handlers.code_fragments(review_id, codings, tx, "import of a table")
        )
        return ResultsOut(
            results=[ResultOut(id=r.id, version=r.version, changed=r.changed) for r in results]
        )


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The table is not in UTF-8; save it as 'CSV UTF-8'.", field="body") from error


def _rows(raw: str, form: str) -> list[Numbered]:
    """The fragments of a table; raises `Invalid` with the number of the row that is none."""
    try:
        rows = read_csv(raw) if form == "csv" else read_lines(raw)
    except RowProblem as error:
        raise Invalid(str(error), field="body", row=error.row) from error
    if len(rows) > MOST_FRAGMENTS:
        sentence = f"A table has at most {MOST_FRAGMENTS} fragments; split it."
        raise Invalid(sentence, field="body", row=rows[MOST_FRAGMENTS][0])
    return rows


def _coding(
    principal: Principal, review_id: str, row: dict[str, Any], number: int
) -> code_handlers.Coding:
    """A row as a coding; raises `Invalid` with the row's number where it is none."""
    try:
        body = NamedFragmentIn.model_validate(row)
    except (ValidationError, RecursionError) as error:
        raise Invalid(f"Row {number}: {_why(error)}.", field="body", row=number) from error
    coder = body.coder and principal.acting_for(review_id, body.coder)
    state, field = body.state(body.id, coder), f"fragments[{body.id}]."
    return code_handlers.Coding(state, None, field, acts_for=coder, in_use=True)


def _why(error: ValidationError | RecursionError) -> str:
    """The first fault of a row in words, with the field that it is in."""
    if isinstance(error, RecursionError):
        return "it has lists in lists too deep for a fragment"
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place[:80]}: {fault['msg']}" if place else str(fault["msg"])
