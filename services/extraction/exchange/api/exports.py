"""Routes of exports: the review as project or codebook, its fragments as table."""

import asyncio
import csv
import io
import json
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from services.extraction.exchange.api.projects import PREFIX
from services.extraction.exchange.domain.rows import COLUMNS, RowProblem, fragments_of, rows_of
from services.extraction.exchange.domain.tree import CannotExchange
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
from shared.spreadsheets import guarded, unguarded

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
            return _file(_csv(found), "fragments.csv", "text/csv; charset=utf-8")
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found)
        return _file(lines.encode(), "fragments.jsonl", "application/x-ndjson")

    @router.post("/fragments")
    async def import_fragments(
        review_id: Key,
        request: Request,
        principal: PrincipalDep,
        form: Annotated[Literal["csv", "jsonl"], Query()] = "csv",
    ) -> ResultsOut:
        """Store the fragments of a table in the form of the export: all of them, or none."""
        principal.require(review_id, CODER)
        raw = _text(await request.body())
        try:
            rows = _rows(raw) if form == "csv" else _lines(raw)
        except (RowProblem, csv.Error) as error:
            raise Invalid(str(error), field="body") from error
        codings = [_coding(principal, review_id, row, n) for n, row in enumerate(rows)]
        results = await ctx.db.write(
            lambda tx: code_handlers.code_fragments(review_id, codings, tx, "import of a table")
        )
        return ResultsOut(
            results=[ResultOut(id=r.id, version=r.version, changed=r.changed) for r in results]
        )


def _csv(fragments: Iterable[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in row] for row in rows_of(fragments))
    return out.getvalue().encode("utf-8-sig")


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The table is not in UTF-8; save it as 'CSV UTF-8'.", field="body") from error


def _rows(raw: str) -> list[dict[str, Any]]:
    head = raw.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(raw, newline=""), delimiter=delimiter)
    missing = {"id", "role", "code"} - set(reader.fieldnames or ())
    if missing:
        names = ", ".join(sorted(missing))
        raise RowProblem(f"The table has no column {names}; the first row names the columns.")
    rows = ({k: unguarded(v or "") for k, v in row.items() if k} for row in reader)
    return fragments_of(rows)


def _lines(raw: str) -> list[dict[str, Any]]:
    found = []
    for number, line in enumerate(raw.splitlines(), 1):
        if line.strip():
            try:
                value = json.loads(line)
            except ValueError as error:
                raise RowProblem(f"Line {number} is no JSON: {error}.") from error
            if not isinstance(value, dict):
                raise RowProblem(f"Line {number} is no fragment; write one JSON object a line.")
            found.append(value)
    return found


def _coding(
    principal: Principal, review_id: str, row: dict[str, Any], number: int
) -> code_handlers.Coding:
    if number >= MOST_FRAGMENTS:
        raise Invalid(f"A table has at most {MOST_FRAGMENTS} fragments; split it.", field="body")
    body = NamedFragmentIn.model_validate(row)
    coder = body.coder and principal.acting_for(review_id, body.coder)
    state, field = body.state(body.id, coder), f"fragments[{body.id}]."
    return code_handlers.Coding(state, None, field, acts_for=coder)
