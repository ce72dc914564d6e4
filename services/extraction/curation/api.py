"""Routes of rounds of blind coding, and of curating what was coded in them."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.extraction.curation.handlers import rounds as handlers
from services.extraction.curation.handlers.curating import Choice, agree_on, compare_round
from services.extraction.curation.handlers.restoring import Past, restore_round
from services.extraction.curation.schemas import (
    AgreedIn,
    CurationIn,
    DoneIn,
    NoteIn,
    RoundIn,
    RoundOut,
    round_out,
)
from services.extraction.rights import CODER, may_read_all
from services.extraction.rounds import store
from services.extraction.rounds.domain import OPEN
from services.extraction.schemas import ReasonIn
from shared.db import Tx
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Rounds of a review."""
    router = APIRouter(prefix="/reviews/{review_id}/coding-rounds")
    _add_opening(router, ctx)
    _add_reading(router, ctx)
    _add_ending(router, ctx)
    _add_curation(router, ctx)
    return router


def _add_opening(router: APIRouter, ctx: Context) -> None:
    @router.put("/{round_id}")
    async def open_round(
        review_id: Key, round_id: Key, principal: PrincipalDep, body: RoundIn
    ) -> RoundOut:
        """Open a round: two people code the same documents, hidden from each other."""
        principal.require(review_id, "owner")
        asked = handlers.Opening(
            round_id=round_id,
            title=body.title,
            coders=tuple(body.coders),
            documents=tuple(body.documents),
            share=body.share,
            seed=body.seed or secrets.token_hex(16),
        )
        if body.past is not None:
            past = _past(asked, body)
            await ctx.db.write(lambda tx: restore_round(review_id, past, tx))
        else:
            await ctx.db.write(lambda tx: handlers.open_round(review_id, asked, tx))
        return await ctx.db.read(
            lambda tx: _shown(tx, review_id, round_id, all_=may_read_all(principal, review_id))
        )


def _past(asked: handlers.Opening, body: RoundIn) -> Past:
    if body.past is None:
        return Past(opening=asked)
    return Past(
        opening=asked,
        drawn_from=body.past.drawn_from,
        reason=body.past.reason,
        fragments=tuple(body.past.fragments),
        agreed={one.document: (one.agreed, one.note) for one in body.past.agreed},
        notes=tuple((note.person or "", note.text) for note in body.past.notes),
    )


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("")
    async def list_rounds(review_id: Key, principal: PrincipalDep) -> list[RoundOut]:
        """The review's rounds of blind coding, oldest first."""
        principal.require(review_id, CODER, "resolver")

        async def every(tx: Tx) -> list[RoundOut]:
            rows = await store.round_rows(tx, review_id)
            all_ = may_read_all(principal, review_id)
            return [await _shown(tx, review_id, row["round_id"], all_=all_) for row in rows]

        return await ctx.db.read(every)

    @router.get("/{round_id}")
    async def get_round(review_id: Key, round_id: Key, principal: PrincipalDep) -> RoundOut:
        """One round: who is done, its documents, and notes; others' notes once it is revealed."""
        principal.require(review_id, CODER, "resolver")
        return await ctx.db.read(
            lambda tx: _shown(tx, review_id, round_id, all_=may_read_all(principal, review_id))
        )


async def _shown(tx: Tx, review_id: str, round_id: str, *, all_: bool) -> RoundOut:
    """A round for a reader; without the notes that others wrote about confidential documents,
    unless they may read `all_`.
    """
    row = await handlers.known_round(review_id, round_id, tx)
    notes = await store.notes_of(tx, review_id, round_id)
    coded = await store.fragments_of(tx, review_id, round_id)
    if row["state"] == OPEN:
        notes = [one for one in notes if one["person_id"] == tx.actor]
        hidden = await store.hidden_among(tx, review_id, coded)
        coded = [one for one in coded if one not in hidden]
    held = await store.documents_of(tx, review_id, round_id)
    closed = set() if all_ else await store.closed_in(tx, review_id, _ids(held))
    if closed:
        notes = [one for one in notes if one["person_id"] == tx.actor]
        held = [{**one, "note": ""} if one["document_id"] in closed else one for one in held]
    return round_out(row, held, notes, coded)


def _ids(held: list[dict[str, Any]]) -> set[str]:
    return {one["document_id"] for one in held}


def _add_ending(router: APIRouter, ctx: Context) -> None:
    @router.post("/{round_id}/done")
    async def done(
        review_id: Key, round_id: Key, principal: PrincipalDep, body: DoneIn
    ) -> RoundOut:
        """You are done; when both coders are, each sees what the other coded."""
        principal.require(review_id, CODER)
        person = principal.acting_for(review_id, body.person)
        await ctx.db.write(lambda tx: handlers.finish_coding(review_id, round_id, person, tx))
        return await ctx.db.read(
            lambda tx: _shown(tx, review_id, round_id, all_=may_read_all(principal, review_id))
        )

    @router.post("/{round_id}/reveal")
    async def reveal(
        review_id: Key, round_id: Key, principal: PrincipalDep, body: ReasonIn
    ) -> RoundOut:
        """End a round before both are done; what is coded so far is shown and compared."""
        principal.require(review_id, "owner")
        await ctx.db.write(lambda tx: handlers.reveal_round(review_id, round_id, body.reason, tx))
        return await ctx.db.read(
            lambda tx: _shown(tx, review_id, round_id, all_=may_read_all(principal, review_id))
        )

    @router.post("/{round_id}/notes")
    async def write_note(
        review_id: Key, round_id: Key, principal: PrincipalDep, body: NoteIn
    ) -> RoundOut:
        """Write a note of the round; others read it once the round is revealed."""
        principal.require(review_id, CODER, "resolver")
        person = principal.acting_for(review_id, body.person)
        await ctx.db.write(
            lambda tx: handlers.write_note(review_id, round_id, body.text, person, tx)
        )
        return await ctx.db.read(
            lambda tx: _shown(tx, review_id, round_id, all_=may_read_all(principal, review_id))
        )


def _add_curation(router: APIRouter, ctx: Context) -> None:
    @router.get("/{round_id}/comparison")
    async def comparison(
        review_id: Key,
        round_id: Key,
        principal: PrincipalDep,
        document: Annotated[Key | None, Query(description="only this document")] = None,
    ) -> dict[str, Any]:
        """Both coders' fragments side by side once the round is revealed; kappa and alpha."""
        principal.require(review_id, CODER, "resolver")
        return await ctx.db.read(lambda tx: compare_round(review_id, round_id, document, tx))

    @router.put("/{round_id}/agreed/{document_id:path}")
    async def agree(
        review_id: Key,
        round_id: Key,
        document_id: Key,
        principal: PrincipalDep,
        body: CurationIn,
    ) -> RoundOut:
        """Agree on one set of fragments for a document: it counts, and both originals stay."""
        principal.require(review_id, CODER, "resolver")
        chosen = [_choice(one) for one in body.agreed]
        await ctx.db.write(
            lambda tx: agree_on(review_id, round_id, document_id, chosen, body.note, tx)
        )
        return await ctx.db.read(
            lambda tx: _shown(tx, review_id, round_id, all_=may_read_all(principal, review_id))
        )


def _choice(one: AgreedIn) -> Choice:
    fragment = None if one.fragment is None else one.fragment.state(one.fragment.id, None)
    return Choice(take=one.take, fragment=fragment)
