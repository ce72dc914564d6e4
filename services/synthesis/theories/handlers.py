"""What people say of theories: wording with why, retirement, pins, thresholds, notes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from services.synthesis.projections.handlers.marks import mark_theory
from services.synthesis.projections.store import projections
from services.synthesis.theories import store as theories_store
from shared.db import Tx
from shared.decoding import convert
from shared.events.synthesis import (
    PinSet,
    Reference,
    TheoryRefined,
    TheoryRetired,
    TheoryState,
    TheoryStated,
)
from shared.http.problems import Invalid, NotFound, NotKnownYet

RETIRED = "retired"


async def require_review(tx: Tx, review_id: str) -> None:
    """Raise `NotKnownYet` for a review that workbench has not told of yet."""
    if await projections.review_of(tx, review_id) is None:
        raise NotKnownYet("review", review_id)


async def require_theory(tx: Tx, review_id: str, theory_id: str) -> dict[str, Any]:
    """The theory's row; raises `NotFound` saying which theories there are."""
    row = await theories_store.one(tx, review_id, theory_id)
    if row is None:
        await require_review(tx, review_id)
        known = ", ".join(item["theory_id"] for item in await theories_store.every(tx, review_id))
        raise NotFound(
            f"Review '{review_id}' has no theory '{theory_id}'; it has: {known or 'none yet'}."
        )
    return row


async def lock_theory(tx: Tx, review_id: str, theory_id: str) -> None:
    """Keep everybody else from wording the theory until the transaction ends."""
    await tx.lock(f"theory/{review_id}/{theory_id}")


async def state_theory(
    review_id: str,
    theory_id: str,
    wording: Mapping[str, Any],
    reason: str,
    tx: Tx,
    moved_by: Sequence[Reference] = (),
) -> tuple[TheoryState, bool]:
    """State a theory, or word it anew, and why; the same words again change nothing.

    Only the first statement needs no `reason`. `moved_by` are the memos, passages, CCMOCs or
    arguments that moved the wording. Returns the state and whether it is new. The first statement
    lets the theory be computed; its retirement closes its gaps, its return opens them.
    """
    await require_review(tx, review_id)
    await lock_theory(tx, review_id, theory_id)
    row = await theories_store.one(tx, review_id, theory_id)
    known = None if row is None else convert(row["state"], TheoryState)
    version = 1 if known is None else known.version
    state = TheoryState(theory_id=theory_id, version=version, **wording)
    if state == known:
        return state, False
    if known is not None:
        _require_reason(reason)
        state = replace(state, version=version + 1)
    why = _Why(reason, tuple(moved_by))
    await _keep(review_id, state, why, tx)
    event_id = _say(review_id, state, known, why, tx)
    if known is None or RETIRED in (known.status, state.status):
        await mark_theory(tx, review_id, theory_id, event_id, "The theory was stated or retired.")
    return state, True


def _require_reason(reason: str) -> None:
    """Raise `Invalid` where a theory that stands is changed without a why."""
    if not reason.strip():
        raise Invalid("Say why the theory changes; the reason stays with it.", field="reason")


class _Why(NamedTuple):
    """Why a theory was worded so, and what moved it."""

    reason: str
    moved_by: tuple[Reference, ...]


def _say(review_id: str, state: TheoryState, known: TheoryState | None, why: _Why, tx: Tx) -> str:
    if known is None:
        return tx.emit(TheoryStated(review_id=review_id, theory=state))
    old, new = msgspec.to_builtins(known), msgspec.to_builtins(state)
    changed = tuple(name for name in new if new[name] != old[name] and name != "version")
    said: dict[str, Any] = {"review_id": review_id, "theory": state, "changed": changed}
    if state.status == RETIRED != known.status:
        return tx.emit(TheoryRetired(**said, reason=why.reason))
    return tx.emit(TheoryRefined(**said, **why._asdict()))


async def _keep(review_id: str, state: TheoryState, why: _Why, tx: Tx) -> None:
    row = {
        "review_id": review_id,
        "theory_id": state.theory_id,
        "version": state.version,
        "state": msgspec.to_builtins(state),
    }
    moved_by = msgspec.to_builtins(why.moved_by)
    past = {**row, "reason": why.reason, "moved_by": moved_by, "person": tx.actor, "at": tx.now()}
    await theories_store.keep(tx, row, past)


async def retire_theory(review_id: str, theory_id: str, reason: str, tx: Tx) -> TheoryState:
    """Set a theory aside; its CCMOCs and history stay."""
    return await _with_status(review_id, theory_id, RETIRED, reason, tx)


async def bring_back_theory(review_id: str, theory_id: str, reason: str, tx: Tx) -> TheoryState:
    """Undo a retirement."""
    return await _with_status(review_id, theory_id, "refined", reason, tx)


async def _with_status(
    review_id: str, theory_id: str, status: str, reason: str, tx: Tx
) -> TheoryState:
    row = await require_theory(tx, review_id, theory_id)
    wording = {
        name: value for name, value in row["state"].items() if name not in ("theory_id", "version")
    }
    state, _ = await state_theory(review_id, theory_id, {**wording, "status": status}, reason, tx)
    return state


async def undo_wording(review_id: str, theory_id: str, reason: str, tx: Tx) -> TheoryState:
    """Word a theory as it was before its last change; the change stays in the history."""
    await require_theory(tx, review_id, theory_id)
    past = await theories_store.history(tx, review_id, theory_id)
    if len(past) < 2:
        raise NotFound(f"Theory '{theory_id}' has one version only: there is nothing to undo.")
    before = past[-2]["state"]
    wording = {n: value for n, value in before.items() if n not in ("theory_id", "version")}
    why = reason or f"undo of version {past[-1]['version']}"
    return (await state_theory(review_id, theory_id, wording, why, tx))[0]


async def pin_outcome(
    review_id: str, theory_id: str, outcome: str | None, reason: str, tx: Tx
) -> bool:
    """Hold one outcome group first in a theory's ranking, or (None) take the pin away.

    Returns whether that is new.
    """
    await require_theory(tx, review_id, theory_id)
    await tx.lock(f"pin/{review_id}/{theory_id}")
    known = await theories_store.pin_of(tx, review_id, theory_id)
    if (known["outcome"] if known else None, known["reason"] if known else "") == (outcome, reason):
        return False
    pin = PinSet(review_id=review_id, theory_id=theory_id, outcome=outcome, reason=reason)
    row = {"review_id": review_id, "theory_id": theory_id, "outcome": outcome, "reason": reason}
    await theories_store.keep_pin(tx, {**row, "person": tx.actor, "at": tx.now()})
    event_id = tx.emit(pin)
    words = "The outcome was pinned." if outcome else "The outcome is no longer pinned."
    await mark_theory(tx, review_id, theory_id, event_id, words)
    return True


async def set_parameters(review_id: str, wish: Mapping[str, Any], tx: Tx) -> dict[str, Any]:
    """Change thresholds; those not named stay. All theories of the review are counted anew."""
    await require_review(tx, review_id)
    await tx.lock(f"parameters/{review_id}")
    known = await theories_store.stated_parameters(tx, review_id)
    stated = {**known, **wish}
    if stated != known:
        await theories_store.keep_parameters(tx, review_id, stated)
        for theory_id in await projections.marked_or_known(tx, review_id):
            await mark_theory(tx, review_id, theory_id, None)
    return stated
