"""Fragments as CSV and as JSON lines: written, and read with the row of each."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from services.extraction.exchange.domain.rows import COLUMNS, RowProblem, fragments_of, rows_of
from shared.spreadsheets import guarded, unguarded

Numbered = tuple[int, dict[str, Any]]
"""The row in which a fragment begins (from 1), and the fragment in the form of the API."""


def write_csv(fragments: Iterable[Mapping[str, Any]]) -> bytes:
    """A table with one row per element; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in row] for row in rows_of(fragments))
    return out.getvalue().encode("utf-8-sig")


def write_lines(fragments: Iterable[Mapping[str, Any]]) -> bytes:
    """One fragment a line."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in fragments).encode()


def read_csv(raw: str) -> list[Numbered]:
    """Fragments of a table whose first row names its columns. Raises `RowProblem`."""
    head = raw.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(raw, newline=""), delimiter=delimiter)
    try:
        missing = {"id", "role", "code"} - set(reader.fieldnames or ())
        if missing:
            names = ", ".join(sorted(missing))
            raise RowProblem(f"The table has no column {names}; the first row names the columns.")
        rows = ({k: unguarded(v or "") for k, v in row.items() if k} for row in reader)
        return fragments_of(rows)
    except csv.Error as error:
        number = reader.line_num + 1
        raise RowProblem(f"Row {number} cannot be read: {error}.", number) from error


def read_lines(raw: str) -> list[Numbered]:
    """Fragments of JSON lines. Raises `RowProblem`.

    Only a line feed ends a line: other signs that end one may stand in a quote.
    """
    return [
        (number, _fragment(line, number))
        for number, line in enumerate(raw.split("\n"), 1)
        if line.strip()
    ]


def _fragment(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except RecursionError as error:
        raise RowProblem(
            f"Row {number} has lists in lists too deep for a fragment; export it anew.", number
        ) from error
    except ValueError as error:
        raise RowProblem(f"Row {number} is no JSON: {error}.", number) from error
    if not isinstance(value, dict):
        raise RowProblem(f"Row {number} is no fragment; write one JSON object a line.", number)
    return value
