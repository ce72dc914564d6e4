"""A round as a bundle holds it: who coded what in it, and what the team agreed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.extraction.curation.handlers.rounds import (
    Opening,
    Row,
    count_again,
    known_round,
    snapshot,
)
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import lock_coding, require_review
from services.extraction.rounds import store
from services.extraction.rounds.domain import REVEALED, problem_of
from shared.db import Tx
from shared.events.coding_rounds import CodingRoundRevealed
from shared.http.problems import Invalid
from shared.ids import stable_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A round that was revealed elsewhere: its fragments, the agreed sets by document with a
    note on each, and notes of the round as `(person, text)`.
    """

    opening: Opening
    drawn_from: int = 0
    reason: str = ""
    fragments: tuple[str, ...] = ()
    agreed: Mapping[str, tuple[Sequence[str], str]] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()


async def restore_round(review_id: str, past: Past, tx: Tx) -> Row:
    """Store a round that was revealed elsewhere, over its fragments, which are here already; from
    now on those alone count that counted there. Again changes nothing. What belongs to another
    round here stays there: it may be hidden.
    """
    asked = past.opening
    problem = problem_of(asked.coders)
    if problem or not asked.documents:
        raise Invalid(problem or "Name the documents of the round.", field="documents")
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    if await store.round_row(tx, review_id, asked.round_id) is not None:
        return await known_round(review_id, asked.round_id, tx)
    row = _row(review_id, past, tx)
    await store.keep_round(tx, row)
    keys = {"review_id": review_id, "round_id": asked.round_id}
    await store.keep_documents(
        tx, [{**keys, "document_id": d, **_agreed(past, d, tx)} for d in sorted(asked.documents)]
    )
    for n, (person, text) in enumerate(past.notes):
        note = {"note_id": stable_id(review_id, "round note", asked.round_id, str(n))}
        said = {"text": text, "person_id": person, "at": tx.now()}
        await store.keep_note(tx, {**keys, **note, **said})
    rows = await fragments.fragments_by_id(tx, review_id, past.fragments)
    joined = [
        {**r, "place": fragments.place_of(r), "round_id": asked.round_id}
        for r in rows.values()
        if r["round_id"] in (None, asked.round_id)
    ]
    await fragments.keep_marks(tx, joined)
    await count_again(review_id, asked.round_id, tx)
    state = await snapshot(review_id, row, tx)
    tx.emit(CodingRoundRevealed(review_id=review_id, round=state, reason=past.reason))
    return row


def _row(review_id: str, past: Past, tx: Tx) -> Row:
    asked = past.opening
    return {
        "review_id": review_id,
        "round_id": asked.round_id,
        "title": asked.title,
        "state": REVEALED,
        "coders": list(asked.coders),
        "done": list(asked.coders),
        "share": asked.share,
        "seed": asked.seed,
        "drawn_from": past.drawn_from,
        "opened_at": tx.now(),
        "opened_by": tx.actor,
        "revealed_at": tx.now(),
        "revealed_by": tx.actor,
        "reason": past.reason,
    }


def _agreed(past: Past, document_id: str, tx: Tx) -> Row:
    if document_id not in past.agreed:
        return {"agreed": None, "note": "", "curated_at": None, "curated_by": None}
    ids, note = past.agreed[document_id]
    return {"agreed": list(ids), "note": note, "curated_at": tx.now(), "curated_by": tx.actor}
