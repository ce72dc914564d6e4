"""Substantive theories of the review, appraised once, and memos on anything."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.synthesis.inference import store
from services.synthesis.inference.domain import MEMO, SUBSTANTIVE, WITHDRAWN, MemoState
from services.synthesis.inference.handlers.keeping import (
    Elsewhere,
    keep_version,
    lock_item,
    require_item,
)
from services.synthesis.theories.handlers import require_review, require_theory
from shared.db import Tx
from shared.events.inference import SubstantiveTheoryState
from shared.http.problems import Forbidden, Invalid


async def appraise_substantive_theory(
    review_id: str,
    item_id: str,
    said: Mapping[str, Any],
    tx: Tx,
    elsewhere: Elsewhere | None = None,
) -> tuple[SubstantiveTheoryState, bool]:
    """Take up a substantive theory, appraise it, link it to programme theories."""
    await require_review(tx, review_id)
    await lock_item(tx, review_id, SUBSTANTIVE, item_id)
    found = await store.one(tx, review_id, SUBSTANTIVE, item_id)
    known = found if isinstance(found, SubstantiveTheoryState) else None
    state = SubstantiveTheoryState(substantive_theory_id=item_id, version=1, **said)
    if elsewhere is None:
        for theory_id in state.theories:
            await require_theory(tx, review_id, theory_id)
    return await keep_version(review_id, SUBSTANTIVE, item_id, state, known, tx, elsewhere)


async def write_memo(
    review_id: str,
    memo_id: str,
    said: Mapping[str, Any],
    tx: Tx,
    elsewhere: Elsewhere | None = None,
) -> tuple[MemoState, bool]:
    """Write a memo about things of the review, or rewrite one's own; its versions stay.

    `said` are fields of the state but for id and version. A memo may point at what is not here.
    """
    await require_review(tx, review_id)
    await lock_item(tx, review_id, MEMO, memo_id)
    found = await store.one(tx, review_id, MEMO, memo_id)
    known = found if isinstance(found, MemoState) else None
    state = MemoState(memo_id=memo_id, version=1, **said)
    if elsewhere is None and known is not None:
        _require_own(known, state.person_id)
    return await keep_version(review_id, MEMO, memo_id, state, known, tx, elsewhere)


def _require_own(known: MemoState, person_id: str) -> None:
    if known.person_id != person_id:
        raise Forbidden("This memo is somebody else's; write one of your own about it.")


async def withdraw_memo(
    review_id: str, memo_id: str, person_id: str, reason: str, tx: Tx
) -> tuple[MemoState, bool]:
    """Take one's own memo back, and why; it stays in the log as withdrawn."""
    await lock_item(tx, review_id, MEMO, memo_id)
    known = await require_item(tx, review_id, MEMO, memo_id, MemoState)
    _require_own(known, person_id)
    if not reason.strip():
        raise Invalid("Say why the memo is withdrawn; the reason stays.", field="reason")
    state = replace(known, status=WITHDRAWN, because=reason)
    return await keep_version(review_id, MEMO, memo_id, state, known, tx)
