"""One record: what sources say of it, how it stands, what it led to; corrections and flags."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.feed import store as feed_store
from workbench.feed.handlers.views import shown_entries
from workbench.projections.store import projections
from workbench.web.domain.typed_numbers import whole
from workbench.web.pages import record_view
from workbench.web.pages.find.record_history import library_line, stage_line
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

FLAGS = {
    "retraction": "Retraction", "concern": "Expression of concern",
    "correction": "Correction", "reinstatement": "Reinstatement",
}  # fmt: skip
FIELDS = ("title", "abstract", "journal", "doi", "pmid")


def routes(ctx: Context) -> APIRouter:
    """A record and its forms."""
    router = pages_router()

    @router.get("/reviews/{review_id}/records/{record_id}", response_class=HTMLResponse)
    async def record(
        review_id: str, record_id: str, request: Request, principal: PrincipalDep
    ) -> HTMLResponse:
        """Everything about one record."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at, record_id)

    @router.post("/reviews/{review_id}/records/{record_id}")
    async def change(
        review_id: str, record_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Correct it, flag it, take source records out, or note something."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        answer = await _done(at, record_id, form)
        if answer.problem:
            return await _shown(at, record_id, refused(form["deed"], answer, form))
        return at.to(f"/records/{key(answer.body['record_id'])}")

    return router


async def _done(at: ReviewAt, record_id: str, form: Sent) -> Answer:
    """What the form asks for; a refusal of our own where it is not whole."""
    path = f"/records/{key(record_id)}"
    if form["deed"] == "flag":
        body = {"flag": form["flag"], "notice": form["notice"]}
        return await at.ask("POST", "search", f"{path}/flags", json=body)
    if form["deed"] == "split":
        if not form.all("sources"):
            return Answer(422, None, "Choose the source records to take out.", "sources")
        out = {"sources": form.all("sources"), "reason": form["reason"]}
        return await at.ask("POST", "search", f"{path}/split", json=out)
    if form["deed"] == "note":
        if not form["note"]:
            return Answer(422, None, "Write the note first.", "note")
        return await at.ask("PATCH", "search", path, json={"note": form["note"]})
    if form["year"] and whole(form["year"]) is None:
        return Answer(422, None, "A year is four digits, such as 2024.", "year")
    return await at.ask("PATCH", "search", path, json=await _corrections(at, path, form))


async def _corrections(at: ReviewAt, path: str, form: Sent) -> dict[str, Any]:
    """The fields that differ from what the library says."""
    known = (await at.ask("GET", "search", path)).body or {}
    typed: dict[str, Any] = {name: form[name] for name in FIELDS}
    typed |= {"authors": form.lines("authors"), "year": whole(form["year"])}
    for name in ("doi", "pmid"):
        typed[name] = typed[name] or None
    found = {name: value for name, value in typed.items() if value != known.get(name)}
    return {**found, "reason": form["reason"]}


async def _shown(at: ReviewAt, record_id: str, tried: Tried = NOTHING) -> HTMLResponse:
    found = await at.ask("GET", "search", f"/records/{key(record_id)}")
    if not found.ok:
        return await at.page("find/no_record.html", Tried(status=404), trouble=found.problem)
    one = found.body
    stages, heard, document = await asyncio.gather(
        _stages(at, one["record_id"]), _events(at, one), _document(at, one)
    )
    return await at.page(
        "find/record.html",
        tried,
        one=one,
        stages=stages,
        events=heard,
        document=document,
        history=[library_line(at, line) for line in reversed(one["history"])],
        FLAGS=FLAGS,
        R=record_view,
    )


async def _stages(at: ReviewAt, record_id: str) -> list[Mapping[str, Any]]:
    """How the record stands at each stage where it is, and what may be seen of its way there."""
    names = [str(stage["name"]) for stage in at.review.stages]
    told = await asyncio.gather(
        *(at.ask("GET", "screening", f"/stages/{key(s)}/records/{key(record_id)}") for s in names)
    )
    return [
        {**one.body, "lines": [stage_line(at, line) for line in one.body["history"]]}
        for one in told
        if one.ok and one.body["state"] != "absent"
    ]


async def _events(at: ReviewAt, one: Mapping[str, Any]) -> Sequence[Any]:
    subjects = [f"record/{name}" for name in (one["record_id"], *one["aliases"])]

    async def read(tx: Tx) -> Sequence[Any]:
        rows = await feed_store.about(tx, at.review.id, subjects, 50)
        return await shown_entries(tx, at.review.id, rows)

    return await at.ctx.db.read(read)


async def _document(at: ReviewAt, one: Mapping[str, Any]) -> str:
    """The key of the record's document; empty where it has none."""
    names = [one["record_id"], *one["aliases"]]
    found = await at.ctx.db.read(lambda tx: projections.documents_of(tx, at.review.id, names))
    return found[0] if found else ""
