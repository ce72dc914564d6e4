"""Tables of references: CSV, TSV, semicolon files and the rows of a spreadsheet.

The header row is found by its names, because exports put search terms, titles
and rules above it.
"""

import re
from collections.abc import Iterable, Iterator

from services.search.imports.domain.compose import Values, compose, own_id_of
from services.search.imports.domain.restore import MARK, restored
from services.search.imports.domain.result import ImportEvent, ImportRefused, Rejection, Repair
from services.search.imports.formats.table import cells
from services.search.imports.formats.table.headers import (
    DIALECT,
    EXPORTED_ID,
    field_of,
    fields_of,
    known_headers,
)
from services.search.imports.formats.table.suspicion import holds_values, parted
from services.search.imports.formats.table.text import PREAMBLE, Row
from services.search.imports.formats.text import Lines
from services.search.library.domain.record import SourceRecord

MOST_LINES = 100
_PERSON_NUMBER = re.compile(r"\s*\(\d{6,}\)$")


class TableReader:
    """Reads the rows of one table. Use `events` once."""

    def __init__(self, rows: Iterable[Row], source: str, lines: Lines | None = None) -> None:
        self._rows = rows
        self._source = source
        self._lines = lines
        self._header: list[str] = []
        self._fields: list[str | None] = []
        self._silent: set[int] = set()
        self._early: list[Row] = []

    def events(self) -> Iterator[ImportEvent]:
        """A source record a row; rows above the header and rows without content are told."""
        for number, row in self._rows:
            yield from self._repairs()
            if self._header:
                yield from self._record(number, row)
            else:
                yield from self._preamble(number, row)
        if not self._header:
            yield from self._settle_header()

    def _repairs(self) -> Iterator[ImportEvent]:
        """What the lines needed since it was last asked."""
        if self._lines is not None and self._lines.repairs:
            yield from self._lines.repairs
            self._lines.repairs.clear()

    def _preamble(self, number: int, row: list[str]) -> Iterator[ImportEvent]:
        """Rows before the header: the row that names the most fields becomes it."""
        self._early.append((number, row))
        named = known_headers([cell.strip() for cell in row])
        if named >= 3 or len(self._early) >= PREAMBLE:
            yield from self._settle_header()

    def _settle_header(self) -> Iterator[ImportEvent]:
        early, self._early = self._early, []
        named = [known_headers([cell.strip() for cell in row]) for _, row in early]
        if not named or not max(named) or _only_a_name(early, named):
            raise ImportRefused(
                "No column is named title, abstract, authors, DOI or the like, and the file "
                "is in no other format of references known here."
            )
        at = named.index(max(named))
        for number, row in early[:at]:
            text = " ".join(cell for cell in row if cell).strip()
            yield Rejection(number, "row above the header row", text)
        yield from self._begin(*early[at])
        for number, row in early[at + 1 :]:
            yield from self._record(number, row)

    def _begin(self, number: int, row: list[str]) -> Iterator[ImportEvent]:
        """Takes the header row; a record that stands in its line is read, or told."""
        glued = parted([cell.strip() for cell in row])
        self._set_header(glued[0] if glued else row)
        if glued:
            yield Repair(number, "the first record stands in the header row's line; it was read")
            yield from self._record(number, glued[1])
        elif holds_values(self._header):
            said = " ".join(row)
            yield Rejection(number, "the header row holds values: a record is lost in it", said)

    def _set_header(self, row: list[str]) -> None:
        self._header = [cell.strip() for cell in row]
        self._fields = fields_of(self._header)
        self._silent = {n for n, name in enumerate(self._header) if name == EXPORTED_ID}

    def _is_header(self, row: list[str]) -> bool:
        """Whether a row further down names columns, as in files that were joined."""
        if row[0].strip() != self._header[0] and field_of(row[0][:60]) is None:
            return False
        said = [cell for cell in row if cell]
        return known_headers(row) >= 3 and known_headers(row) * 3 >= len(said)

    def _record(self, number: int, row: list[str]) -> Iterator[ImportEvent]:
        if not any(cell and not cell.isspace() for cell in row):
            return
        if self._is_header(row):
            yield Repair(number, "another header row; the rows below it are read by it")
            self._set_header(row)
            return
        yield from self._odd(number, row)
        values: Values = {}
        undone: dict[str, None] = {}
        for index, cell in enumerate(row):
            if index in self._silent:
                continue
            if cell and (plain := cells.plain(cell, undone)):
                self._place(values, index, plain, undone)
        yield from (Repair(number, what) for what in undone)
        own_id = own_id_of(values, DIALECT)
        if own_id:
            values["own_id"].remove(own_id)
            values.setdefault("accession number", []).append(own_id)
        _prefer_full_names(values)
        bibliography = compose(values, DIALECT)
        raw = "\t".join(row)
        if MARK in raw:
            bibliography = restored(bibliography)
        yield SourceRecord(
            source=self._source, own_id=own_id, bibliography=bibliography, raw=raw, line=number
        )

    def _odd(self, number: int, row: list[str]) -> Iterator[ImportEvent]:
        if len(row) > len(self._header):
            yield Repair(number, "more cells than columns; the further ones are kept apart")
        if any(cell.count("\n") > MOST_LINES for cell in row):
            yield Repair(number, "a cell of many lines; perhaps a quotation mark is missing")

    def _place(self, values: Values, index: int, cell: str, undone: dict[str, None]) -> None:
        field = self._fields[index] if index < len(self._fields) else None
        name = self._header[index] if index < len(self._header) else ""
        name = name or f"column {index + 1}"
        found = cells.read(field, cell, undone)
        if found.values:
            values.setdefault(field or name, []).extend(found.values)
        if found.aside:
            values.setdefault(f"{name} (as written)", []).append(found.aside)


def _prefer_full_names(values: Values) -> None:
    """Full names become the authors; short ones, and Scopus' numbers of people, are kept."""
    full = values.pop("authors_full", None)
    if not full:
        return
    names = [_PERSON_NUMBER.sub("", name) for name in full]
    if names != full:
        values["author full names"] = ["; ".join(full)]
    if short := values.pop("authors", None):
        values["authors (short)"] = ["; ".join(short)]
    values["authors"] = names


def _only_a_name(rows: list[Row], named: list[int]) -> bool:
    """Whether the one known column of the likely header row could be of any table."""
    row = rows[named.index(max(named))][1]
    fields = {field_of(cell.strip()) for cell in row}
    return max(named) == 1 and not fields & {"title", "abstract", "doi", "pmid"}
