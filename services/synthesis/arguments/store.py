"""Arguments with their versions, and their evidence with its revisions."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from services.synthesis.arguments.domain import HELD, argument_of
from services.synthesis.engine.values import Argument
from services.synthesis.projections.store import tables
from shared.db import Tx
from shared.db.rows import Row, all_of, first_of, put, rows_among
from shared.decoding import convert
from shared.events.synthesis import ArgumentState


async def one(tx: Tx, review_id: str, argument_id: str) -> dict[str, Any] | None:
    """An argument's row (`version`, `status`, `state`, `event_id`), or None."""
    table = tables.arguments
    here = (table.c.review_id == review_id) & (table.c.argument_id == argument_id)
    return await first_of(tx, select(table).where(here))


async def every(tx: Tx, review_id: str, theory_id: str | None = None) -> list[dict[str, Any]]:
    """The arguments of a review, or of one theory, sorted by (theory, id)."""
    table = tables.arguments
    query = select(table).where(table.c.review_id == review_id)
    if theory_id is not None:
        query = query.where(table.c.theory_id == theory_id)
    rows = await all_of(tx, query)
    return sorted(rows, key=lambda row: (row["theory_id"], row["argument_id"]))


async def keep(tx: Tx, row: Row, past: Row) -> None:
    """Store an argument at a new version, and the version in its history."""
    await put(tx, tables.arguments, [row])
    await put(tx, tables.argument_history, [past])


async def history(tx: Tx, review_id: str, argument_id: str) -> list[dict[str, Any]]:
    """Every version of an argument, oldest first."""
    table = tables.argument_history
    here = (table.c.review_id == review_id) & (table.c.argument_id == argument_id)
    return await all_of(tx, select(table).where(here).order_by(table.c.version))


def state_of(row: Row) -> ArgumentState:
    """The state that a row of an argument or of its history holds."""
    return convert(row["state"], ArgumentState)


async def held_arguments(tx: Tx, review_id: str, theories: Collection[str]) -> tuple[Argument, ...]:
    """What the engine reads: the current versions of arguments that are held, by id."""
    rows = await rows_among(tx, tables.arguments, review_id, tables.arguments.c.theory_id, theories)
    held = [row for row in rows if row["status"] == HELD]
    return tuple(
        argument_of(state_of(row)) for row in sorted(held, key=lambda row: str(row["argument_id"]))
    )


async def evidence(
    tx: Tx, review_id: str, theory_id: str | None = None
) -> dict[str, dict[str, Any]]:
    """The newest evidence of arguments of a review, or of one theory, by argument."""
    table = tables.argument_evidence
    query = select(table).where(table.c.review_id == review_id)
    if theory_id is not None:
        query = query.where(table.c.theory_id == theory_id)
    return {row["argument_id"]: row for row in await all_of(tx, query)}


async def keep_evidence(tx: Tx, rows: Sequence[Row], revisions: Sequence[Row]) -> None:
    """Store evidence and its new revisions."""
    await put(tx, tables.argument_evidence, rows)
    await put(tx, tables.argument_revisions, revisions)


async def revisions(tx: Tx, review_id: str, argument_id: str) -> list[dict[str, Any]]:
    """Every revision of an argument's evidence, oldest first."""
    table = tables.argument_revisions
    here = (table.c.review_id == review_id) & (table.c.argument_id == argument_id)
    return await all_of(tx, select(table).where(here).order_by(table.c.revision))
