"""Ideas, lineage, substantive theories and memos with their versions."""

from typing import Any, TypeVar

from sqlalchemy import select

from services.synthesis.inference.domain import (
    IDEA,
    LINEAGE,
    MEMO,
    STATES,
    SUBSTANTIVE,
    MemoState,
    State,
)
from services.synthesis.projections.store import tables
from shared.db import Tx
from shared.db.rows import Row, all_of, first_of, put
from shared.decoding import convert
from shared.events.inference import IdeaState, LineageState, SubstantiveTheoryState

S = TypeVar("S", bound=State)


async def one(tx: Tx, review_id: str, kind: str, item_id: str) -> State | None:
    """The newest state of an item, or None."""
    table = tables.inference_items
    here = (table.c.review_id == review_id) & (table.c.kind == kind) & (table.c.item_id == item_id)
    row = await first_of(tx, select(table).where(here))
    return None if row is None else state_of(row)


def state_of(row: Row) -> State:
    """The state that a row of an item or of its history holds."""
    state: State = convert(row["state"], STATES[row["kind"]])
    return state


async def _every(tx: Tx, review_id: str, kind: str, what: type[S]) -> list[S]:
    table = tables.inference_items
    query = select(table.c.state).where(table.c.review_id == review_id, table.c.kind == kind)
    rows = await all_of(tx, query.order_by(table.c.item_id))
    return [convert(row["state"], what) for row in rows]


async def ideas(tx: Tx, review_id: str) -> list[IdeaState]:
    """The if-then ideas of a review, by id: open, merged and dropped."""
    return await _every(tx, review_id, IDEA, IdeaState)


async def links(tx: Tx, review_id: str) -> list[LineageState]:
    """Which theory came out of which, by id; withdrawn links too."""
    return await _every(tx, review_id, LINEAGE, LineageState)


async def substantive_theories(tx: Tx, review_id: str) -> list[SubstantiveTheoryState]:
    """The substantive theories of a review, by id."""
    return await _every(tx, review_id, SUBSTANTIVE, SubstantiveTheoryState)


async def memos(tx: Tx, review_id: str) -> list[MemoState]:
    """The memos of a review, by id; withdrawn ones too."""
    return await _every(tx, review_id, MEMO, MemoState)


async def keep(tx: Tx, row: Row, past: Row) -> None:
    """Store an item at a new version, and the version in its history."""
    await put(tx, tables.inference_items, [row])
    await put(tx, tables.inference_history, [past])


async def history(
    tx: Tx, review_id: str, kind: str | None = None, item_id: str | None = None
) -> list[dict[str, Any]]:
    """Versions of one item, of a kind, or of all: rows by (kind, item, version)."""
    table = tables.inference_history
    query = select(table).where(table.c.review_id == review_id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    if item_id is not None:
        query = query.where(table.c.item_id == item_id)
    return await all_of(tx, query.order_by(table.c.kind, table.c.item_id, table.c.version))
