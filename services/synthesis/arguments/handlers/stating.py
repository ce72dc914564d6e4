"""Stating, amending, retiring arguments and bringing them back: each a version with its reason."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import msgspec

from services.synthesis.arguments import store
from services.synthesis.arguments.domain import HELD, RETIRED, argument_of, refusal_of
from services.synthesis.engine import argument_faults
from services.synthesis.engine.presence import compiled
from services.synthesis.engine.values import Codebook
from services.synthesis.projections.store import marks
from services.synthesis.projections.store.codebooks import codebooks_of
from services.synthesis.projections.store.marks import Cause
from services.synthesis.theories.handlers import require_review, require_theory
from shared.db import Tx
from shared.events.synthesis import ArgumentState, ArgumentStated
from shared.http.problems import Conflict, Invalid, NotFound

NO_CONTENT = ("version", "because", "status")
"""Fields of a state that do not say what is held."""


async def require_argument(tx: Tx, review_id: str, argument_id: str) -> ArgumentState:
    """The argument as it stands; raises `NotFound` saying which arguments there are."""
    row = await store.one(tx, review_id, argument_id)
    if row is None:
        await require_review(tx, review_id)
        known = ", ".join(item["argument_id"] for item in await store.every(tx, review_id))
        raise NotFound(
            f"Review '{review_id}' has no argument '{argument_id}'; it has: {known or 'none yet'}."
        )
    return store.state_of(row)


async def lock_argument(tx: Tx, review_id: str, argument_id: str) -> None:
    """Keep everybody else from amending the argument until the transaction ends."""
    await tx.lock(f"argument/{review_id}/{argument_id}")


async def state_argument(
    review_id: str,
    argument_id: str,
    said: Mapping[str, Any],
    tx: Tx,
    *,
    version: int | None = None,
    status: str | None = None,
) -> tuple[ArgumentState, bool]:
    """State an argument, or amend it with a reason; the same content again changes nothing.

    `said` are the fields of the state but for id, version and status. With `version` and
    `status` it is a version that was stated elsewhere: a higher one stands as it is, any other
    changes nothing. Returns the state that stands and whether it is new.
    """
    await require_theory(tx, review_id, said["theory_id"])
    await lock_argument(tx, review_id, argument_id)
    row = await store.one(tx, review_id, argument_id)
    known = None if row is None else store.state_of(row)
    state = _next(argument_id, said, known, version, status)
    if known is not None and _nothing_new(known, state, version):
        return known, False
    _require_theory_kept(known, state)
    if version is None:
        _require_reason(known, state)
        await _require_own_groups(review_id, state, tx)
    await _keep(review_id, state, known, tx)
    return state, True


def _next(
    argument_id: str,
    said: Mapping[str, Any],
    known: ArgumentState | None,
    version: int | None,
    status: str | None,
) -> ArgumentState:
    before = known.version if known else 0
    return ArgumentState(
        argument_id=argument_id,
        version=before + 1 if version is None else version,
        status=status or (known.status if known and version is None else HELD),
        **said,
    )


def _nothing_new(known: ArgumentState, state: ArgumentState, version: int | None) -> bool:
    if version is not None:
        return version <= known.version
    return _content(known) == _content(state)


def _content(state: ArgumentState) -> dict[str, Any]:
    return {
        field.name: getattr(state, field.name)
        for field in fields(state)
        if field.name not in NO_CONTENT
    }


def _require_theory_kept(known: ArgumentState | None, state: ArgumentState) -> None:
    if known is not None and known.theory_id != state.theory_id:
        raise Conflict(
            f"This argument belongs to theory {known.theory_id}; retire it there and state it "
            f"in {state.theory_id} under another name.",
            field="theory",
        )


def _require_reason(known: ArgumentState | None, state: ArgumentState) -> None:
    if known is not None and not state.because.strip():
        raise Invalid(
            "Say why the argument changes; the reason is kept with the version.", field="because"
        )


async def _require_own_groups(review_id: str, state: ArgumentState, tx: Tx) -> None:
    """Refuse terms that the codebook of the argument's theory does not have."""
    theory = state.theory_id
    book = (await codebooks_of(tx, review_id, [theory])).get(theory, Codebook())
    refusal = refusal_of(argument_faults(argument_of(state), compiled(book)))
    if refusal:
        raise Invalid(f"The argument cannot be held in {theory}: {refusal}.", field="theory")


async def _keep(review_id: str, state: ArgumentState, known: ArgumentState | None, tx: Tx) -> None:
    plain = msgspec.to_builtins(state)
    old = {} if known is None else msgspec.to_builtins(known)
    changed = tuple(name for name in plain if old and plain[name] != old[name])
    event_id = tx.emit(ArgumentStated(review_id=review_id, argument=state, changed=changed))
    key = {"review_id": review_id, "argument_id": state.argument_id, "version": state.version}
    row = {**key, "theory_id": state.theory_id, "status": state.status, "state": plain}
    past = {**key, "state": plain, "person": tx.actor, "at": tx.now()}
    await store.keep(tx, {**row, "event_id": event_id}, past)
    await marks.mark(tx, review_id, state.theory_id, {event_id: Cause(frozenset())})


async def retire_argument(
    review_id: str, argument_id: str, reason: str, tx: Tx
) -> tuple[ArgumentState, bool]:
    """Hold an argument no more; its versions and its evidence so far stay."""
    return await _with_status(review_id, argument_id, RETIRED, reason, tx)


async def bring_back_argument(
    review_id: str, argument_id: str, reason: str, tx: Tx
) -> tuple[ArgumentState, bool]:
    """Hold a retired argument again."""
    return await _with_status(review_id, argument_id, HELD, reason, tx)


async def _with_status(
    review_id: str, argument_id: str, status: str, reason: str, tx: Tx
) -> tuple[ArgumentState, bool]:
    await lock_argument(tx, review_id, argument_id)
    known = await require_argument(tx, review_id, argument_id)
    if known.status == status:
        return known, False
    if not reason.strip():
        said = "is retired" if status == RETIRED else "is held again"
        raise Invalid(
            f"Say why the argument {said}; the reason is kept with the version.", field="reason"
        )
    state = replace(known, status=status, because=reason, version=known.version + 1)
    await _keep(review_id, state, known, tx)
    return state, True
