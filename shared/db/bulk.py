"""Many rows in one statement whose text never changes.

On PostgreSQL the values travel as one array per column (`unnest`), so that the
server parses and plans the statement once, whatever the number of rows;
measured, a VALUES list of changing length costs three times as much.
SQLite takes the rows one after the other through the driver's `executemany`: what SQLAlchemy
does for every row of a statement of its own costs three times what SQLite does.
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
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from shared.db.among import among
from shared.db.types import JsonB, UtcDateTime, sqlite_moment, to_json

_TYPES: tuple[tuple[type, str, Any], ...] = (
    (BigInteger, "bigint", BigInteger()),
    (Integer, "integer", Integer()),
    (Boolean, "boolean", Boolean()),
    (Float, "double precision", Float()),
    (LargeBinary, "bytea", LargeBinary()),
    (UtcDateTime, "timestamptz", TIMESTAMP(timezone=True)),
    (Text, "text", Text()),
)


async def insert_rows(
    session: Any, table: Table, rows: Sequence[Mapping[str, Any]], tail: str = ""
) -> int:
    """Insert rows that all have the same keys; `tail` is such as ON CONFLICT DO NOTHING.

    Returns how many rows were stored.
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    turned = columns_of(session.dialect, table, names, rows)
    if session.dialect == "postgresql":
        done = await session.execute(unnesting(table, names, tail), turned)
        return int(done.rowcount)
    stored: int = await session.execute_many(
        _inserting(table, names, tail), list(zip(*turned.values(), strict=True))
    )
    return stored


async def bulk_insert_new(
    session: Any, table: Table, rows: Sequence[Mapping[str, Any]], keys: tuple[str, ...]
) -> set[tuple[Any, ...]]:
    """Insert rows, skipping twins; returns the values of `keys` of those that are new.

    `keys` are the columns of a unique key, the first of which hardly ever repeats.
    """
    if session.dialect == "postgresql":
        names = tuple(rows[0])
        stmt = unnesting(table, names, f" ON CONFLICT DO NOTHING RETURNING {', '.join(keys)}")
        found = await session.execute(stmt, columns_of(session.dialect, table, names, rows))
        return {tuple(row) for row in found}
    first = table.c[keys[0]]
    known = select(*(table.c[k] for k in keys)).where(
        is_one_of(session.dialect, first, [row[first.name] for row in rows])
    )
    there = {tuple(row) for row in await session.execute(known)}
    new = {tuple(row[k] for k in keys): row for row in rows}
    fresh = [row for key, row in new.items() if key not in there]
    await insert_rows(session, table, fresh, " ON CONFLICT DO NOTHING")
    return new.keys() - there


@cache
def _inserting(table: Table, names: tuple[str, ...], tail: str) -> str:
    """The same for SQLite's driver, which takes the rows one after the other."""
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({marks}){tail}"  # noqa: S608


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
    dialect: str, table: Table, names: Iterable[str], rows: Sequence[Mapping[str, Any]]
) -> dict[str, list[Any]]:
    """The rows turned on their side: a list of values per column, as the driver takes them."""
    turned: dict[str, list[Any]] = {}
    for name in names:
        values = [row[name] for row in rows]
        if _is_json(table.c[name]):
            values = [None if v is None else to_json(v) for v in values]
        elif dialect == "sqlite" and isinstance(table.c[name].type, UtcDateTime):
            written = {v: None if v is None else sqlite_moment(v) for v in set(values)}
            values = [written[v] for v in values]
        turned[name] = values
    return turned


def is_one_of(dialect: str, column: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """`column IN values`, as one parameter."""
    if dialect != "postgresql":
        return among(dialect, column, values)
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


__all__ = ["bulk_insert_new", "columns_of", "insert_rows", "is_one_of", "unnesting"]
