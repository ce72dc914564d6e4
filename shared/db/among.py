"""`column IN (many values)` as one parameter, on either database.

Thousands of bound parameters cost more to compile than the look-up itself.

On SQLite the values travel as one JSON text. A list is an element of its own because a
selection from a table-valued function takes SQLAlchemy longer to put together than SQLite to run.
"""

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BinaryExpression,
    ColumnElement,
    Text,
    any_,
    bindparam,
    func,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import Boolean

_BOOLEAN, _TEXT = Boolean(), Text()


class _Listed(ColumnElement[Any]):
    """The elements of a JSON text, as what follows `IN` on SQLite."""

    __visit_name__ = "listed"
    _traverse_internals = [("written", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, values: Collection[Any]) -> None:
        self.written = bindparam(None, orjson.dumps(list(values)).decode(), type_=_TEXT)

    def self_group(self, against: Any = None) -> "_Listed":
        """Has its parentheses."""
        return self


@compiles(_Listed)
def _write_listed(element: _Listed, compiler: Any, **more: Any) -> str:
    written = compiler.process(element.written, **more)
    return f"(SELECT value FROM json_each({written}))"  # noqa: S608


def among(dialect: str, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Whether `column` (text or number) is one of `values`."""
    if dialect == "sqlite":
        return BinaryExpression(
            column, _Listed(values), operators.in_op, _BOOLEAN, negate=operators.not_in_op
        )
    listed = bindparam(None, list(values), type_=ARRAY(column.type))
    equal: ColumnElement[bool] = column == any_(listed)
    return equal


def together(
    dialect: str, rows: Sequence[tuple[Any, ...]], types: Sequence[Any]
) -> list[ColumnElement[Any]]:
    """The columns of a table made of `rows`, which is one parameter (or one a column)."""
    if dialect == "sqlite":
        written = bindparam(None, orjson.dumps(rows).decode(), type_=_TEXT)
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
