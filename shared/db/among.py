"""`column IN (many values)` as one parameter, on either database.

Thousands of bound parameters cost more to compile than the look-up itself.
"""

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, func, select, type_coerce


def among(dialect: str, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Whether `column` (text or number) is one of `values`."""
    listed = list(values)
    if dialect == "sqlite":
        written = bindparam(None, orjson.dumps(listed).decode(), type_=Text)
        each = func.json_each(written).table_valued("value")
        found: ColumnElement[bool] = column.in_(select(each.c.value))
        return found
    equal: ColumnElement[bool] = column == any_(bindparam(None, listed, type_=ARRAY(column.type)))
    return equal


def together(
    dialect: str, rows: Sequence[tuple[Any, ...]], types: Sequence[Any]
) -> list[ColumnElement[Any]]:
    """The columns of a table made of `rows`, which is one parameter (or one a column)."""
    if dialect == "sqlite":
        written = bindparam(None, orjson.dumps(rows).decode(), type_=Text)
        each = func.json_each(written).table_valued("value")
        return [
            type_coerce(func.json_extract(each.c.value, f"$[{index}]"), kind)
            for index, kind in enumerate(types)
        ]
    columns = zip(*rows, strict=True)
    lists = [
        bindparam(None, list(column), type_=ARRAY(kind))
        for column, kind in zip(columns, types, strict=True)
    ]
    names = [f"c{index}" for index in range(len(types))]
    table = func.unnest(*lists).table_valued(*names).render_derived()
    return [table.c[name] for name in names]
