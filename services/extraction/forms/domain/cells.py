"""Answers as cells of a table, and back: one row per document and person."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.extraction.forms.domain.fields import Field, is_blank

SEPARATOR = "; "


def cell_of(one: Field, value: Any) -> Any:
    """An answer as a cell: several choices parted by semicolons, a table as JSON."""
    if is_blank(value):
        return ""
    if one.kind == "multi_choice":
        return SEPARATOR.join(value)
    return json.dumps(value, ensure_ascii=False) if one.kind == "table" else value


def value_of(one: Field, cell: Any) -> Any:
    """A cell as an answer; one that does not fit stays as it is, to be refused by name."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if not isinstance(cell, str):
        return _from_spreadsheet(one, cell)
    return _from_text(one, cell.strip())


def _from_text(one: Field, cell: str) -> Any:
    if one.kind == "multi_choice":
        return [part.strip() for part in cell.split(";") if part.strip()]
    try:
        if one.kind == "number":
            number = float(cell)
            return int(number) if number.is_integer() else number
        return json.loads(cell) if one.kind == "table" else cell
    except (ValueError, OverflowError, RecursionError):
        return cell


def _from_spreadsheet(one: Field, cell: Any) -> Any:
    """A cell that a spreadsheet keeps as a number or a moment."""
    if one.kind == "date" and hasattr(cell, "isoformat"):
        return cell.isoformat()[:10]
    if one.kind in ("text", "choice"):
        return f"{cell:g}" if isinstance(cell, float) else str(cell)
    return cell


def header(fields: Sequence[Field]) -> list[str]:
    """The first row: what a row is about, then the labels of the fields."""
    return ["document", "person", "state", *(one.label for one in fields)]


def columns_of(fields: Sequence[Field], first: Sequence[Any]) -> tuple[dict[str, int], list[str]]:
    """Where each field (and `document`, `person`) stands in a table, by label or id; and the
    columns that are nobody's.
    """
    known = {one.label.strip().casefold(): one.id for one in fields}
    known |= {one.id.casefold(): one.id for one in fields}
    known |= {"document": "document", "person": "person", "state": "state"}
    found: dict[str, int] = {}
    strange = []
    for n, cell in enumerate(first):
        name = str(cell or "").strip()
        if name.casefold() in known:
            found.setdefault(known[name.casefold()], n)
        elif name:
            strange.append(name)
    return found, strange


def answers_of(
    fields: Sequence[Field], row: Sequence[Any], columns: Mapping[str, int]
) -> dict[str, Any]:
    """The answers of a row."""
    said = {
        one.id: value_of(one, row[columns[one.id]])
        for one in fields
        if one.id in columns and columns[one.id] < len(row)
    }
    return {name: value for name, value in said.items() if value is not None}
