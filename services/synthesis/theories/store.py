"""Programme theories, their history and notes, pins and thresholds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from services.synthesis.projections.store import tables
from shared.db import Tx
from shared.db.rows import Row, all_of, first_of, put


async def one(tx: Tx, review_id: str, theory_id: str) -> dict[str, Any] | None:
    """A theory's row (`version`, `state`), or None."""
    table = tables.theories
    here = (table.c.review_id == review_id) & (table.c.theory_id == theory_id)
    return await first_of(tx, select(table).where(here))


async def every(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The review's theories, those with a number first, in its order."""
    rows = await all_of(tx, select(tables.theories).where(tables.theories.c.review_id == review_id))
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[bool, int, str]:
    number = row["state"].get("number")
    return (number is None, number or 0, row["theory_id"])


async def keep(tx: Tx, row: Row, past: Row) -> None:
    """Store a theory at a new version, and the version in its history."""
    await put(tx, tables.theories, [row])
    await put(tx, tables.theory_history, [past])


async def history(tx: Tx, review_id: str, theory_id: str | None = None) -> list[dict[str, Any]]:
    """Every version of a theory (or of all), oldest first, each with why."""
    table = tables.theory_history
    query = select(table).where(table.c.review_id == review_id)
    if theory_id is not None:
        query = query.where(table.c.theory_id == theory_id)
    return await all_of(tx, query.order_by(table.c.theory_id, table.c.version))


async def pin_of(tx: Tx, review_id: str, theory_id: str) -> dict[str, Any] | None:
    """A theory's pin, or None; a pin taken away has no outcome."""
    table = tables.pins
    here = (table.c.review_id == review_id) & (table.c.theory_id == theory_id)
    return await first_of(tx, select(table).where(here))


async def pins(tx: Tx, review_id: str) -> dict[str, dict[str, Any]]:
    """Pins that stand, by theory."""
    rows = await all_of(tx, select(tables.pins).where(tables.pins.c.review_id == review_id))
    return {row["theory_id"]: row for row in rows if row["outcome"]}


async def keep_pin(tx: Tx, row: Row) -> None:
    """Store a pin."""
    await put(tx, tables.pins, [row])


async def stated_parameters(tx: Tx, review_id: str) -> dict[str, Any]:
    """The thresholds that people stated."""
    query = select(tables.parameters).where(tables.parameters.c.review_id == review_id)
    row = await first_of(tx, query)
    return dict(row["stated"]) if row else {}


async def keep_parameters(tx: Tx, review_id: str, stated: Mapping[str, Any]) -> None:
    """Store the thresholds that people stated."""
    await put(tx, tables.parameters, [{"review_id": review_id, "stated": dict(stated)}])


async def notes(tx: Tx, review_id: str, theory_id: str | None = None) -> list[dict[str, Any]]:
    """Notes on a theory (or on all): slots filled from theory, sketch, statements."""
    table = tables.theory_notes
    query = select(table).where(table.c.review_id == review_id)
    if theory_id is not None:
        query = query.where(table.c.theory_id == theory_id)
    return await all_of(tx, query.order_by(table.c.theory_id, table.c.kind, table.c.note_id))


async def keep_note(tx: Tx, row: Row) -> None:
    """Store a note over the one with its key."""
    await put(tx, tables.theory_notes, [row])


async def drop_note(tx: Tx, review_id: str, theory_id: str, kind: str, note_id: str) -> None:
    """Delete a note."""
    table = tables.theory_notes
    await tx.execute(
        delete(table).where(
            table.c.review_id == review_id,
            table.c.theory_id == theory_id,
            table.c.kind == kind,
            table.c.note_id == note_id,
        )
    )
