"""What people say a CCMOC is: step by step, each with a reason, on judgements that stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.synthesis.configurations.domain.judging import (
    CONJECTURED,
    Word,
    lacking,
    step_refusal,
)
from services.synthesis.configurations.handlers.judge import judged_fragments, require_ccmoc
from services.synthesis.configurations.handlers.words import words_of
from services.synthesis.configurations.store import ccmocs
from services.synthesis.engine.judgements import Link
from services.synthesis.engine.values import part_unit
from shared.db import Tx
from shared.db.rows import Row
from shared.events.synthesis import CcmocJudged
from shared.http.problems import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class StateChange:
    """What people say a CCMOC is; `seen` is the content hash they looked at (None: this one).

    `at` is when it was said elsewhere (None: it is said here and now): then no step is asked
    for, and where judgements are missing for it, it waits for a recheck.
    """

    state: str
    reason: str = ""
    person: str | None = None
    seen: str | None = None
    at: datetime | None = None

    def mark(self, row: Row, missing: str) -> dict[str, Any]:
        """State and what was checked, as stored; another hash than the present is a recheck."""
        overtaken = self.seen is not None and self.seen != row["hash"]
        if overtaken or missing:
            seen = self.seen or row["hash"]
            checked = {"recheck": True, "checked_revision": None, "checked_hash": seen}
        elif self.state == CONJECTURED:
            checked = {"recheck": False, "checked_revision": None, "checked_hash": None}
        else:
            now = {"checked_revision": row["revision"], "checked_hash": row["hash"]}
            checked = {"recheck": False, **now}
        return {"state": self.state, **checked}


async def set_state(review_id: str, ccmoc_id: str, said: StateChange, tx: Tx) -> Row:
    """People say what a CCMOC is; saying it of the present body ends a recheck.

    Raises `Conflict` for a state that cannot follow, or that lacks judgements, `Invalid` for
    one without a reason.
    """
    known = await require_ccmoc(tx, review_id, ccmoc_id)
    await tx.lock(f"ccmocs/{review_id}/{known['theory_id']}")
    row = await require_ccmoc(tx, review_id, ccmoc_id)
    missing = lacking(said.state, await links_of(tx, review_id, row))
    mark = said.mark(row, missing)
    if await _stands(review_id, row, said, mark, tx):
        return row
    if said.at is None:
        _require(row, said, missing)
    changed = {**row, **mark}
    await ccmocs.keep(tx, [changed], [])
    await ccmocs.append_state(tx, _note(review_id, row, said, tx))
    judged = await judged_fragments(review_id, [row["theory_id"]], tx)
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


def _note(review_id: str, row: Row, said: StateChange, tx: Tx) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "ccmoc_id": row["ccmoc_id"],
        "state": said.state,
        "reason": said.reason,
        "revision": row["revision"],
        "person": said.person or tx.actor,
        "at": said.at or tx.now(),
    }


def _require(row: Row, said: StateChange, missing: str) -> None:
    refusal = step_refusal(row["state"], said.state)
    if refusal:
        raise Conflict(refusal, field="state")
    if said.state != CONJECTURED and not said.reason.strip():
        raise Invalid("Say why; the reason is kept with the state.", field="reason")
    if missing:
        raise Conflict(missing, field="state")


async def _stands(review_id: str, row: Row, said: StateChange, mark: Row, tx: Tx) -> bool:
    """Whether that has been said already, of the same body."""
    if said.at is not None:
        before = await ccmocs.states_of(tx, review_id, row["ccmoc_id"])
        return any(item["state"] == said.state and item["at"] == said.at for item in before)
    if (row["state"], bool(row["recheck"])) != (mark["state"], mark["recheck"]):
        return False
    return not mark["recheck"] or row["checked_hash"] == mark["checked_hash"]


async def links_of(tx: Tx, review_id: str, row: Row) -> dict[str, Sequence[Word]]:
    """The passages that a state rests on, each with its judgements.

    These are those of POS and NEG1; where there are none, those in which the part did not fire.
    """
    weighed = (await ccmocs.links_of(tx, review_id, [row["ccmoc_id"]])).get(row["ccmoc_id"], [])
    own = [item["fragment"] for item in weighed if item["cell"] != "not_fired"]
    names = own or [item["fragment"] for item in weighed]
    words = await words_of(tx, review_id, [row["theory_id"]])
    unit = part_unit(row["role"], row["mechanism"])
    return {
        name: words.get(Link(row["theory_id"], row["outcome"], unit, name), []) for name in names
    }
