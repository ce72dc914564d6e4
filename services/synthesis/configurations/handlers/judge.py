"""What people say of CCMOCs: face validity per quote, and their state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.synthesis.configurations.handlers.recompute import identified
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine.values import Judgement
from services.synthesis.projections.handlers.marks import mark_theory
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.events.synthesis import CcmocJudged
from shared.http.problems import NotFound

STATES = ("conjectured", "checked", "agreed", "in_theory", "rejected", "dormant")
"""What people can say a CCMOC is; `lapsed` (no active evidence) is computed, not said."""


async def judge(review_id: str, said: Sequence[Judgement], tx: Tx) -> int:
    """Note judgements of quotes; returns how many are new.

    The same word of the same person on the same link again is none. Theories whose links were
    judged are counted anew.
    """
    await require_review(tx, review_id)
    theories = sorted({item.theory for item in said})
    await tx.lock(*(f"judgements/{review_id}/{theory}" for theory in theories))
    known = {_link(item): item for item in await inputs.judgements_of(tx, review_id, theories)}
    new: list[Judgement] = []
    for item in said:
        if known.get(_link(item)) != item:
            known[_link(item)] = item
            new.append(item)
    await ccmocs.append_judgements(tx, _rows(review_id, new, tx))
    events = await _say(review_id, new, tx)
    for theory in sorted({item.theory for item in new}):
        await mark_theory(tx, review_id, theory, events[theory])
    return len(new)


def _link(item: Judgement) -> tuple[str, ...]:
    """Whose word it is, and on what."""
    return item.theory, item.outcome, item.role, item.mechanism, item.fragment, item.person


def _rows(review_id: str, said: Sequence[Judgement], tx: Tx) -> list[dict[str, Any]]:
    return [
        {
            "review_id": review_id,
            "theory_id": item.theory,
            "outcome": item.outcome,
            "role": item.role,
            "mechanism": item.mechanism,
            "fragment_id": item.fragment,
            "person": item.person,
            "acting_as": item.acting_as,
            "verdict": item.verdict,
            "fragment_version": item.fragment_version,
            "at": tx.now(),
        }
        for item in said
    ]


async def _say(review_id: str, said: Sequence[Judgement], tx: Tx) -> dict[str, str]:
    """One event per judged CCMOC; theory → id of its last event."""
    judged = {
        identified(item.theory, item.outcome, item.role, item.mechanism): item for item in said
    }
    counts = await _judged_fragments(review_id, sorted({item.theory for item in said}), tx)
    events: dict[str, str] = {}
    for ccmoc_id, item in sorted(judged.items()):
        row = await ccmocs.one(tx, review_id, ccmoc_id)
        events[item.theory] = tx.emit(
            CcmocJudged(
                review_id=review_id,
                ccmoc_id=ccmoc_id,
                theory_id=item.theory,
                state=row["state"] if row else STATES[0],
                recheck=bool(row and row["recheck"]),
                judged=len(counts[ccmoc_id]),
            )
        )
    return events


async def _judged_fragments(review_id: str, theories: Sequence[str], tx: Tx) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for item in await inputs.judgements_of(tx, review_id, theories):
        name = identified(item.theory, item.outcome, item.role, item.mechanism)
        found.setdefault(name, set()).add(item.fragment)
    return found


async def require_ccmoc(tx: Tx, review_id: str, ccmoc_id: str) -> dict[str, Any]:
    """The CCMOC's row; raises `NotFound`."""
    row = await ccmocs.one(tx, review_id, ccmoc_id)
    if row is None:
        await require_review(tx, review_id)
        raise NotFound(f"Review '{review_id}' has no such CCMOC; choose one from its list.")
    return row


@dataclass(frozen=True, slots=True)
class StateChange:
    """What people say a CCMOC is; `seen` is the content hash they looked at (None: this one)."""

    state: str
    reason: str = ""
    person: str | None = None
    seen: str | None = None

    def mark(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """State and what was checked, as stored; another hash than the present is a recheck."""
        if self.seen is not None and self.seen != row["hash"]:
            checked = {"recheck": True, "checked_revision": None, "checked_hash": self.seen}
        elif self.state == STATES[0]:
            checked = {"recheck": False, "checked_revision": None, "checked_hash": None}
        else:
            now = {"checked_revision": row["revision"], "checked_hash": row["hash"]}
            checked = {"recheck": False, **now}
        return {"state": self.state, **checked}


async def set_state(review_id: str, ccmoc_id: str, said: StateChange, tx: Tx) -> Mapping[str, Any]:
    """People say what a CCMOC is; saying it of the present body ends a recheck."""
    known = await require_ccmoc(tx, review_id, ccmoc_id)
    await tx.lock(f"ccmocs/{review_id}/{known['theory_id']}")
    row = await require_ccmoc(tx, review_id, ccmoc_id)
    mark = said.mark(row)
    if _stands(row, mark):
        return row
    changed = {**row, **mark}
    await ccmocs.keep(tx, [changed], [])
    note = {
        "review_id": review_id,
        "ccmoc_id": ccmoc_id,
        "state": said.state,
        "reason": said.reason,
        "revision": row["revision"],
        "person": said.person or tx.actor,
        "at": tx.now(),
    }
    await ccmocs.append_state(tx, note)
    judged = await _judged_fragments(review_id, [row["theory_id"]], tx)
    tx.emit(
        CcmocJudged(
            review_id=review_id,
            ccmoc_id=ccmoc_id,
            theory_id=row["theory_id"],
            state=said.state,
            recheck=bool(mark["recheck"]),
            judged=len(judged.get(ccmoc_id, ())),
        )
    )
    return changed


def _stands(row: Mapping[str, Any], mark: Mapping[str, Any]) -> bool:
    """Whether that has been said already, of the same body."""
    if (row["state"], bool(row["recheck"])) != (mark["state"], mark["recheck"]):
        return False
    return not mark["recheck"] or row["checked_hash"] == mark["checked_hash"]
