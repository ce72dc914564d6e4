"""`column IN (many values)` as one parameter, on either database.

Thousands of bound parameters cost more to compile than the look-up itself.
"""

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, func, select


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
