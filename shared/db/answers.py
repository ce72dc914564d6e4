"""What a statement answered, as plain rows."""

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]


def rows(result: Any) -> list[Row]:
    """All rows by column name."""
    return list(result.mappings())


def first(result: Any) -> Row | None:
    """The first row, or None."""
    found: Row | None = result.mappings().first()
    return found


def tuples(result: Any) -> list[tuple[Any, ...]]:
    """All rows as tuples."""
    return [tuple(row) for row in result]
