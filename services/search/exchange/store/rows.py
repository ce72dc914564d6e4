"""Rows of tables as JSON and back, by the types of their columns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer, Table

from shared.clock import in_utc
from shared.db import UtcDateTime
from shared.db.rows import Row
from shared.http.problems import Invalid
from shared.text import clean


def row_as_json(row: Row) -> dict[str, Any]:
    """A row without its review; moments as ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name != "review_id"
    }


def row_of_json(table: Table, review_id: str, said: Row, where: str) -> dict[str, Any]:
    """The row that JSON says; a column that is not said is empty, one not known here is left out.

    Raises `Invalid` for a key that is missing and for a value of another type; `where` names the
    row.
    """
    values = {c.name: _value(c, said, where) for c in table.columns if c.name != "review_id"}
    return {"review_id": review_id, **values}


def _value(column: Column[Any], said: Row, where: str) -> Any:
    name, given = column.name, said.get(column.name)
    if given is None:
        if column.primary_key:
            raise Invalid(f"{where}: '{name}' is missing; it is part of the key.", field=name)
        return None if column.nullable else _empty(column, where)
    if isinstance(column.type, JSON):
        return _cleaned(_shaped(column, given, where))
    if isinstance(column.type, UtcDateTime):
        return _moment(given, f"{where}: '{name}'")
    wanted = _type(column)
    if not isinstance(given, wanted) or (wanted is int and isinstance(given, bool)):
        raise Invalid(f"{where}: '{name}' must be a {_WORDS[wanted]}.", field=name)
    return clean(given) if isinstance(given, str) else given


LISTS = frozenset(
    (("strategy_runs", "lines"), ("cluster_lexicons", "words"), ("cluster_hits", "sources"))
)
OBJECTS = frozenset((("retraction_answers", "flags"),))
NUMBERS = frozenset((("cluster_relations", "score"),))
"""Columns of JSON that keep a list of texts, of objects, or a number; all others keep objects."""


def _shaped(column: Column[Any], given: Any, where: str) -> Any:
    """The value, if it has the shape that its readers count on."""
    here = (column.table.name, column.name)
    if here in LISTS:
        fits = isinstance(given, list) and all(isinstance(one, str) for one in given)
    elif here in OBJECTS:
        fits = isinstance(given, list) and all(isinstance(one, dict) for one in given)
    elif here in NUMBERS:
        fits = isinstance(given, int | float) and not isinstance(given, bool)
    else:
        fits = isinstance(given, dict)
    if fits:
        return given
    raise Invalid(f"{where}: '{column.name}' must be {_wanted(here)}.", field=column.name)


def _wanted(here: tuple[str, str]) -> str:
    if here in LISTS or here in OBJECTS:
        return f"a list of {'texts' if here in LISTS else 'objects'}"
    return "a number" if here in NUMBERS else "an object"


_WORDS: Mapping[type, str] = {str: "text", int: "whole number", bool: "true or false"}


def _type(column: Column[Any]) -> type:
    if isinstance(column.type, Boolean):
        return bool
    return int if isinstance(column.type, Integer) else str


def _empty(column: Column[Any], where: str) -> Any:
    if isinstance(column.type, UtcDateTime):
        raise Invalid(f"{where}: '{column.name}' is missing; say when.", field=column.name)
    if isinstance(column.type, JSON):
        here = (column.table.name, column.name)
        return [] if here in LISTS | OBJECTS else 0 if here in NUMBERS else {}
    return _type(column)()


def _moment(given: Any, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
        in_utc(moment)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(f"{where} must be a moment with its zone, as 2026-01-31T09:00:00+00:00.")
    return moment


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {clean(str(name)): _cleaned(one) for name, one in value.items()}
    return value
