"""Many rows in one statement whose text never changes.

On PostgreSQL the values travel as one array per column (`unnest`), so that the
server parses and plans the statement once, whatever the number of rows;
measured, a VALUES list of changing length costs three times as much.
SQLite takes the rows one after the other through `executemany`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    Integer,
    LargeBinary,
    Table,
    Text,
    any_,
    bindparam,
    insert,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from shared.db.types import JsonB, UtcDateTime, insert_ignoring_twins, to_json

_TYPES: tuple[tuple[type, str, Any], ...] = (
    (BigInteger, "bigint", BigInteger()),
    (Integer, "integer", Integer()),
    (Boolean, "boolean", Boolean()),
    (Float, "double precision", Float()),
    (LargeBinary, "bytea", LargeBinary()),
    (UtcDateTime, "timestamptz", TIMESTAMP(timezone=True)),
    (Text, "text", Text()),
)


async def bulk_insert(
    session: Any, table: Table, rows: Sequence[Mapping[str, Any]], *, ignore_twins: bool = False
) -> None:
    """Insert rows that all have the same keys; with `ignore_twins` known keys are skipped."""
    if not rows:
        return
    if session.dialect != "postgresql":
        make = insert_ignoring_twins(session.dialect, table) if ignore_twins else insert(table)
        await session.execute(make, list(rows))
        return
    names = tuple(rows[0])
    tail = " ON CONFLICT DO NOTHING" if ignore_twins else ""
    await session.execute(unnesting(table, names, tail), columns_of(table, names, rows))


async def bulk_insert_new(
    session: Any, table: Table, rows: Sequence[Mapping[str, Any]], keys: tuple[str, ...]
) -> set[tuple[Any, ...]]:
    """Insert rows, skipping twins; returns the values of `keys` of those that are new."""
    if session.dialect == "postgresql":
        names = tuple(rows[0])
        stmt = unnesting(table, names, f" ON CONFLICT DO NOTHING RETURNING {', '.join(keys)}")
        found = await session.execute(stmt, columns_of(table, names, rows))
    else:
        stmt = insert_ignoring_twins(session.dialect, table)
        found = await session.execute(stmt.returning(*(table.c[k] for k in keys)), list(rows))
    return {tuple(row) for row in found}


@cache
def unnesting(table: Table, names: tuple[str, ...], tail: str) -> Any:
    """`INSERT ... SELECT FROM unnest(one array per column)`, with a tail such as RETURNING."""
    arrays, picks = [], []
    for name in names:
        sql, _ = _type_of(table.c[name])
        arrays.append(f"CAST(:{name} AS {sql}[])")
        picks.append(f'"{name}"::jsonb' if _is_json(table.c[name]) else f'"{name}"')
    columns = ", ".join(f'"{name}"' for name in names)
    statement = (
        f"INSERT INTO {table.name} ({columns}) SELECT {', '.join(picks)} "  # noqa: S608
        f"FROM unnest({', '.join(arrays)}) AS given({columns}){tail}"
    )
    binds = [bindparam(name, type_=ARRAY(_type_of(table.c[name])[1])) for name in names]
    return text(statement).bindparams(*binds)


def columns_of(
    table: Table, names: Iterable[str], rows: Sequence[Mapping[str, Any]]
) -> dict[str, list[Any]]:
    """The rows turned on their side: a list of values per column."""
    turned: dict[str, list[Any]] = {}
    for name in names:
        values = [row[name] for row in rows]
        if _is_json(table.c[name]):
            values = [None if v is None else to_json(v) for v in values]
        turned[name] = values
    return turned


def is_one_of(dialect: str, column: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """`column IN values`, as one array parameter where the database can."""
    if dialect != "postgresql":
        return column.in_(values)
    array = bindparam(None, list(values), type_=ARRAY(_type_of(column)[1]))
    return column == any_(array)


def _type_of(column: Column[Any]) -> tuple[str, Any]:
    if _is_json(column):
        return "text", Text()
    for kind, sql, item in _TYPES:
        if isinstance(column.type, kind):
            return sql, item
    raise TypeError(f"{column} has a type that bulk statements do not know")


def _is_json(column: Column[Any]) -> bool:
    return type(column.type) is type(JsonB)


__all__ = ["bulk_insert", "bulk_insert_new", "columns_of", "is_one_of", "unnesting"]
