"""Data-extraction forms as plain HTML forms, and back: pure functions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workbench.web.domain.typed_numbers import LONGEST

EMPTY_ROWS = 4
"""Rows that a builder, or a table, has left over."""
KINDS = {
    "text": "text",
    "number": "number",
    "choice": "one choice",
    "multi_choice": "several choices",
    "date": "date",
    "table": "table",
}
Form = Mapping[str, str]


def builder_rows(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a builder: each field, and some empty ones."""
    rows = [
        {
            "id": one["id"],
            "label": one["label"],
            "kind": one["kind"],
            "required": one.get("required", False),
            "help": one.get("help", ""),
            "parts": "; ".join(one.get("choices") or [c["label"] for c in one.get("columns", ())]),
        }
        for one in fields
    ]
    blank = {"id": "", "label": "", "kind": "text", "required": False, "help": "", "parts": ""}
    return rows + [dict(blank) for _ in range(EMPTY_ROWS)]


def fields_of(form: Form, known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fields that a builder describes. A row without a label is none; a column that a known
    field has keeps its id and kind.
    """
    before = {one["id"]: one for one in known}
    taken: set[str] = set()
    found = []
    for n in _rows(form, "label"):
        label = form.get(f"label{n}", "").strip()
        if label:
            name = form.get(f"id{n}") or _name(label, taken)
            taken.add(name)
            found.append(_field(form, n, name, label, before.get(name, {})))
    return found


def _field(form: Form, n: int, name: str, label: str, before: Mapping[str, Any]) -> dict[str, Any]:
    kind = form.get(f"kind{n}", "text")
    parts = [part.strip() for part in form.get(f"parts{n}", "").split(";") if part.strip()]
    field: dict[str, Any] = {"id": name, "label": label, "kind": kind}
    field |= {"required": f"required{n}" in form, "help": form.get(f"help{n}", "").strip()}
    field |= {key: before[key] for key in ("least", "most") if before.get(key) is not None}
    if kind in ("choice", "multi_choice"):
        field["choices"] = parts
    if kind == "table":
        field["columns"] = _columns(parts, before.get("columns", ()))
    return field


def _columns(labels: Sequence[str], known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    by_label = {one["label"]: one for one in known}
    taken = {str(one["id"]) for one in known}
    columns = []
    for label in labels:
        if label in by_label:
            columns.append({k: v for k, v in by_label[label].items() if k in _OF_A_COLUMN})
        else:
            columns.append({"id": _name(label, taken), "label": label})
            taken.add(columns[-1]["id"])
    return columns


_OF_A_COLUMN = ("id", "label", "kind", "help", "choices", "least", "most")


def is_locked(own: Mapping[str, Any] | None, comparison: Mapping[str, Any] | None) -> bool:
    """Whether one's own answers are locked: done, and beside those of others."""
    if own is None or comparison is None or own["state"] != "done":
        return False
    return len(comparison["people"]) > 1 or comparison["consensus"] is not None


def in_words(field: Mapping[str, Any], value: Any) -> list[str]:
    """An answer as people read it, line by line: a table's rows with the labels of its columns."""
    if value in (None, "", []):
        return []
    if field["kind"] == "multi_choice":
        return ["; ".join(value)]
    if field["kind"] != "table":
        return [str(value)]
    labels = {one["id"]: one["label"] for one in field["columns"]}
    return [
        "; ".join(f"{labels.get(name, name)}: {cell}" for name, cell in row.items())
        for row in value
    ]


def side_by_side(
    fields: Sequence[Mapping[str, Any]], comparison: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Each question with everybody's answer and the agreed one, in words."""
    if comparison is None:
        return []
    by_id = {one["id"]: one for one in fields}
    agreed = comparison["consensus"] or {}
    return [
        {
            "label": one["label"],
            "agree": one["agree"],
            "answers": [in_words(by_id[one["field"]], v) for v in one["answers"].values()],
            "agreed": in_words(by_id[one["field"]], agreed.get(one["field"])),
        }
        for one in comparison["fields"]
    ]


def standing(
    answers: Iterable[Mapping[str, Any]],
    person: str | None,
    comparison: Mapping[str, Any] | None,
    given: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What a page of answers begins with: what was typed, else what the team agreed on where one's
    own answers are locked, else these.
    """
    by_person = {one["person"]: one for one in answers}
    own, agreed = by_person.get(person), by_person.get(None)
    locked = is_locked(own, comparison)
    return {
        "own": given or (agreed if locked and agreed else own) or {"answers": {}, "note": ""},
        "agreed_version": agreed["version"] if agreed else 0,
        "state": own["state"] if own else "",
        "locked": locked,
    }


def answering(form: Form, fields: Sequence[Mapping[str, Any]], seen: int | None) -> dict[str, Any]:
    """What a filled form sends: answers, or what is agreed on where the version `seen` stands."""
    agrees = form.get("do") == "agree" and seen is not None
    return {
        "document": form.get("document", ""),
        "answers": answers_of(form, fields),
        "done": form.get("do") != "draft",
        "note": form.get("note", "").strip(),
        **({"seen": seen} if agrees else {}),
    }


def answers_of(form: Form, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answers that a filled form holds; what is blank is left out."""
    values = {one["id"]: _value(form, n, one) for n, one in enumerate(fields)}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _value(form: Form, n: int, field: Mapping[str, Any]) -> Any:
    if field["kind"] == "multi_choice":
        return [c for m, c in enumerate(field["choices"]) if f"f{n}_{m}" in form]
    if field["kind"] == "table":
        rows = [_row(form, n, row, field["columns"]) for row in _rows(form, f"f{n}_r")]
        return [row for row in rows if row]
    return _plain(form.get(f"f{n}", ""), field["kind"])


def _row(form: Form, n: int, row: int, columns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    cells = {
        column["id"]: _plain(form.get(f"f{n}_r{row}_{m}", ""), column["kind"])
        for m, column in enumerate(columns)
    }
    return {name: value for name, value in cells.items() if value not in (None, "")}


def _plain(words: str, kind: str) -> Any:
    words = words.replace("\r\n", "\n").strip()
    if kind == "number" and _NUMBER.fullmatch(words):
        return float(words) if "." in words else int(words)
    return words


_NUMBER = re.compile(rf"-?[0-9]{{1,{LONGEST}}}(\.[0-9]{{1,{LONGEST}}})?")
"""A number that every database keeps; what is longer stays as it was typed, and is refused."""


def _rows(form: Form, prefix: str) -> Iterator[int]:
    """Numbers that the names of a form have after a prefix, in order, as its page writes them."""
    pattern = re.compile(re.escape(prefix) + r"(0|[1-9][0-9]{0,8})(?:_[0-9]{1,9})?")
    found = {int(match[1]) for name in form if (match := pattern.fullmatch(name))}
    yield from sorted(found)


def _name(label: str, taken: set[str]) -> str:
    """An id made from a label, unlike those that are taken."""
    base = re.sub(r"\W+", "_", label.casefold()).strip("_")[:40] or "field"
    name, n = base, 1
    while name in taken:
        n += 1
        name = f"{base}_{n}"
    return name
