"""Writing rows: the newest state of a subject wins, and repeats change nothing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Executable, Table, delete

from shared.db import Tx, chunks, upsert
from shared.db.bulk import columns_of, unnesting

T = TypeVar("T")
Row = Mapping[str, Any]
CHUNK = 500


def plain(value: Any) -> Any:
    """A state as JSON can hold it."""
    return msgspec.to_builtins(value)


def state(value: Any, kind: type[T]) -> T:
    """A state as it was before `plain`."""
    return msgspec.convert(value, kind)


async def all_of(tx: Tx, query: Executable) -> list[dict[str, Any]]:
    """Every row of a query, as plain dictionaries."""
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def first_of(tx: Tx, query: Executable) -> dict[str, Any] | None:
    """The first row of a query, or None."""
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else dict(row)


async def keep_newest(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Store rows that carry a `subject_version`, unless a newer one is there.

    Order of arrival does not matter, nor do twins within one batch.
    """
    keys = [column.name for column in table.primary_key]
    newest: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key not in newest or row["subject_version"] > newest[key]["subject_version"]:
            newest[key] = row
    await _store(tx, table, list(newest.values()), only_newer=True)


async def put(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Store rows over whatever has their keys; no two of them share a key."""
    await _store(tx, table, rows)


async def replace_index(
    tx: Tx, table: Table, review_id: str, fragment_ids: Collection[str], rows: Sequence[Row]
) -> None:
    """Replace an index table's rows of these fragments by `rows`."""
    for some in chunks(sorted(fragment_ids), CHUNK):
        here = (table.c.review_id == review_id) & table.c.fragment_id.in_(some)
        await tx.execute(delete(table).where(here))
    await _store(tx, table, rows)


async def _store(tx: Tx, table: Table, rows: Sequence[Row], *, only_newer: bool = False) -> None:
    """Upsert: on PostgreSQL one statement of constant text, on SQLite one after the other."""
    for some in chunks(rows, CHUNK):
        if tx.dialect == "postgresql":
            names = tuple(some[0])
            statement = unnesting(table, names, _over(table, names, only_newer=only_newer))
            await tx.execute(statement, columns_of(table, names, some))
        else:
            upserting = _upserting(tx.dialect, table, only_newer=only_newer)
            await tx.execute(upserting, [dict(row) for row in some])


def _over(table: Table, names: Sequence[str], *, only_newer: bool) -> str:
    """The `ON CONFLICT` of an upsert that stores `names`."""
    keys = [column.name for column in table.primary_key]
    rest = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    if not rest:
        return " ON CONFLICT DO NOTHING"
    newer = f"excluded.subject_version > {table.name}.subject_version"
    tail = f" WHERE {newer}" if only_newer else ""
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {rest}{tail}"


def _upserting(dialect: str, table: Table, *, only_newer: bool) -> Any:
    keys = [column.name for column in table.primary_key]
    statement = upsert(dialect, table)
    rest = {c.name: statement.excluded[c.name] for c in table.c if c.name not in keys}
    if not rest:
        return statement.on_conflict_do_nothing()
    newer = statement.excluded.subject_version > table.c.subject_version if only_newer else None
    return statement.on_conflict_do_update(index_elements=keys, set_=rest, where=newer)
