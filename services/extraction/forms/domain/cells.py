"""Answers as cells of a table, and back: one row per document and person."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.extraction.forms.domain.fields import Field, is_blank

SEPARATOR = "; "
LABELS = ("document title", "person name")
"""Columns for people alone: what a document and a person are called. They bring nothing in."""
ABOUT = ("document", LABELS[0], "person", LABELS[1], "state", "note")
"""Columns that say what a row is about; no field's column is called so."""
ANSWER = "answers."


def cell_of(one: Field, value: Any) -> Any:
    """An answer as a cell: several choices parted by semicolons, a table, or choices that hold
    some, as JSON.
    """
    if is_blank(value):
        return ""
    if one.kind == "multi_choice" and not any(";" in choice for choice in value):
        return SEPARATOR.join(value)
    if one.kind == "multi_choice":
        return json.dumps(value, ensure_ascii=False)
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
        return _choices(cell)
    try:
        if one.kind == "number":
            number = float(cell)
            return int(number) if number.is_integer() else number
        return json.loads(cell) if one.kind == "table" else cell
    except (ValueError, OverflowError, RecursionError):
        return cell


def _choices(cell: str) -> list[Any]:
    if cell.startswith("["):
        try:
            return list(json.loads(cell))
        except (ValueError, RecursionError):
            pass
    return [part.strip() for part in cell.split(";") if part.strip()]


def _from_spreadsheet(one: Field, cell: Any) -> Any:
    """A cell that a spreadsheet keeps as a number or a moment."""
    if one.kind == "date" and hasattr(cell, "isoformat"):
        return cell.isoformat()[:10]
    if one.kind in ("text", "choice"):
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return cell


def header(fields: Sequence[Field]) -> list[str]:
    """The first row: what a row is about, then the names of the fields."""
    return [*ABOUT, *_names(fields)]


def _names(fields: Sequence[Field]) -> list[str]:
    """What each field's column is called: its label, with its id where others are called so."""
    labels = [_key(one.label) for one in fields]
    return [
        f"{one.label} ({one.id})" if labels.count(label) > 1 or label in ABOUT else one.label
        for one, label in zip(fields, labels, strict=True)
    ]


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def columns_of(fields: Sequence[Field], first: Sequence[Any]) -> tuple[dict[str, int], list[str]]:
    """Where each field (as `answers.` and its id), and what a row is about, stand in a table, by
    name, label or id; and the columns that are nobody's.
    """
    known = {name: name for name in ABOUT}
    for names in (_names(fields), [one.label for one in fields], [one.id for one in fields]):
        for one, name in zip(fields, names, strict=True):
            known.setdefault(_key(name), f"{ANSWER}{one.id}")
    found: dict[str, int] = {}
    strange = []
    for n, cell in enumerate(first):
        name = str(cell or "").strip()
        if known.get(_key(name)) not in (None, *found):
            found[known[_key(name)]] = n
        elif name:
            strange.append(name)
    return found, strange


def answers_of(
    fields: Sequence[Field], row: Sequence[Any], columns: Mapping[str, int]
) -> dict[str, Any]:
    """The answers of a row; None for a blank cell, nothing for a field without a column."""
    places = {one.id: columns.get(f"{ANSWER}{one.id}") for one in fields}
    return {
        one.id: value_of(one, row[n]) if n < len(row) else None
        for one in fields
        if (n := places[one.id]) is not None
    }
