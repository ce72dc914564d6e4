"""Codes as objects, what was done to the codebook, and how often codes are used."""

from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, func, select

from services.extraction.rounds.store import visible
from services.extraction.tables import codes, fragment_codes, fragments, metadata
from shared.db import JsonB, Tx, UtcDateTime
from shared.db.rows import Row, all_of, first_of, plain, put, rows_among
from shared.events.extraction import CodeDefinition

codebook_acts = Table(
    "codebook_acts",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("code_id", Text),
    Column("before", JsonB, nullable=False),
    Column("undone_by", Integer),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
    Index(None, "review_id", "code_id"),
)
code_confirmations = Table(
    "code_confirmations",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("code_id", Text, primary_key=True),
    Column("fragment_id", Text, primary_key=True),
    Column("meaning", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
)


async def code_row(tx: Tx, review_id: str, code_id: str) -> dict[str, Any] | None:
    """One code's row."""
    here = (codes.c.review_id == review_id) & (codes.c.code_id == code_id)
    return await first_of(tx, select(codes).where(here))


async def keep_code(tx: Tx, review_id: str, code: CodeDefinition, **more: Any) -> None:
    """Store a code over an earlier state of it."""
    row = {"review_id": review_id, **plain(code), **more, "updated_at": tx.now()}
    await put(tx, codes, [row])


async def fragments_with(tx: Tx, review_id: str, role: str, code_id: str) -> list[str]:
    """Ids of the fragments (also withdrawn ones) that are coded with a code, sorted."""
    table = fragment_codes
    here = (table.c.review_id == review_id) & (table.c.role == role) & (table.c.code_id == code_id)
    query = select(table.c.fragment_id).where(here).order_by(table.c.fragment_id)
    return list((await tx.execute(query)).scalars())


async def roles_of(tx: Tx, review_id: str, code_id: str) -> list[str]:
    """Roles in which a code is coded, sorted."""
    table = fragment_codes
    here = (table.c.review_id == review_id) & (table.c.code_id == code_id)
    query = select(table.c.role).where(here).distinct().order_by(table.c.role)
    return list((await tx.execute(query)).scalars())


async def code_uses(tx: Tx, review_id: str) -> dict[tuple[str, str], int]:
    """In how many active fragments that whoever acts sees each `(role, code)` is coded. Those that
    do not count are few and subtracted.
    """
    table = fragment_codes
    by = (table.c.role, table.c.code_id)
    every = select(*by, func.count().label("number")).where(table.c.review_id == review_id)
    every = every.group_by(*by)
    is_left_out = (fragments.c.status != "active") | ~visible(tx.actor)
    left_out = select(fragments.c.fragment_id).where(fragments.c.review_id == review_id)
    less = every.where(table.c.fragment_id.in_(left_out.where(is_left_out)))
    found = {(row.role, row.code_id): int(row.number) for row in await tx.execute(every)}
    for row in await tx.execute(less):
        found[row.role, row.code_id] -= int(row.number)
    return {key: number for key, number in found.items() if number}


async def used_codes(tx: Tx, review_id: str) -> dict[tuple[str, str], set[str]]:
    """Ids of the active fragments of each `(role, code)` that whoever acts sees."""
    table = fragment_codes
    same = (fragments.c.review_id == table.c.review_id) & (
        fragments.c.fragment_id == table.c.fragment_id
    )
    query = (
        select(table.c.role, table.c.code_id, table.c.fragment_id)
        .join(fragments, same)
        .where(table.c.review_id == review_id, fragments.c.status == "active")
        .where(visible(tx.actor))
    )
    found: dict[tuple[str, str], set[str]] = {}
    for row in await tx.execute(query):
        found.setdefault((row.role, row.code_id), set()).add(row.fragment_id)
    return found


async def confirmations_of(tx: Tx, review_id: str, code_id: str) -> dict[str, int]:
    """At which meaning people confirmed fragments of a code, by fragment."""
    table = code_confirmations
    here = (table.c.review_id == review_id) & (table.c.code_id == code_id)
    rows = await all_of(tx, select(table).where(here))
    return {row["fragment_id"]: int(row["meaning"]) for row in rows}


async def keep_confirmations(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """Store that fragments fit the present meaning of a code."""
    await put(tx, code_confirmations, rows)


async def next_act(tx: Tx, review_id: str) -> int:
    """The number of the next act of a review."""
    query = select(func.max(codebook_acts.c.number)).where(codebook_acts.c.review_id == review_id)
    return int((await tx.execute(query)).scalar_one() or 0) + 1


async def keep_act(tx: Tx, row: Row) -> None:
    """Store what was done to the codebook."""
    await put(tx, codebook_acts, [row])


async def acts_of(
    tx: Tx, review_id: str, *, before: int, limit: int, code_id: str | None = None
) -> list[dict[str, Any]]:
    """Acts, newest first, from below a number."""
    table = codebook_acts
    query = select(table).where(table.c.review_id == review_id, table.c.number < before)
    if code_id is not None:
        query = query.where(table.c.code_id == code_id)
    return await all_of(tx, query.order_by(table.c.number.desc()).limit(limit))


async def act_of(tx: Tx, review_id: str, number: int) -> dict[str, Any] | None:
    """One act."""
    rows = await rows_among(tx, codebook_acts, review_id, codebook_acts.c.number, [number])
    return rows[0] if rows else None
