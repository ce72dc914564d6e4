"""Which theories wait to be computed anew, and which events made them wait."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from services.synthesis.engine.values import ALGORITHM
from services.synthesis.projections.store import tables
from shared.db import Tx, upsert
from shared.db.rows import all_of, first_of, put

PAUSE = timedelta(milliseconds=150)
"""Least time from the start of one recomputation of a theory to the start of the next."""
LEAST_REST = PAUSE / 2
"""Time for which a theory is left alone after a recomputation, however long that took."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What one event touches in a theory: these fragments, or (None) possibly all.

    `needs_recheck` events, a retraction or its reversal, make people check what they touch.
    `named` says what happened, when and by whom, in words.
    """

    fragments: frozenset[str] | None = None
    needs_recheck: bool = False
    named: Mapping[str, Any] | None = None


def causes_of(causes: Mapping[str, Cause], fragments: Collection[str], own: str = "") -> list[str]:
    """Events that touched one of these fragments, or are its `own`; else all that touched any.

    What touches no fragment at all, as the wording of an argument, moves nothing but its own.
    """
    affected = [
        event_id
        for event_id, cause in causes.items()
        if event_id == own or cause.fragments is None or not cause.fragments.isdisjoint(fragments)
    ]
    any_fragment = [name for name, cause in causes.items() if cause.fragments != frozenset()]
    return affected or any_fragment or list(causes)


Touched = Mapping[str, Cause]
"""Event id → what it touches in a theory."""


@dataclass(frozen=True, slots=True)
class TheoryMark:
    """How far a theory is marked and computed."""

    marked: int
    computed: int
    computed_at: datetime | None


NOWHERE = TheoryMark(0, 0, None)


def pause_from(started: datetime, ended: datetime) -> datetime:
    """The moment from which the pause counts: the start, unless the rest would be too short."""
    return max(started, ended - (PAUSE - LEAST_REST))


async def mark(tx: Tx, review_id: str, theory_id: str, touched: Touched) -> None:
    """Mark a theory as waiting and ask for its recomputation: at once, or after the pause."""
    table = tables.marks
    key = {"review_id": review_id, "theory_id": theory_id}
    statement = upsert(tx.dialect, table).values(**key, marked=1, computed=0, algorithm=ALGORITHM)
    statement = statement.on_conflict_do_update(
        index_elements=["review_id", "theory_id"], set_={"marked": table.c.marked + 1}
    )
    row = (await tx.execute(statement.returning(table.c.marked, table.c.computed_at))).one()
    rows = [
        {
            **key,
            "event_id": event_id,
            "mark": row.marked,
            "fragments": None if cause.fragments is None else sorted(cause.fragments),
            "needs_recheck": cause.needs_recheck,
            "named": cause.named,
        }
        for event_id, cause in touched.items()
    ]
    await put(tx, tables.causes, rows)
    due = tx.now() if row.computed_at is None else max(tx.now(), row.computed_at + PAUSE)
    await tx.enqueue("recompute", key=f"{review_id}/{theory_id}", payload=key, not_before=due)


async def mark_of(tx: Tx, review_id: str, theory_id: str) -> TheoryMark:
    """How far a theory is; nowhere if nothing ever touched it."""
    here = (tables.marks.c.review_id == review_id) & (tables.marks.c.theory_id == theory_id)
    row = await first_of(tx, select(tables.marks).where(here))
    return (
        NOWHERE if row is None else TheoryMark(row["marked"], row["computed"], row["computed_at"])
    )


async def causes_up_to(tx: Tx, review_id: str, theory_id: str, mark: int) -> dict[str, Cause]:
    """Events that touched the theory up to a mark, in the order in which they did."""
    query = select(tables.causes).where(*_causes(review_id, theory_id, mark))
    rows = await all_of(tx, query.order_by(tables.causes.c.mark, tables.causes.c.event_id))
    return {row["event_id"]: _cause(row) for row in rows}


def _cause(row: Mapping[str, Any]) -> Cause:
    named = row["fragments"]
    fragments = None if named is None else frozenset(named)
    return Cause(fragments, bool(row["needs_recheck"]), row["named"])


def _causes(review_id: str, theory_id: str, mark: int) -> tuple[Any, ...]:
    table = tables.causes
    return (
        table.c.review_id == review_id,
        table.c.theory_id == theory_id,
        table.c.mark <= mark,
    )


async def computed(tx: Tx, review_id: str, theory_id: str, upto: int, started: datetime) -> None:
    """The theory is computed up to a mark, from inputs read at `started`; its causes are spent.

    `marked` is left alone: an event may be raising it at this moment.
    """
    table = tables.marks
    here = (table.c.review_id == review_id) & (table.c.theory_id == theory_id)
    since = pause_from(started, tx.now())
    await tx.execute(
        update(table).where(here).values(computed=upto, computed_at=since, algorithm=ALGORITHM)
    )
    await tx.execute(delete(tables.causes).where(*_causes(review_id, theory_id, upto)))


async def mark_outdated(tx: Tx) -> int:
    """Mark every theory that another version of the algorithm computed; returns how many."""
    table = tables.marks
    query = select(table.c.review_id, table.c.theory_id).where(table.c.algorithm != ALGORITHM)
    rows = (await tx.execute(query.order_by(table.c.review_id, table.c.theory_id))).all()
    for row in rows:
        await mark(tx, row.review_id, row.theory_id, {})
    return len(rows)
