"""What a round of blind coding does to a fragment: it hides it, and holds it back."""

from collections.abc import Mapping
from typing import Any

from services.extraction.fragments.domain import documents_of
from services.extraction.fragments.store import fragments
from services.extraction.rounds.domain import Round
from shared.db import Tx
from shared.db.rows import Row
from shared.events.extraction import FragmentState
from shared.http.problems import Conflict


class CodedBlindly(Conflict):
    """A document of an open round: what was coded before is not moved onto it."""

    title = "The document is coded in a blind round"


def round_columns(
    before: Row | None, state: FragmentState, rounds: Mapping[str, Round], field: str, tx: Tx
) -> dict[str, Any]:
    """The columns `round_id` and `blind` of a fragment that is being coded, and whether it is
    `held` back from the synthesis.

    A new fragment belongs to the open round in which its coder codes its document. Raises
    `CodedBlindly` for an older one that would be moved onto such a document.
    """
    coder = coder_of(before, state, tx)
    on = documents_of(state)
    own = rounds.get(before["round_id"] or "") if before else None
    joins = next((r for r in rounds.values() if r.is_blind and r.holds(coder, on)), None)
    if before is not None and own is None and joins is not None and _moves(before, joins):
        raise CodedBlindly(
            "This document is coded in a blind round: code the passage as a new fragment.",
            field=f"{field}document",
        )
    if before is None:
        own = joins
    if own is None:
        return {"round_id": None, "blind": False, "held": False}
    held = not own.counts(coder, own.documents.intersection(on))
    return {"round_id": own.round_id, "blind": own.is_blind, "held": held}


def coder_of(before: Row | None, state: FragmentState, tx: Tx) -> str | None:
    """Who codes, or coded, a fragment."""
    coded_by = before["coded_by"] if before else tx.actor
    coder: str | None = state.coder or coded_by
    return coder


def _moves(before: Row, onto: Round) -> bool:
    return onto.documents.isdisjoint(documents_of(fragments.state_of(before)))
