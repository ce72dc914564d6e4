"""Which theory came out of which: merged into, split from, became; never in a circle."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.synthesis.inference import store
from services.synthesis.inference.domain import (
    LINEAGE,
    STANDS,
    WITHDRAWN,
    circle,
    link_id,
)
from services.synthesis.inference.handlers.keeping import (
    Elsewhere,
    keep_version,
    lock_item,
    require_item,
)
from services.synthesis.theories.handlers import require_review, require_theory
from shared.db import Tx
from shared.events.inference import LineageState
from shared.http.problems import Conflict, Invalid

Done = tuple[LineageState, bool]
"""The link as it stands, and whether that is new."""


async def state_lineage(
    review_id: str,
    earlier: str,
    later: str,
    said: Mapping[str, Any],
    tx: Tx,
    elsewhere: Elsewhere | None = None,
) -> Done:
    """Say that theory `later` came out of theory `earlier`, how and why.

    A link that would close a circle is refused, from elsewhere too.
    """
    await require_review(tx, review_id)
    key = link_id(earlier, later)
    await lock_item(tx, review_id, LINEAGE, key)
    found = await store.one(tx, review_id, LINEAGE, key)
    known = found if isinstance(found, LineageState) else None
    state = LineageState(link_id=key, version=1, earlier=earlier, later=later, **said)
    if elsewhere is None:
        await _require_ends(review_id, state, tx)
    if state.status == STANDS:
        _require_no_circle(state, await store.links(tx, review_id))
    return await keep_version(review_id, LINEAGE, key, state, known, tx, elsewhere)


async def _require_ends(review_id: str, state: LineageState, tx: Tx) -> None:
    await require_theory(tx, review_id, state.earlier)
    await require_theory(tx, review_id, state.later)
    if not state.because.strip():
        raise Invalid("Say why the theories are linked; the reason stays.", field="because")


def _require_no_circle(state: LineageState, links: list[LineageState]) -> None:
    if state.earlier == state.later:
        raise Conflict("A theory cannot come out of itself; choose another one.", field="later")
    path = circle(links, state.earlier, state.later)
    if path:
        raise Conflict(
            f"{state.earlier} already came out of {state.later}; this link would close a circle: "
            f"{' → '.join(path)}. Withdraw one of those links first.",
            field="later",
        )


async def withdraw_lineage(review_id: str, earlier: str, later: str, reason: str, tx: Tx) -> Done:
    """Take a link back, and why; its versions stay."""
    key = link_id(earlier, later)
    await lock_item(tx, review_id, LINEAGE, key)
    known = await require_item(tx, review_id, LINEAGE, key, LineageState)
    if not reason.strip():
        raise Invalid("Say why the link is withdrawn; the reason stays.", field="reason")
    state = replace(known, status=WITHDRAWN, because=reason)
    return await keep_version(review_id, LINEAGE, key, state, known, tx)
