"""Routes of programme theories, pins and thresholds."""

from typing import Any

from fastapi import APIRouter, Request

from services.synthesis.configurations.handlers import merge, views
from services.synthesis.configurations.store import inputs
from services.synthesis.engine.values import Parameters
from services.synthesis.schemas import NoteIn, NoteKind, ParametersIn, PinIn, ReasonIn, TheoryIn
from services.synthesis.theories import handlers as theories_handlers
from services.synthesis.theories import store as store
from services.synthesis.theories.domain import wordings
from shared.db import Tx
from shared.events.synthesis import TheoryState
from shared.http.api import CursorQuery, LimitQuery, Page, check_etag, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context

Shown = dict[str, Any]
SYNTHESIST = "reviewer"


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Theories, their retirement, notes, pins and thresholds."""
    _add_wording(router, ctx)
    _add_standing(router, ctx)
    _add_reading(router, ctx)
    _add_notes(router, ctx)
    _add_thresholds(router, ctx)


def _add_wording(router: APIRouter, ctx: Context) -> None:
    @router.put("/theories/{theory_id}")
    async def state(
        review_id: Key, theory_id: Key, principal: PrincipalDep, body: TheoryIn, request: Request
    ) -> Shown:
        """State a theory, or word it anew with why; the same words again change nothing.

        `If-Match` refuses to overwrite a version that was not seen.
        """
        principal.require(review_id, SYNTHESIST)
        wording = body.model_dump(exclude={"reason", "moved_by"})
        moved_by = [item.reference() for item in body.moved_by]

        async def use_case(tx: Tx) -> tuple[TheoryState, bool]:
            await theories_handlers.lock_theory(tx, review_id, theory_id)
            row = await store.one(tx, review_id, theory_id)
            check_etag(request, row["version"] if row else 0)
            return await theories_handlers.state_theory(
                review_id, theory_id, wording, body.reason, tx, moved_by
            )

        said, changed = await ctx.db.write(use_case)
        return {"id": theory_id, "version": said.version, "changed": changed}

    @router.post("/theories/{theory_id}/undo")
    async def undo(
        review_id: Key, theory_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> Shown:
        """Word a theory as before its last change; the change stays in its history."""
        principal.require(review_id, SYNTHESIST)
        said = await ctx.db.write(
            lambda tx: theories_handlers.undo_wording(review_id, theory_id, body.reason, tx)
        )
        return {"id": theory_id, "version": said.version, "changed": True}


def _add_standing(router: APIRouter, ctx: Context) -> None:
    @router.post("/theories/{theory_id}/retire")
    async def retire(
        review_id: Key, theory_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> Shown:
        """Set a theory aside; its CCMOCs and its history stay."""
        principal.require(review_id, SYNTHESIST)
        said = await ctx.db.write(
            lambda tx: theories_handlers.retire_theory(review_id, theory_id, body.reason, tx)
        )
        return {"id": theory_id, "version": said.version, "status": said.status}

    @router.post("/theories/{theory_id}/bring-back")
    async def bring_back(
        review_id: Key, theory_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> Shown:
        """Undo a retirement."""
        principal.require(review_id, SYNTHESIST)
        said = await ctx.db.write(
            lambda tx: theories_handlers.bring_back_theory(review_id, theory_id, body.reason, tx)
        )
        return {"id": theory_id, "version": said.version, "status": said.status}


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/theories")
    async def listed(
        review_id: Key, principal: PrincipalDep, limit: LimitQuery = 200, cursor: CursorQuery = None
    ) -> Page[Shown]:
        """The review's theories with pins and wordings, initial beside present, by number."""
        principal.require_member(review_id)
        after = decode_cursor(cursor, str)

        async def query(tx: Tx) -> list[Shown]:
            pins = await store.pins(tx, review_id)
            past: dict[str, list[Shown]] = {}
            for version in await store.history(tx, review_id):
                past.setdefault(version["theory_id"], []).append(version["state"])
            return [
                {
                    **views.theory_item(row, pins.get(row["theory_id"])),
                    "wordings": wordings(past[row["theory_id"]]),
                }
                for row in await store.every(tx, review_id)
            ]

        items = await ctx.db.read(query)
        ids = [item["id"] for item in items]
        start = ids.index(after[0]) + 1 if after and after[0] in ids else 0
        return page_of(items[start : start + limit + 1], limit, lambda item: (item["id"],))

    @router.get("/theories/{theory_id}")
    async def one(review_id: Key, theory_id: Key, principal: PrincipalDep) -> Shown:
        """One theory with its pin, its history from initial to final, and its notes."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> Shown:
            row = await theories_handlers.require_theory(tx, review_id, theory_id)
            return await views.theory_view(review_id, row, tx)

        return await ctx.db.read(query)


def _add_notes(router: APIRouter, ctx: Context) -> None:
    @router.put("/theories/{theory_id}/notes/{kind}/{note_id}")
    async def keep(
        review_id: Key,
        theory_id: Key,
        kind: NoteKind,
        note_id: Key,
        principal: PrincipalDep,
        body: NoteIn,
    ) -> Shown:
        """Keep a slot filled from theory, a part of the sketch, or a merged statement."""
        principal.require(review_id, SYNTHESIST)
        content = body.of_kind(kind)
        await ctx.db.write(
            lambda tx: merge.keep_note(review_id, theory_id, kind, note_id, content, tx, body.at)
        )
        return {"kind": kind, "id": note_id}

    @router.delete("/theories/{theory_id}/notes/{kind}/{note_id}", status_code=204)
    async def drop(
        review_id: Key, theory_id: Key, kind: NoteKind, note_id: Key, principal: PrincipalDep
    ) -> None:
        """Take a note away."""
        principal.require(review_id, SYNTHESIST)
        await ctx.db.write(lambda tx: merge.drop_note(review_id, theory_id, kind, note_id, tx))


def _add_thresholds(router: APIRouter, ctx: Context) -> None:
    @router.put("/theories/{theory_id}/pin")
    async def pin(review_id: Key, theory_id: Key, principal: PrincipalDep, body: PinIn) -> Shown:
        """Hold one outcome group first in the theory, or (null) take the pin away."""
        principal.require(review_id, SYNTHESIST)
        changed = await ctx.db.write(
            lambda tx: theories_handlers.pin_outcome(
                review_id, theory_id, body.outcome, body.reason, tx
            )
        )
        return {"theory": theory_id, "outcome": body.outcome, "changed": changed}

    @router.put("/parameters")
    async def set_parameters(review_id: Key, principal: PrincipalDep, body: ParametersIn) -> Shown:
        """Change thresholds; those not named stay."""
        principal.require(review_id, "owner")
        wish = body.model_dump(exclude_none=True)
        await ctx.db.write(lambda tx: theories_handlers.set_parameters(review_id, wish, tx))
        return _parameters(await ctx.db.read(lambda tx: inputs.parameters_of(tx, review_id)))

    @router.get("/parameters")
    async def parameters(review_id: Key, principal: PrincipalDep) -> Shown:
        """The thresholds in force."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> Parameters:
            await theories_handlers.require_review(tx, review_id)
            return await inputs.parameters_of(tx, review_id)

        return _parameters(await ctx.db.read(query))


def _parameters(values: Parameters) -> Shown:
    return {name: getattr(values, name) for name in Parameters.__dataclass_fields__}
