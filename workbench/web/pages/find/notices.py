"""Notices: retractions, corrections, expressions of concern, and all that each of them touches."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import RowMapping

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.review.drawing.flow import stage_name
from workbench.feed import store as feed_store
from workbench.projections.store import projections
from workbench.web.domain.configurations import Configuration, in_order
from workbench.web.domain.notices import RecordNotices, grouped
from workbench.web.pages import record_view
from workbench.web.pages.find.record import FLAGS
from workbench.web.pages.review_at import ReviewAt, open_at
from workbench.web.services import key
from workbench.web.session import pages_router

FLAGGED = "search.record_flagged"
HELD = 200
"""Notices that are read; of one record the newest says how it stands."""
ON_PAGE = 10
PASSAGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContext:
    """What every notice of a page is held against, read in one snapshot."""

    documents: Mapping[str, Sequence[str]]
    names: Mapping[str, str]
    configurations: Sequence[Configuration]
    theories: Mapping[str, str]


def routes(ctx: Context) -> APIRouter:
    """The page of notices."""
    router = pages_router()

    @router.get("/reviews/{review_id}/notices", response_class=HTMLResponse)
    async def notices(
        review_id: str, request: Request, principal: PrincipalDep, after: int = 0
    ) -> HTMLResponse:
        """Each record with a notice: decision, document, passages, CCMOCs, theories."""
        at = await open_at(ctx, request, principal, review_id)
        found = await ctx.db.read(lambda tx: _found(tx, review_id))
        shown = found[max(0, after) :][:ON_PAGE]
        known = await ctx.db.read(lambda tx: _known(tx, review_id, shown))
        retracted = await at.ask("GET", "synthesis", "/retractions")
        rested = {one["record"]: one for one in retracted.items() if one.get("record")}
        more = max(0, after) + ON_PAGE
        return await at.page(
            "find/notices.html",
            items=await asyncio.gather(*(_touched(at, one, known, rested) for one in shown)),
            more=more if more < len(found) else None,
            FLAGS=FLAGS,
            R=record_view,
        )

    return router


async def _found(tx: Tx, review_id: str) -> list[RecordNotices]:
    rows: Sequence[RowMapping] = await feed_store.latest_of(tx, review_id, (FLAGGED,), HELD)
    stands = await projections.survivors(tx, review_id)
    return grouped(rows, stands)


async def _known(tx: Tx, review_id: str, shown: Sequence[RecordNotices]) -> NoticeContext:
    names = await projections.names_of(tx, review_id, [one.record for one in shown])
    documents = {
        one.record: await projections.documents_of(
            tx, review_id, [name for name, stands in names.items() if stands == one.record]
        )
        for one in shown
    }
    rows = await projections.standing_ccmocs(tx, review_id)
    states = await projections.theory_states(tx, review_id)
    return NoticeContext(
        documents=documents,
        names=names,
        configurations=in_order(rows, await projections.group_words(tx, review_id)),
        theories={state["theory_id"]: state["name"] for state in states},
    )


async def _touched(
    at: ReviewAt, notice: RecordNotices, known: NoticeContext, rested: Mapping[str, Any]
) -> dict[str, Any]:
    """One notice with links to everything that rests on its record."""
    documents = known.documents.get(notice.record, ())
    record, decisions, passages = await asyncio.gather(
        at.ask("GET", "search", f"/records/{key(notice.record)}"),
        _decisions(at, notice.record),
        _passages(at, documents),
    )
    gone: Mapping[str, Any] = rested.get(notice.record, {})
    ids = {passage["id"] for passage in passages} | set(gone.get("fragments", ()))
    checked = {one["id"] for one in gone.get("ccmocs", ())}
    resting = [one for one in known.configurations if one.id in checked or ids & set(one.fragments)]
    reached = {one.theory for one in resting} | set(gone.get("theories", ()))
    reached |= {theory for passage in passages for theory in passage.get("theories") or ()}
    return {
        "notice": notice,
        "record": record.body,
        "stands": bool(record.ok and record.body["flags"]),
        "decisions": decisions,
        "documents": documents,
        "passages": passages[:PASSAGES],
        "number": len(passages),
        "configurations": resting,
        "lost": len(checked - {one.id for one in resting}),
        "theories": [(name, known.theories.get(name, "A theory")) for name in sorted(reached)],
    }


async def _decisions(at: ReviewAt, record_id: str) -> list[tuple[str, str]]:
    """How the record stands at each stage that it came to: the stage and a word."""
    names = [str(stage["name"]) for stage in at.review.stages]
    told = await asyncio.gather(
        *(at.ask("GET", "screening", f"/stages/{key(s)}/records/{key(record_id)}") for s in names)
    )
    words = {"waiting": "waits to be read", "conflict": "in conflict", "maybe": "kept as maybe"}
    verdicts = {"include": "included", "exclude": "excluded"}
    return [
        (stage_name(name), words.get(one.body["state"]) or verdicts.get(one.body["verdict"], ""))
        for name, one in zip(names, told, strict=True)
        if one.ok and one.body["state"] != "absent"
    ]


async def _passages(at: ReviewAt, documents: Sequence[str]) -> list[dict[str, Any]]:
    """The fragments of the documents, as far as the reader may see their words."""
    told = await asyncio.gather(
        *(
            at.ask("GET", "extraction", "/fragments", params={"document": name, "limit": 500})
            for name in documents
        )
    )
    return [one for answer in told for one in answer.items() if one["status"] != "withdrawn"]
