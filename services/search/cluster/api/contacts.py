"""Routes of messages to authors: drafted here, sent by people, with a log of what came."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter

from services.search.cluster.handlers.contacts import change_contact
from services.search.cluster.handlers.views import shown_contacts
from services.search.cluster.schemas.contacts import ContactEntryOut, ContactIn, ContactOut
from services.search.cluster.store import contacts
from shared.db import Tx
from shared.http.api import CursorQuery, LimitQuery, Page, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context
from shared.text import clean

ContactState = Literal["to_write", "sent", "answered", "no_answer"]


def routes(ctx: Context) -> APIRouter:
    """Messages to authors of a review's pearls."""
    router = APIRouter(tags=["clusters"])
    _listed(router, ctx)
    _changed(router, ctx)
    return router


def _listed(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/contacts")
    async def listed(
        review_id: Key,
        principal: PrincipalDep,
        step_id: Name | None = None,
        state: ContactState | None = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[ContactOut]:
        """Messages in the order of their drafting, each with its log."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, datetime, str)

        async def query(tx: Tx) -> list[dict[str, Any]]:
            rows = await contacts.page(
                tx, review_id, step_id=step_id, state=state, after=after, most=limit + 1
            )
            return await shown_contacts(tx, review_id, rows)

        items = [_shown(row) for row in await ctx.db.read(query)]
        return page_of(items, limit, lambda one: (one.drafted_at.isoformat(), one.contact_id))


def _changed(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/contacts/{contact_id}")
    async def change(
        review_id: Key, contact_id: Key, body: ContactIn, principal: PrincipalDep
    ) -> ContactOut:
        """Write a message anew, say what became of it, or add a note to its log."""
        principal.require(review_id, "reviewer")
        said = {"state": body.state, "address": body.address, "subject": body.subject,
                "message": body.message}  # fmt: skip
        wanted = {name: clean(value) for name, value in said.items() if value is not None}
        note = clean(body.note)

        async def use_case(tx: Tx) -> list[dict[str, Any]]:
            row = await change_contact(tx, review_id, contact_id, wanted, note)
            return await shown_contacts(tx, review_id, [row])

        return _shown((await ctx.db.write(use_case))[0])


def _shown(row: Mapping[str, Any]) -> ContactOut:
    log = [
        ContactEntryOut(**{name: one[name] for name in ContactEntryOut.model_fields})
        for one in row["log"]
    ]
    names = ("step_id", "record_id", "pearl", "author", "address", "subject", "message", "state",
             "drafted_at")  # fmt: skip
    return ContactOut(contact_id=row["id"], log=log, **{name: row[name] for name in names})
