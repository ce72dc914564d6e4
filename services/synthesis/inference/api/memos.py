"""Routes of memos and of the inference log."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.synthesis.inference.adapters.extraction import memos_of_coding
from services.synthesis.inference.domain import MEMO, CodingMemo, named
from services.synthesis.inference.exports import log_as_csv, log_as_lines, log_as_markdown
from services.synthesis.inference.handlers import log, memos, views
from services.synthesis.inference.schemas import InferenceMemoIn, references
from services.synthesis.schemas import ReasonIn, ReferenceKind
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.events.synthesis import Reference
from shared.http.auth import PrincipalDep, on_behalf_of
from shared.http.bounds import Key
from shared.http.people import names_of_people
from shared.http.problems import Invalid, Unavailable
from shared.kernel.service import Context

Shown = dict[str, Any]
SYNTHESIST = "reviewer"
CODER = "coder"


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Memos on anything, and the log of all that people inferred."""
    _add_writing(router, ctx)
    _add_reading(router, ctx)
    _add_log(router, ctx)


def _add_writing(router: APIRouter, ctx: Context) -> None:
    @router.put("/memos/{memo_id:path}")
    async def write(
        review_id: Key, memo_id: Key, principal: PrincipalDep, body: InferenceMemoIn
    ) -> Shown:
        """Write a memo about things of the review, or rewrite one's own."""
        principal.require(review_id, SYNTHESIST, CODER)
        person = principal.acting_for(review_id, body.person)
        said = {
            "text": body.text,
            "about": references(body.about),
            "person_id": person,
            "status": body.status or "kept",
            "because": body.because,
        }
        state, changed = await ctx.db.write(
            lambda tx: memos.write_memo(review_id, memo_id, said, tx, body.elsewhere(person))
        )
        return {"id": memo_id, "version": state.version, "changed": changed}

    @router.post("/memos/{memo_id:path}/withdraw")
    async def withdraw(
        review_id: Key, memo_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> Shown:
        """Take one's own memo back, and why; it stays in the log as withdrawn."""
        principal.require(review_id, SYNTHESIST, CODER)
        state, changed = await ctx.db.write(
            lambda tx: memos.withdraw_memo(review_id, memo_id, principal.person_id, body.reason, tx)
        )
        return {"id": memo_id, "version": state.version, "changed": changed}


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/memos")
    async def listed(
        review_id: Key,
        principal: PrincipalDep,
        kind: ReferenceKind | None = None,
        id: Key | None = None,
        history: bool = False,
    ) -> Shown:
        """The memos of the review, or those about one thing (`kind` and `id`), newest last.

        The words of a memo about a confidential source are the coders' alone. `history` gives
        every version, of withdrawn memos too.
        """
        principal.require_member(review_id)
        if (kind is None) != (id is None):
            raise Invalid("Name the thing by both 'kind' and 'id', or by neither.", field="kind")
        about = Reference(kind=kind, id=id) if kind and id else None
        allowed = principal.has(review_id, CODER)

        async def query(tx: Tx) -> list[Shown]:
            found = await views.memos(
                review_id, tx, about=about, confidential=allowed, withdrawn=history
            )
            for item in found if history else ():
                if not item["withheld"]:
                    item["history"] = await views.history_of(review_id, MEMO, item["id"], tx)
            return found

        return {"items": await ctx.db.read(query)}


def _add_log(router: APIRouter, ctx: Context) -> None:
    @router.get("/inference-log")
    async def inference_log(
        review_id: Key,
        principal: PrincipalDep,
        request: Request,
        format: Literal["json", "jsonl", "csv", "md"] = "json",
    ) -> Response:
        """What people noted, worded and decided, in order, with reasons and links.

        Coders get the memos of coding too, as far as each may see them.
        """
        principal.require_member(review_id)
        allowed = principal.has(review_id, CODER)
        noted, names = await _from_peers(ctx, review_id, request, coder=allowed)

        async def query(tx: Tx) -> list[Shown]:
            await require_review(tx, review_id)
            return await log.inference_log(review_id, tx, confidential=allowed, noted=noted)

        found = await ctx.db.read(query)
        entries = [_with_names(one, names) for one in found]
        return _written(entries, format)


async def _from_peers(
    ctx: Context, review_id: str, request: Request, *, coder: bool
) -> tuple[list[CodingMemo], dict[str, str]]:
    """Memos of coding, where the reader codes, and what people are called. Raises `Unavailable`
    where the memos cannot be had: a log without them would look whole.
    """
    if ctx.peers is None:
        return [], {}
    client, headers = ctx.peers.client, on_behalf_of(request)
    names = await names_of_people(client, headers, review_id)
    noted = await memos_of_coding(client, headers, review_id) if coder else []
    if noted is None:
        raise Unavailable(
            "The memos of coding cannot be read just now, and the log would lack them; try again "
            "in a moment."
        )
    return noted, names


def _with_names(entry: Shown, names: Mapping[str, str]) -> Shown:
    """The entry with people by name, where they are known."""
    said = {part: named(entry[part], names) for part in ("links", "subjects")}
    return {**entry, **said, "name": names.get(entry["person"] or "", "")}


def _written(entries: Sequence[Shown], format: str) -> Response:
    match format:
        case "csv":
            return _file(log_as_csv(entries), "text/csv", "inference-log.csv")
        case "jsonl":
            return _file(log_as_lines(entries), "application/x-ndjson", "inference-log.jsonl")
        case "md":
            return _file(log_as_markdown(entries), "text/markdown", "inference-log.md")
        case _:
            return JSONResponse({"items": entries})


def _file(text: str, media_type: str, name: str) -> Response:
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers=head)
