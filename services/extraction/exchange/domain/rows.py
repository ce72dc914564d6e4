"""Fragments as rows of a table, one per element, and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

COLUMNS = (
    "id", "theories", "role", "code", "state", "statement", "of_group", "document", "start", "end",
    "quote", "paraphrase", "locator", "explicitness", "statement_level", "coder", "coded_at",
    "memo", "status", "duplicate_of", "sources", "suggested_by", "wished",
)  # fmt: skip
_ELEMENT = ("role", "code", "state", "statement", "of_group", "wished")
_NUMBERS = ("start", "end")
_NUMBER = re.compile(r"[0-9]{1,10}")
_OPTIONAL = ("document", "coder", "duplicate_of", *_NUMBERS)


class RowProblem(ValueError):
    """A row that is no part of a fragment; says which (`row`, from 1; None: all) and why."""

    def __init__(self, sentence: str, row: int | None = None) -> None:
        super().__init__(sentence)
        self.row = row


def rows_of(fragments: Iterable[Mapping[str, Any]]) -> Iterable[list[str]]:
    """Rows of fragments in the form of the API, under `COLUMNS`."""
    for fragment in fragments:
        flat = {k: _cell(fragment.get(k)) for k in COLUMNS if k not in _ELEMENT}
        flat["theories"] = "; ".join(fragment.get("theories", ()))
        flat["sources"] = "; ".join(_source(one) for one in fragment.get("sources", ()))
        elements: Sequence[Mapping[str, Any]] = fragment.get("elements") or ({},)
        for element in elements:
            cells = flat | {name: _cell(element.get(name)) for name in _ELEMENT}
            yield [cells[name] for name in COLUMNS]


def fragments_of(rows: Iterable[Mapping[str, str]]) -> list[tuple[int, dict[str, Any]]]:
    """Fragments of rows by column, each with its first row; rows with one id are one fragment.

    Raises `RowProblem`.
    """
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for number, row in enumerate(rows, 2):
        cells = {
            k: (row.get(k) or "").strip() if k != "quote" else row.get(k) or "" for k in COLUMNS
        }
        if not cells["id"]:
            sentence = f"Row {number} has no id; give every row the id of its fragment."
            raise RowProblem(sentence, number)
        if cells["id"] not in found:
            found[cells["id"]] = (number, _fragment(cells, number))
        fragment = found[cells["id"]][1]
        if cells["role"] or cells["code"]:
            fragment["elements"].append(_element(cells))
    return list(found.values())


def _fragment(cells: Mapping[str, str], number: int) -> dict[str, Any]:
    said: dict[str, Any] = {k: cells[k] for k in COLUMNS if k not in _ELEMENT}
    for name in _NUMBERS:
        if cells[name] and not _NUMBER.fullmatch(cells[name]):
            sentence = f"Row {number}: {name} is '{cells[name][:20]}', not a whole number."
            raise RowProblem(sentence, number)
        said[name] = int(cells[name]) if cells[name] else None
    said |= {k: None for k in _OPTIONAL if said[k] == ""}
    said["theories"] = [word.strip() for word in cells["theories"].split(";") if word.strip()]
    said["sources"] = [_read_source(s, number) for s in cells["sources"].split(";") if s.strip()]
    said["explicitness"] = cells["explicitness"] or "stated"
    said["status"] = cells["status"] or "active"
    return {**said, "elements": []}


def _element(cells: Mapping[str, str]) -> dict[str, Any]:
    return {
        "role": cells["role"],
        "code": cells["code"],
        "state": cells["state"] or None,
        "statement": cells["statement"],
        **{name: cells[name].lower() in ("true", "1", "yes") for name in ("of_group", "wished")},
    }


def _cell(value: Any) -> str:
    if value is None or value is False:
        return ""
    return "true" if value is True else str(value)


def _source(one: Mapping[str, Any]) -> str:
    """`document|attribution|case|participant`, with what is empty at the end left out."""
    names = ("document", "attribution", "case", "participant")
    return "|".join(str(one.get(name) or "") for name in names).rstrip("|")


def _read_source(text: str, number: int) -> dict[str, Any]:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) > 4:
        sentence = f"Row {number}: '{text.strip()[:40]}' is no source; write document|cited."
        raise RowProblem(sentence, number)
    document, attribution, case, participant = (*parts, *[""] * (4 - len(parts)))
    return {
        "document": document,
        "attribution": attribution or "cited",
        "case": case or None,
        "participant": participant or None,
    }
