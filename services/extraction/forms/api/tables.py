"""Routes of answers as tables: CSV and XLSX, out and in."""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from services.extraction.forms import store
from services.extraction.forms.domain.cells import answers_of, cell_of, columns_of, header
from services.extraction.forms.domain.fields import Field
from services.extraction.forms.handlers import answers as handlers
from services.extraction.forms.handlers.answers import BroughtIn
from services.extraction.forms.handlers.forms import known_form
from services.extraction.forms.jobs import NotATable, read_table, write_csv, write_xlsx
from services.extraction.forms.schemas import BroughtInOut, Everybody
from services.extraction.rights import CODER, reader_of
from services.extraction.texts import store as texts_store
from shared.http.auth import Principal, PrincipalDep, on_behalf_of
from shared.http.bounds import Key
from shared.http.people import names_of_people
from shared.kernel.service import Context

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AGREED = "consensus"
"""Who answered, in a table, where it is what the team agreed on."""


def routes(ctx: Context) -> APIRouter:
    """Tables of answers."""
    router = APIRouter(prefix="/reviews/{review_id}/forms/{form_id}")

    @router.get("/table")
    async def get_table(
        review_id: Key,
        form_id: Key,
        principal: PrincipalDep,
        request: Request,
        format: Literal["csv", "xlsx"] = "csv",
        everybody: Everybody = False,
    ) -> Response:
        """The answers that you may see as a table, one row per document and person, by label."""
        reader = reader_of(principal, review_id, everybody=everybody)
        names = await _names(ctx, request, review_id)
        rows = await _rows(ctx, reader, review_id, form_id, names, everybody=everybody)
        write = write_csv if format == "csv" else write_xlsx
        data = await asyncio.to_thread(write, rows)
        name = f'attachment; filename="answers.{format}"'
        return Response(data, media_type=MEDIA[format], headers={"content-disposition": name})

    @router.post("/table")
    async def put_table(
        review_id: Key, form_id: Key, principal: PrincipalDep, request: Request
    ) -> BroughtInOut:
        """Bring answers in from a table (CSV or XLSX, the raw body), all or none.

        Columns are told by label or id; `document` is needed, `person` is for owners. What has no
        column stays as it was.
        """
        principal.require(review_id, CODER)
        table = await asyncio.to_thread(read_table, await request.body())
        form = await ctx.db.read(lambda tx: known_form(review_id, form_id, tx))
        said, strange = _answered(principal, review_id, store.fields_of(form), table)
        changed = await ctx.db.write(lambda tx: handlers.bring_in(review_id, form_id, said, tx))
        return BroughtInOut(rows=len(said), changed=changed, strange=strange)

    return router


async def _names(ctx: Context, request: Request, review_id: str) -> dict[str, str]:
    if ctx.peers is None:
        return {}
    return await names_of_people(ctx.peers.client, on_behalf_of(request), review_id)


async def _rows(
    ctx: Context,
    reader: str,
    review_id: str,
    form_id: str,
    names: Mapping[str, str],
    *,
    everybody: bool,
) -> list[list[Any]]:
    form = await ctx.db.read(lambda tx: known_form(review_id, form_id, tx))
    found = await (ctx.db.write if everybody else ctx.db.read)(
        lambda tx: handlers.answers_to(
            review_id, form_id, reader, tx, everybodys=everybody, document=None
        )
    )
    fields = store.fields_of(form)
    ids = {row["document_id"] for row in found}
    known = await ctx.db.read(lambda tx: texts_store.documents_by_id(tx, review_id, ids))
    titles = {name: row["title"] for name, row in known.items()}
    return [header(fields), *(_row(fields, one, titles, names) for one in found)]


def _row(
    fields: tuple[Field, ...],
    row: dict[str, Any],
    titles: Mapping[str, str],
    names: Mapping[str, str],
) -> list[Any]:
    cells = [cell_of(one, row["answers"].get(one.id)) for one in fields]
    document, person = row["document_id"], row["person_id"]
    who = [person, names.get(person, "")] if person else [AGREED, "what the team agreed on"]
    return [document, titles.get(document, ""), *who, row["state"], row["note"], *cells]


def _answered(
    principal: Principal, review_id: str, fields: tuple[Field, ...], table: list[list[Any]]
) -> tuple[list[BroughtIn], list[str]]:
    """The rows of a table by person; what the team agreed on is left out: people agree here."""
    columns, strange = columns_of(fields, table[0] if table else ())
    if "document" not in columns:
        raise NotATable("The first row names no column 'document'; say which document a row is of.")
    found = []
    for number, row in enumerate(table[1:], 2):
        who = _cell(row, columns, "person")
        if who != AGREED:
            state = _cell(row, columns, "state") if "state" in columns else None
            one = BroughtIn(
                row=number,
                person=principal.acting_for(review_id, who or None),
                document_id=_cell(row, columns, "document"),
                answers=answers_of(fields, row, columns),
                done=None if state is None else state == handlers.DONE,
                note=_cell(row, columns, "note") if "note" in columns else None,
            )
            found.append(one)
    return found, strange


def _cell(row: list[Any], columns: dict[str, int], name: str) -> str:
    at = columns.get(name)
    return "" if at is None or at >= len(row) or row[at] is None else str(row[at]).strip()
