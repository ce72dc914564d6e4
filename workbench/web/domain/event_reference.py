"""The AsyncAPI document as people read it: events by service, each with its fields in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """A field of an event: its name, what it holds in words, whether it is always there."""

    name: str
    holds: str
    always: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One version of an event."""

    name: str
    title: str
    summary: str
    fields: tuple[FieldLine, ...]


def by_service(document: Mapping[str, Any]) -> dict[str, list[EventLine]]:
    """The events of each service by name, newest version first."""
    schemas = document["components"]["schemas"]
    found: dict[str, list[EventLine]] = {}
    for key, message in document["components"]["messages"].items():
        line = EventLine(
            name=message["name"],
            title=message["title"],
            summary=message["summary"],
            fields=tuple(_fields(message["payload"], schemas)),
        )
        found.setdefault(key.split(".", 1)[0], []).append(line)
    return {
        service: sorted(lines, key=lambda line: _order(line.name))
        for service, lines in found.items()
    }


def _order(name: str) -> tuple[str, int]:
    bare, _, version = name.rpartition(".v")
    return bare, -int(version)


def _fields(payload: Schema, schemas: Mapping[str, Schema]) -> Iterator[FieldLine]:
    schema = _followed(payload, schemas)
    required = set(schema.get("required", ()))
    for name, held in schema.get("properties", {}).items():
        yield FieldLine(name=name, holds=holds(held, schemas), always=name in required)


def _followed(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """A schema, or the one that it refers to."""
    return schemas[schema["$ref"].removeprefix(REF)] if "$ref" in schema else schema


def holds(schema: Schema, schemas: Mapping[str, Schema]) -> str:
    """What a value is, in words: `text`, `list of record state`, `number or nothing`."""
    if "$ref" in schema:
        return _spaced(schema["$ref"].removeprefix(REF))
    for either in ("anyOf", "oneOf"):
        if either in schema:
            return " or ".join(dict.fromkeys(holds(one, schemas) for one in schema[either]))
    if "enum" in schema:
        return " or ".join(
            f"“{one}”" if isinstance(one, str) else str(one) for one in schema["enum"]
        )
    kind = schema.get("type")
    if kind == "array":
        inner = schema.get("items") or {}
        return f"list of {holds(inner, schemas)}" if inner else "list"
    words: dict[str, str] = {
        "string": schema.get("format", "text").replace("date-time", "moment"),
        "integer": "whole number",
        "number": "number",
        "boolean": "yes or no",
        "null": "nothing",
        "object": "object",
    }
    return words.get(str(kind), "anything")


def _spaced(name: str) -> str:
    """`RecordState` as `record state`."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
