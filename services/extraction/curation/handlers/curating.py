"""Curation: of a document that two people coded the team agrees on one set of fragments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.extraction.comparison.domain import Coded
from services.extraction.comparison.handlers import passage, side_by_side
from services.extraction.curation.handlers.rounds import count_again, known_round, snapshot
from services.extraction.fragments.handlers.code import Coding, code_fragments, withdraw_fragment
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import lock_coding
from services.extraction.rounds import store
from services.extraction.rounds.domain import OPEN
from shared.db import Tx
from shared.events.coding_rounds import CodingCurated
from shared.events.extraction import FragmentState
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import stable_id

OTHER_DOCUMENT = "An agreed fragment stands in the document that is agreed on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One fragment of the agreed set: as a coder coded it (`take`), or as the team does."""

    take: str | None = None
    fragment: FragmentState | None = None


class StillBlind(Conflict):
    """The round is open: nothing of it is compared yet."""

    title = "The round is still open"


async def agree_on(
    review_id: str, round_id: str, document_id: str, chosen: Sequence[Choice], note: str, tx: Tx
) -> dict[str, Any]:
    """Store the agreed set of a document beside both coders' own, which stay as they are.

    From now on the agreed fragments count and no other of the round on this document. Agreeing
    again replaces the set: fragments that it no longer holds are withdrawn.
    """
    await lock_coding(tx, review_id)
    row = await known_round(review_id, round_id, tx)
    if row["state"] == OPEN:
        raise StillBlind("Both coders have to be done, or an owner ends the round, before that.")
    held = await store.documents_of(tx, review_id, round_id)
    before = next((one for one in held if one["document_id"] == document_id), None)
    if before is None:
        raise NotFound("This document is not in the round.")
    states = [await _agreed(review_id, round_id, document_id, one, tx) for one in chosen]
    why = f"agreed in round '{row['title']}'"
    ids = [state.fragment_id for state in states]
    for gone in sorted(set(before["agreed"] or ()) - set(ids)):
        await withdraw_fragment(review_id, gone, why, tx)
    await code_fragments(
        review_id,
        [
            Coding(state, by_codebook=True, in_use=one.take is None)
            for state, one in zip(states, chosen, strict=True)
        ],
        tx,
        why,
        what="agreed",
    )
    said = {"agreed": ids, "note": note, "curated_at": tx.now(), "curated_by": tx.actor}
    if (before["agreed"], before["note"]) != (ids, note):
        await store.keep_documents(tx, [{**before, **said}])
        await count_again(review_id, round_id, tx)
        state = await snapshot(review_id, row, tx)
        event = CodingCurated(review_id=review_id, round=state, document_id=document_id)
        tx.emit(replace(event, changed=("curated",)))
    return {**before, **said}


async def _agreed(
    review_id: str, round_id: str, document_id: str, choice: Choice, tx: Tx
) -> FragmentState:
    """The fragment of the agreed set that a choice makes; it has no single coder."""
    if choice.take is not None:
        found = await fragments.fragments_by_id(tx, review_id, [choice.take])
        row = found.get(choice.take)
        if row is None or row["round_id"] != round_id:
            raise Invalid("Take a fragment that was coded in this round.", field="agreed")
        if row["document_id"] != document_id:
            raise Invalid(OTHER_DOCUMENT, field="agreed")
        state = replace(fragments.state_of(row), coder=None, status="active", version=0)
        return replace(state, fragment_id=stable_id(review_id, "agreed", round_id, choice.take))
    if choice.fragment is None:
        raise Invalid("Say which fragment is taken, or what the team codes.", field="agreed")
    if choice.fragment.document_id != document_id:
        raise Invalid(OTHER_DOCUMENT, field="agreed")
    taken = await fragments.fragments_by_id(tx, review_id, [choice.fragment.fragment_id])
    if any(row["round_id"] is not None for row in taken.values()):
        raise Invalid(
            "The coders' own fragments stay; give the agreed one a new id.", field="agreed"
        )
    return replace(choice.fragment, coder=None)


async def compare_round(
    review_id: str, round_id: str, document_id: str | None, tx: Tx
) -> dict[str, Any]:
    """Both coders' fragments of a round side by side, with agreement by code and role.

    Raises `StillBlind` while the round is open.
    """
    row = await known_round(review_id, round_id, tx)
    if row["state"] == OPEN:
        raise StillBlind("Both coders have to be done, or an owner ends the round, before that.")
    on = [one["document_id"] for one in await store.documents_of(tx, review_id, round_id)]
    coded: dict[str, list[Coded]] = {}
    ids = await store.fragments_of(tx, review_id, round_id)
    rows = await fragments.visible_by_id(tx, review_id, ids)
    without_place = 0
    for one in (rows[name] for name in ids if rows[name]["status"] == "active"):
        if document_id not in (None, one["document_id"]):
            continue
        found = passage(one, one["coder"] or one["coded_by"])
        without_place += found is None
        if found is not None:
            coded.setdefault(one["document_id"], []).append(found)
    wanted = {d: coded.get(d, []) for d in on if document_id in (None, d)}
    first, second = row["coders"]
    return await side_by_side(tx, review_id, (first, second), wanted, without_place)
