"""Rows as lines of JSON, the same for SQLite and PostgreSQL; a table's content as one figure."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Boolean, Column, LargeBinary, MetaData, Table
from sqlalchemy.types import NullType, TypeEngine

from shared.db import JsonB, UtcDateTime

Kind = Literal["plain", "flag", "json", "moment", "bytes"]
_MODULUS = 1 << 256
_TYPES: dict[Kind, Any] = {
    "plain": NullType(), "flag": Boolean(), "json": JsonB, "moment": UtcDateTime(),
    "bytes": LargeBinary(),
}  # fmt: skip


@dataclass(slots=True)
class Content:
    """How many rows there are, and the sum of their SHA-256 modulo 2²⁵⁶: the order is no matter."""

    rows: int = 0
    total: int = field(default=0, repr=False)

    def add(self, lines: Sequence[bytes]) -> None:
        """Take these rows in."""
        self.rows += len(lines)
        for line in lines:
            self.total = (self.total + int.from_bytes(sha256(line).digest())) % _MODULUS

    @property
    def figure(self) -> str:
        """The sum in hexadecimal digits."""
        return f"{self.total:064x}"


def kind_of(column: Column[Any]) -> Kind:
    """How the column's values are written down."""
    if type(column.type) is type(JsonB):
        return "json"
    if isinstance(column.type, Boolean):
        return "flag"
    if isinstance(column.type, UtcDateTime):
        return "moment"
    return "bytes" if isinstance(column.type, LargeBinary) else "plain"


def plain_table(name: str, columns: Sequence[tuple[str, Kind]]) -> Table:
    """A table of which no more is known than how its values are written down."""
    return Table(name, MetaData(), *(Column(column, type_of(kind)) for column, kind in columns))


def type_of(kind: Kind) -> TypeEngine[Any]:
    """The type by which values of this kind are read and written."""
    found: TypeEngine[Any] = _TYPES[kind]
    return found


def line_of(values: Sequence[Any], kinds: Sequence[Kind]) -> bytes:
    """A row as one line of JSON, always in the same form."""
    told = [_told(value, kind) for value, kind in zip(values, kinds, strict=True)]
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def row_of(line: bytes, columns: Sequence[tuple[str, Kind]]) -> dict[str, Any]:
    """The row that a line tells, by column."""
    values = json.loads(line)
    return {name: _meant(value, kind) for value, (name, kind) in zip(values, columns, strict=True)}


def _told(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    match kind:
        case "bytes":
            return base64.b64encode(value).decode()
        case "moment":
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            return value


def _meant(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    match kind:
        case "bytes":
            return base64.b64decode(value)
        case "moment":
            return datetime.fromisoformat(value)
        case _:
            return value
