"""If-then ideas: noted before and without a theory, sorted, merged, dropped with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.synthesis.inference import store
from services.synthesis.inference.domain import DROPPED, IDEA, MERGED, OPEN, merged_end
from services.synthesis.inference.handlers.keeping import (
    Elsewhere,
    keep_version,
    lock_item,
    require_item,
)
from services.synthesis.theories.handlers import require_review, require_theory
from shared.db import Tx
from shared.events.inference import IdeaState
from shared.http.problems import Conflict, Invalid

Done = tuple[IdeaState, bool]
"""The idea as it stands, and whether that is new."""


async def note_idea(
    review_id: str,
    idea_id: str,
    said: Mapping[str, Any],
    tx: Tx,
    elsewhere: Elsewhere | None = None,
) -> Done:
    """Note an idea, or word it anew; the same again changes nothing.

    `said` are fields of the state but for id and version. From `elsewhere` a version stands as
    it is, even where its theories are not here.
    """
    await require_review(tx, review_id)
    await lock_item(tx, review_id, IDEA, idea_id)
    found = await store.one(tx, review_id, IDEA, idea_id)
    known = found if isinstance(found, IdeaState) else None
    standing = {} if known is None or elsewhere else _standing(known)
    state = IdeaState(idea_id=idea_id, version=1, **{**said, **standing})
    if elsewhere is None:
        await _require_theories(review_id, state.theories, tx)
    return await keep_version(review_id, IDEA, idea_id, state, known, tx, elsewhere)


def _standing(known: IdeaState) -> dict[str, Any]:
    return {"status": known.status, "merged_into": known.merged_into}


async def _require_theories(review_id: str, theories: Sequence[str], tx: Tx) -> None:
    for theory_id in theories:
        await require_theory(tx, review_id, theory_id)


async def _changed(review_id: str, idea_id: str, changes: Mapping[str, Any], tx: Tx) -> Done:
    known = await require_item(tx, review_id, IDEA, idea_id, IdeaState)
    state = replace(known, **changes)
    return await keep_version(review_id, IDEA, idea_id, state, known, tx)


async def sort_idea(
    review_id: str, idea_id: str, theories: Sequence[str], reason: str, tx: Tx
) -> Done:
    """Say which theories an idea became: none, one or several."""
    await lock_item(tx, review_id, IDEA, idea_id)
    known = await require_item(tx, review_id, IDEA, idea_id, IdeaState)
    if known.status != OPEN:
        raise Conflict("The idea was merged or dropped; take it up again before you sort it.")
    await _require_theories(review_id, theories, tx)
    changes = {"theories": tuple(dict.fromkeys(theories)), "because": reason}
    return await _changed(review_id, idea_id, changes, tx)


async def merge_idea(review_id: str, idea_id: str, into: str, reason: str, tx: Tx) -> Done:
    """Let another idea speak for this one, and why; its versions stay."""
    _require_reason(reason, "is merged")
    await tx.lock(f"ideas/{review_id}")
    await lock_item(tx, review_id, IDEA, idea_id)
    known = await require_item(tx, review_id, IDEA, idea_id, IdeaState)
    if (known.status, known.merged_into) == (MERGED, into):
        return known, False
    target = await require_item(tx, review_id, IDEA, into, IdeaState)
    if target.status == DROPPED:
        raise Conflict("The other idea was dropped; take it up again before you merge into it.")
    every = {item.idea_id: item for item in await store.ideas(tx, review_id)}
    if merged_end(every, into) == idea_id:
        raise Conflict(
            "The other idea is merged into this one, or is this one; merge into an idea that "
            "stands by itself.",
            field="into",
        )
    changes = {"status": MERGED, "merged_into": into, "because": reason}
    return await _changed(review_id, idea_id, changes, tx)


async def drop_idea(review_id: str, idea_id: str, reason: str, tx: Tx) -> Done:
    """Follow an idea no further, and why; it stays in the log."""
    _require_reason(reason, "is dropped")
    await lock_item(tx, review_id, IDEA, idea_id)
    changes = {"status": DROPPED, "merged_into": None, "because": reason}
    return await _changed(review_id, idea_id, changes, tx)


async def take_up_idea(review_id: str, idea_id: str, reason: str, tx: Tx) -> Done:
    """Follow a dropped or merged idea again."""
    await lock_item(tx, review_id, IDEA, idea_id)
    changes = {"status": OPEN, "merged_into": None, "because": reason}
    return await _changed(review_id, idea_id, changes, tx)


def _require_reason(reason: str, done: str) -> None:
    if not reason.strip():
        raise Invalid(f"Say why the idea {done}; the reason stays with it.", field="reason")
