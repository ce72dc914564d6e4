"""One way to keep a version of an idea, a lineage link, a substantive theory or a memo."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TypeVar

import msgspec

from services.synthesis.inference import store
from services.synthesis.inference.domain import (
    LINEAGE,
    NO_CONTENT,
    NOUNS,
    MemoState,
    State,
    content_of,
)
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.events.base import Event
from shared.events.inference import (
    IdeaState,
    IdeaStated,
    LineageState,
    LineageStated,
    MemoWritten,
    SubstantiveTheoryAppraised,
    SubstantiveTheoryState,
)
from shared.http.problems import NotFound

MEMO_TOLD = ("memo_id", "version", "about", "person_id", "status")
S = TypeVar("S", IdeaState, LineageState, SubstantiveTheoryState, MemoState)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A version that was said in another installation: its number, by whom and when."""

    version: int
    person: str | None = None
    at: datetime | None = None


async def lock_item(tx: Tx, review_id: str, kind: str, item_id: str) -> None:
    """Keep everybody else from changing the item until the transaction ends.

    Links are locked together: a circle is closed by two of them.
    """
    what = "" if kind == LINEAGE else item_id
    await tx.lock(f"{kind}/{review_id}/{what}")


async def require_item(tx: Tx, review_id: str, kind: str, item_id: str, what: type[S]) -> S:
    """The newest state of an item; raises `NotFound`."""
    state = await store.one(tx, review_id, kind, item_id)
    if not isinstance(state, what):
        await require_review(tx, review_id)
        raise NotFound(f"Review '{review_id}' has no such {NOUNS[kind]}; choose one of its list.")
    return state


async def keep_version(
    review_id: str,
    kind: str,
    item_id: str,
    state: S,
    known: S | None,
    tx: Tx,
    elsewhere: Elsewhere | None = None,
) -> tuple[S, bool]:
    """Keep `state` as the next version and say it; the same content again changes nothing.

    A version from elsewhere stands as it is if it is higher than what is known, else it changes
    nothing. Returns the state that stands and whether it is new.
    """
    if known is not None and _nothing_new(known, state, elsewhere):
        return known, False
    before = known.version if known else 0
    said = elsewhere or Elsewhere(before + 1)
    state = replace(state, version=said.version)
    plain = msgspec.to_builtins(state)
    key = {"review_id": review_id, "kind": kind, "item_id": item_id, "version": state.version}
    past = {**key, "state": plain, "person": said.person or tx.actor, "at": said.at or tx.now()}
    await store.keep(tx, {**key, "state": plain}, past)
    tx.emit(_event(review_id, state, _changed(known, state)))
    return state, True


def _nothing_new(known: S, state: S, elsewhere: Elsewhere | None) -> bool:
    if elsewhere is not None:
        return elsewhere.version <= known.version
    return content_of(known) == content_of(state)


def _changed(known: State | None, state: State) -> tuple[str, ...]:
    if known is None:
        return ()
    names = (field.name for field in fields(state) if field.name not in NO_CONTENT)
    return tuple(name for name in names if getattr(known, name) != getattr(state, name))


def _event(review_id: str, state: State, changed: tuple[str, ...]) -> Event:
    match state:
        case IdeaState():
            return IdeaStated(review_id=review_id, idea=state, changed=changed)
        case LineageState():
            return LineageStated(review_id=review_id, link=state, changed=changed)
        case SubstantiveTheoryState():
            return SubstantiveTheoryAppraised(
                review_id=review_id, substantive_theory=state, changed=changed
            )
        case MemoState():
            told = {name: getattr(state, name) for name in MEMO_TOLD}
            return MemoWritten(review_id=review_id, changed=changed, **told)
