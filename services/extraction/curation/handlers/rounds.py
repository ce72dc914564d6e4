"""Rounds of blind coding: opened on a sample, done by both coders, revealed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.extraction.appraisal.handlers.appraisals import say_appraisal
from services.extraction.fragments.handlers.publish import say
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import lock_coding, require_review
from services.extraction.rounds import store
from services.extraction.rounds.domain import OPEN, REVEALED, drawn, problem_of
from shared.db import Tx
from shared.events.coding_rounds import CodingRoundOpened, CodingRoundRevealed, CodingRoundState
from shared.http.problems import Conflict, Forbidden, Invalid, NotFound
from shared.ids import new_id

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A round as it is asked for: on these documents, or on a `share` of all that nobody of the
    coders has coded yet, drawn with `seed`.
    """

    round_id: str
    title: str
    coders: tuple[str, ...]
    documents: tuple[str, ...] = ()
    share: float | None = None
    seed: str = ""


class AlreadyCoded(Conflict):
    """Somebody of the coders has coded the document: the other has seen it."""

    title = "The document is coded already"


async def open_round(review_id: str, asked: Opening, tx: Tx) -> Row:
    """Open a round of blind coding; the same round again changes nothing.

    Raises `AlreadyCoded` for documents that one of the coders has coded: blinding would be a
    pretence. Raises `Conflict` where they stand in another open round of one of the coders.
    """
    problem = problem_of(asked.coders)
    if problem:
        raise Invalid(problem, field="coders")
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    before = await store.round_row(tx, review_id, asked.round_id)
    if before is not None:
        return _same(before, asked)
    documents, drawn_from = await _documents(review_id, asked, tx)
    row = {
        "review_id": review_id,
        "round_id": asked.round_id,
        "title": asked.title,
        "state": OPEN,
        "coders": list(asked.coders),
        "done": [],
        "share": asked.share,
        "seed": asked.seed if asked.share is not None else "",
        "drawn_from": drawn_from,
        "opened_at": tx.now(),
        "opened_by": tx.actor,
        "revealed_at": None,
        "revealed_by": None,
        "reason": "",
    }
    await store.keep_round(tx, row)
    keys = {"review_id": review_id, "round_id": asked.round_id}
    nothing = {"agreed": None, "note": "", "curated_at": None, "curated_by": None}
    await store.keep_documents(tx, [{**keys, "document_id": d, **nothing} for d in documents])
    tx.emit(CodingRoundOpened(review_id=review_id, round=await snapshot(review_id, row, tx)))
    return row


def _same(before: Row, asked: Opening) -> Row:
    if (before["title"], before["coders"]) != (asked.title, list(asked.coders)):
        raise Conflict("A round is called so already; open another one.")
    return before


async def _documents(review_id: str, asked: Opening, tx: Tx) -> tuple[list[str], int]:
    """The documents of a new round, and of how many they were drawn (0: they were named)."""
    coded = await store.coded_by_any(tx, review_id, asked.coders)
    there = await store.documents_to_code(tx, review_id)
    taken = await _taken(review_id, asked.coders, there, tx)
    if asked.share is not None:
        free = [one for one in there if one not in coded and one not in taken]
        if not free:
            raise Conflict("No document is left to draw from: all are coded, or have no text.")
        return drawn(free, asked.share, asked.seed), len(free)
    named = sorted(set(asked.documents))
    missing = [one for one in named if one not in there]
    if missing or not named:
        raise Invalid("Name documents whose text is here, or a share to draw.", field="documents")
    known = sorted(coded.intersection(named))
    if known:
        raise AlreadyCoded(
            "One of the coders has coded a document of these; leave it out, or draw a sample.",
            documents=known,
        )
    if taken.intersection(named):
        raise Conflict("A document is in another open round of one of the coders; end that first.")
    return named, 0


async def _taken(review_id: str, coders: Sequence[str], there: Sequence[str], tx: Tx) -> set[str]:
    """Documents that stand in open rounds of one of these coders."""
    rounds = await store.rounds_on(tx, review_id, there)
    mine = [one for one in rounds.values() if one.is_blind and set(one.coders) & set(coders)]
    return {document for one in mine for document in one.documents}


async def finish_coding(review_id: str, round_id: str, coder: str, tx: Tx) -> Row:
    """A coder is done; the round is revealed when both are. Again changes nothing."""
    await lock_coding(tx, review_id)
    row = await known_round(review_id, round_id, tx)
    if coder not in row["coders"]:
        raise Forbidden("You are no coder of this round.")
    if row["state"] != OPEN or coder in row["done"]:
        return row
    row = {**row, "done": [one for one in row["coders"] if one in {*row["done"], coder}]}
    await store.keep_round(tx, row)
    if len(row["done"]) == len(row["coders"]):
        return await _reveal(review_id, row, "both coders are done", tx)
    return row


async def reveal_round(review_id: str, round_id: str, reason: str, tx: Tx) -> Row:
    """End a round before both are done; what is coded so far is shown. Again changes nothing."""
    await lock_coding(tx, review_id)
    row = await known_round(review_id, round_id, tx)
    return row if row["state"] != OPEN else await _reveal(review_id, row, reason, tx)


async def _reveal(review_id: str, row: Row, reason: str, tx: Tx) -> Row:
    """Show the fragments of a round, and say those that count from now on."""
    row = {
        **row,
        "state": REVEALED,
        "revealed_at": tx.now(),
        "revealed_by": tx.actor,
        "reason": reason,
    }
    await store.keep_round(tx, row)
    await count_again(review_id, row["round_id"], tx)
    said = await snapshot(review_id, row, tx)
    tx.emit(CodingRoundRevealed(review_id=review_id, round=said, reason=reason, changed=("state",)))
    return row


async def count_again(review_id: str, round_id: str, tx: Tx) -> None:
    """Say which fragments of a round count now: those that begin to, and those that no longer do.

    Their own states and versions stay: nobody coded anything.
    """
    ids = await store.fragments_of(tx, review_id, round_id)
    rounds = await store.rounds_on(tx, review_id, (), [round_id])
    rows = await fragments.fragments_by_id(tx, review_id, ids)
    for row in (rows[one] for one in ids):
        state = fragments.state_of(row)
        on = {state.document_id or "", *(s.document_id for s in state.sources)}
        one = rounds[round_id]
        counts = one.counts(row["coder"] or row["coded_by"], on) and state.status == "active"
        shown = row["blind"] and not one.is_blind
        if counts == (not row["unpublished"]) and not shown:
            continue
        await fragments.keep_marks(tx, [_marked(row, blind=one.is_blind, unpublished=not counts)])
        if counts != (not row["unpublished"]):
            said = state if counts else replace(state, status="withdrawn")
            say(tx, review_id, said, withhold=bool(row["withheld"]), is_new=counts)
        for judged in await fragments.appraisals_of(tx, review_id, row["fragment_id"]):
            if shown:
                say_appraisal(tx, judged, withheld=bool(row["withheld"]))


def _marked(row: Row, *, blind: bool, unpublished: bool) -> Row:
    return {**row, "place": fragments.place_of(row), "blind": blind, "unpublished": unpublished}


async def known_round(review_id: str, round_id: str, tx: Tx) -> Row:
    """A round's row; raises `NotFound`."""
    await require_review(tx, review_id)
    row = await store.round_row(tx, review_id, round_id)
    if row is None:
        raise NotFound("The review has no such round of coding.")
    return row


async def write_note(review_id: str, round_id: str, text: str, person: str, tx: Tx) -> Row:
    """Write a note of a round; while it is open, its writer alone reads it."""
    await known_round(review_id, round_id, tx)
    said = {"text": text, "person_id": person, "note_id": new_id(), "at": tx.now()}
    row = {"review_id": review_id, "round_id": round_id, **said}
    await store.keep_note(tx, row)
    return row


async def snapshot(review_id: str, row: Row, tx: Tx) -> CodingRoundState:
    """A round as events tell it."""
    held = await store.documents_of(tx, review_id, row["round_id"])
    return CodingRoundState(
        round_id=row["round_id"],
        title=row["title"],
        state=row["state"],
        coders=tuple(row["coders"]),
        documents=tuple(one["document_id"] for one in held),
        done=tuple(row["done"]),
        curated=tuple(one["document_id"] for one in held if one["agreed"] is not None),
        share=row["share"],
        seed=row["seed"],
        drawn_from=row["drawn_from"],
    )
