"""Fields of data-extraction forms, and what an answer to each may be."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

KINDS = ("text", "number", "choice", "multi_choice", "date", "table")
INNER_KINDS = ("text", "number", "choice", "date")
"""Kinds that a column of a table may have."""
LONGEST = 20_000
MOST_ROWS = 500
MOST_FIELDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form. `choices` of a choice, `columns` of a table."""

    id: str
    label: str
    kind: str
    required: bool = False
    help: str = ""
    choices: tuple[str, ...] = ()
    columns: tuple["Field", ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing that is wrong with a form or an answer; `field` names where."""

    field: str
    sentence: str


def form_problems(fields: Sequence[Field]) -> list[FormProblem]:
    """Everything that is wrong with the fields of a form; empty: nothing."""
    found = _repeated(fields, "fields")
    for n, one in enumerate(fields):
        found += _field_problems(f"fields[{n}]", one, KINDS)
    return found


def _repeated(fields: Sequence[Field], where: str) -> list[FormProblem]:
    seen: set[str] = set()
    found = []
    for n, one in enumerate(fields):
        if one.id in seen:
            sentence = f"field '{one.id}' is there twice; give each its own id"
            found.append(FormProblem(f"{where}[{n}].id", sentence))
        seen.add(one.id)
    return found


def _field_problems(where: str, one: Field, kinds: Sequence[str]) -> list[FormProblem]:
    found = []
    if one.kind not in kinds:
        sentence = f"kind '{one.kind}' is unknown here; use one of {', '.join(kinds)}"
        found.append(FormProblem(f"{where}.kind", sentence))
    if not one.label.strip():
        found.append(FormProblem(f"{where}.label", "a label is missing; say what is asked"))
    if one.kind in ("choice", "multi_choice"):
        if len(set(one.choices)) != len(one.choices) or not one.choices:
            sentence = f"'{one.label}' needs choices, each once"
            found.append(FormProblem(f"{where}.choices", sentence))
    elif one.choices:
        found.append(FormProblem(f"{where}.choices", f"'{one.label}' is no choice; leave them out"))
    if one.kind == "table":
        found += _table_problems(where, one)
    elif one.columns:
        found.append(FormProblem(f"{where}.columns", f"'{one.label}' is no table; leave them out"))
    return found


def _table_problems(where: str, one: Field) -> list[FormProblem]:
    if not one.columns:
        return [FormProblem(f"{where}.columns", f"table '{one.label}' needs columns")]
    found = _repeated(one.columns, f"{where}.columns")
    for n, column in enumerate(one.columns):
        found += _field_problems(f"{where}.columns[{n}]", column, INNER_KINDS)
    return found


def answer_problems(
    fields: Sequence[Field], answers: Mapping[str, Any], *, whole: bool
) -> list[FormProblem]:
    """Everything that is wrong with the answers to a form; `whole`: none may be missing."""
    known = {one.id: one for one in fields}
    found = [
        FormProblem(f"answers.{name}", f"the form has no field '{name}'; leave it out")
        for name in answers
        if name not in known
    ]
    for one in fields:
        value = answers.get(one.id)
        if is_blank(value):
            if whole and one.required:
                sentence = f"'{one.label}' is not answered; it is required"
                found.append(FormProblem(f"answers.{one.id}", sentence))
        else:
            found += value_problems(f"answers.{one.id}", one, value)
    return found


def is_blank(value: Any) -> bool:
    """Whether a field is not answered."""
    return value is None or value in ("", [])


def value_problems(where: str, one: Field, value: Any) -> list[FormProblem]:
    """What is wrong with one answer."""
    if one.kind == "table":
        return _rows_problems(where, one, value)
    sentence = _CHECKS[one.kind](one, value)
    return [FormProblem(where, f"'{one.label}' {sentence}")] if sentence else []


def _rows_problems(where: str, one: Field, value: Any) -> list[FormProblem]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return [FormProblem(where, f"'{one.label}' is a table; send a list of rows by column")]
    if len(value) > MOST_ROWS:
        return [FormProblem(where, f"'{one.label}' may have {MOST_ROWS} rows")]
    columns = {column.id: column for column in one.columns}
    found = []
    for n, row in enumerate(value):
        for name, cell in row.items():
            at = f"{where}[{n}].{name}"
            if name not in columns:
                found.append(FormProblem(at, f"'{one.label}' has no column '{name}'"))
            elif not is_blank(cell):
                found += value_problems(at, columns[name], cell)
    return found


def _text(one: Field, value: Any) -> str:
    if not isinstance(value, str):
        return "is a text; send words"
    return f"may have {LONGEST} characters" if len(value) > LONGEST else ""


def _number(one: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return f"is a number; {value!r} is none"
    if one.least is not None and value < one.least:
        return f"is at least {one.least:g}"
    if one.most is not None and value > one.most:
        return f"is at most {one.most:g}"
    return ""


def _choice(one: Field, value: Any) -> str:
    if value in one.choices:
        return ""
    return f"is one of {', '.join(one.choices)}; {value!r} is not"


def _multi_choice(one: Field, value: Any) -> str:
    if not isinstance(value, list):
        return "takes several choices; send a list"
    wrong = next((v for v in value if v not in one.choices), None)
    if wrong is not None:
        return f"takes {', '.join(one.choices)}; {wrong!r} is none of them"
    return "" if len(set(value)) == len(value) else "names a choice twice"


def _date(one: Field, value: Any) -> str:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return f"is a date such as 2024-05-31; {value!r} is none"
    return ""


_CHECKS = {
    "text": _text,
    "number": _number,
    "choice": _choice,
    "multi_choice": _multi_choice,
    "date": _date,
}
