"""Rows as plain dictionaries: read, looked up by many keys, and written over what is there."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, Executable, Table, select

from shared.db import Tx, chunks
from shared.db.among import among
from shared.db.bulk import insert_rows
from shared.decoding import convert

T = TypeVar("T")
Row = Mapping[str, Any]
CHUNK = 500


def plain(value: Any) -> Any:
    """A state as JSON can hold it."""
    return msgspec.to_builtins(value)


def state(value: Any, kind: type[T]) -> T:
    """A state as it was before `plain`."""
    return convert(value, kind)


async def all_of(tx: Tx, query: Executable) -> list[dict[str, Any]]:
    """Every row of a query, as plain dictionaries."""
    result = await tx.execute(query)
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.all()]


async def first_of(tx: Tx, query: Executable) -> dict[str, Any] | None:
    """The first row of a query, or None."""
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else dict(row)


async def tuples_of(tx: Tx, query: Executable) -> list[tuple[Any, ...]]:
    """Every row of a query, as a tuple of its columns."""
    return [tuple(row) for row in (await tx.execute(query)).all()]


async def rows_among(
    tx: Tx, table: Table, review_id: str, column: Column[Any], values: Collection[Any]
) -> list[dict[str, Any]]:
    """Rows of a review in which `column` is one of `values`; one statement, however many."""
    if not values:
        return []
    here = (table.c.review_id == review_id) & among(tx.dialect, column, values)
    return await all_of(tx, select(table).where(here))


async def put(
    tx: Tx,
    table: Table,
    rows: Sequence[Row],
    *,
    newer: str | None = None,
    kept: Collection[str] = (),
) -> int:
    """Store rows, all with the same columns, over whatever has their keys.

    No two of them share a key. `newer` names a column that must be greater than what is there,
    or the row changes nothing; `kept` are columns that stay as they are in rows that are there.
    Returns how many rows were stored.
    """
    return sum(
        [
            await insert_rows(tx, table, some, _over(table, tuple(some[0]), newer, kept))
            for some in chunks(rows, CHUNK)
        ]
    )


def _over(table: Table, names: Sequence[str], newer: str | None, kept: Collection[str]) -> str:
    """The `ON CONFLICT` of an upsert that stores `names`."""
    keys = [column.name for column in table.primary_key]
    rest = ", ".join(
        f'"{name}" = excluded."{name}"' for name in names if name not in (*keys, *kept)
    )
    if not rest:
        return " ON CONFLICT DO NOTHING"
    tail = f" WHERE excluded.{newer} > {table.name}.{newer}" if newer else ""
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {rest}{tail}"
