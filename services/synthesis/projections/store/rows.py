"""Reading and writing rows: the newest state of a subject wins, repeats change nothing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Executable, Table, select

from shared.db import Tx, chunks, upsert

Row = Mapping[str, Any]
CHUNK = 500


async def all_of(tx: Tx, query: Executable) -> list[dict[str, Any]]:
    """Every row of a query, as plain dictionaries."""
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def first_of(tx: Tx, query: Executable) -> dict[str, Any] | None:
    """The first row of a query, or None."""
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else dict(row)


async def among(
    tx: Tx, table: Table, review_id: str, column: Column[Any], values: Collection[str]
) -> list[dict[str, Any]]:
    """Rows of a review in which `column` is one of `values`, fetched in pieces."""
    found: list[dict[str, Any]] = []
    for some in chunks(sorted(values), CHUNK):
        here = (table.c.review_id == review_id) & column.in_(some)
        found += await all_of(tx, select(table).where(here))
    return found


def newest_of(rows: Sequence[Row], keys: Sequence[str]) -> list[Row]:
    """Of rows with the same key, the one with the highest `subject_version`."""
    newest: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key not in newest or row["subject_version"] > newest[key]["subject_version"]:
            newest[key] = row
    return list(newest.values())


async def keep_newest(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Store rows that carry a `subject_version`, unless a newer one is there."""
    keys = [column.name for column in table.primary_key]
    newer = upsert(tx.dialect, table).excluded.subject_version > table.c.subject_version
    await _store(tx, table, newest_of(rows, keys), where=newer)


async def put(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Store rows over whatever has their keys."""
    await _store(tx, table, rows, where=None)


async def _store(tx: Tx, table: Table, rows: Sequence[Row], *, where: Any) -> None:
    keys = [column.name for column in table.primary_key]
    statement = upsert(tx.dialect, table)
    rest = {c.name: statement.excluded[c.name] for c in table.c if c.name not in keys}
    if rest:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=rest, where=where)
    else:
        statement = statement.on_conflict_do_nothing()
    for some in chunks(rows, CHUNK):
        await tx.execute(statement, [dict(row) for row in some])
