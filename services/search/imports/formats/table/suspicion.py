"""Rows that may have swallowed others: by an unclosed quotation mark, or a lost line end.

A cell may well span lines. It is suspected when its lines parse as rows of the table: by
themselves, their quotation marks paired: as wide as the header, with a year where years
stand and a DOI where DOIs stand.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.search.imports.formats.table.headers import field_of, fields_of, known_headers

_TELLING = 4
"""As many cells on a line of its own are no accident."""
_LOOKED_AT = 200
_NAMES = 3
"""As many names of columns in one cell are a header row."""
_SHAPES = {
    "year": re.compile(r"(?:1[5-9]|20)[0-9]{2}\b"),
    "doi": re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi: ?)?10\.[0-9]{4,9}/\S", re.IGNORECASE),
    "pmid": re.compile(r"[0-9]{1,8}(?:\.0)?$"),
}
_GOES_ON = re.compile(r"[a-z0-9)][.?!]\"?[A-Z][a-z]")
_GLUED = re.compile(r'(?<=[,;\t|])([A-Za-z][A-Za-z ]{0,30})(?=")')


@dataclass(frozen=True, slots=True)
class Table:
    """How a table's rows look: their separator, their width, the field of each column."""

    separator: str
    width: int = 0
    fields: tuple[str | None, ...] = ()

    def parse(self, line: str) -> list[str]:
        """One line as a row by itself."""
        return next(self.reader(iter((line,))), [])

    def reader(self, lines: Iterator[str], *, strict: bool = False) -> Iterator[list[str]]:
        """The rows in `lines`, as `csv` reads them."""
        return csv.reader(lines, delimiter=self.separator, skipinitialspace=True, strict=strict)

    def with_header(self, row: Sequence[str]) -> "Table":
        """The table, once `row` proves to be its header row; itself for any other row."""
        cells = [cell.strip() for cell in row]
        if self.width or known_headers(cells) < 2:
            return self
        glued = parted(cells)
        header = glued[0] if glued else cells
        return Table(self.separator, len(header), tuple(fields_of(header)))

    def header_end(self, line: str) -> int:
        """Where a first record in quotation marks begins in the header's own line, or 0."""
        if self.width or '"' not in line:
            return 0
        for found in _GLUED.finditer(line):
            if field_of(found[1]) and self.with_header(self.parse(line[: found.end(1)])).width:
                return found.end(1)
        return 0

    def has_swallowed(self, row: list[str], taken: Sequence[str]) -> bool:
        """Whether the lines `taken` for one row are several."""
        table = self if self.width else self.with_header(self.alone(taken[0]))
        if not table.width:
            return False
        others = taken[1:_LOOKED_AT]
        sound = self._is_sound(taken)
        parsed = [table._by_itself(line, sound=sound) for line in others]
        if any(map(table._has_values, parsed)):
            return True
        same = sum(len(cells) == table.width for cells in parsed)
        if not same or (table.width < _TELLING and same * 5 < len(others) * 4):
            return False
        wrong = len(row) != table.width and len(parsed[0]) == table.width
        return wrong or not sound

    def _by_itself(self, line: str, *, sound: bool) -> list[str]:
        """The cells of a line that was taken for part of a cell.

        One with an odd quotation mark ends the cell; where the cell is not sound the mark is
        that of another row, whose own was not closed either.
        """
        if line.count('"') % 2:
            return [] if sound else self.alone(line)
        return self.parse(line)

    def is_cut(self, row: Sequence[str]) -> bool:
        """Whether a last row without a line end has lost cells, or goes on with another row.

        `... all.Peer support`: a sentence of the last column ends, and a word follows at once.
        """
        return bool(row) and (len(row) < self.width or _GOES_ON.search(row[-1]) is not None)

    def folded(self, row: Sequence[str]) -> list[str] | None:
        """The cells of a row that stands whole in its first one, or None.

        Programs write such rows that take a line for a cell and quote it.
        """
        if not row or self.separator not in row[0] or any(cell.strip() for cell in row[1:]):
            return None
        try:
            cells = self.parse(row[0])
        except csv.Error:
            return None
        fits = self._has_values(cells) if self.width else known_headers(cells) >= _NAMES
        return cells if fits else None

    def alone(self, line: str) -> list[str]:
        """A line with an unclosed quotation mark by itself; without its marks if that fits."""
        cells = [cell.rstrip("\n") for cell in self.parse(line)]
        bare = [cell.strip() for cell in line.replace('"', "").split(self.separator)]
        if self.width:
            return bare if len(cells) != self.width == len(bare) else cells
        return bare if known_headers(bare) > known_headers([c.strip() for c in cells]) else cells

    def _has_values(self, cells: list[str]) -> bool:
        """Whether each column holds what its name promises, and one of them something telling."""
        if len(cells) != self.width:
            return False
        told = [
            _SHAPES[field].match(cell.strip()) is not None
            for field, cell in zip(self.fields, cells, strict=True)
            if field in _SHAPES and cell.strip()
        ]
        return bool(told) and all(told)

    def _is_sound(self, taken: Sequence[str]) -> bool:
        """Whether the lines are one row also to a reader that forgives nothing."""
        try:
            return len(list(self.reader(iter(taken), strict=True))) == 1
        except csv.Error:
            return False


def parted(row: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Header and first record of a row in which the line end between them was lost.

    `Title,Year,DOIOn ferns,2001,10.1/x`: a cell that begins with a column's name goes on
    with the first record, and values follow it.
    """
    for at, cell in enumerate(row):
        if at < 1 or field_of(cell) is not None or known_headers(list(row[:at])) < 2:
            continue
        name = _name_before(cell)
        rest = [cell[len(name) :].lstrip('"'), *row[at + 1 :]]
        if name and 1 < len(rest) <= at + 1 and not known_headers(rest) and holds_values(rest):
            return [*row[:at], name], rest
    return None


def _name_before(cell: str) -> str:
    """The longest beginning of `cell` that is a column's name, with more behind it."""
    ends = range(min(len(cell) - 1, 40), 1, -1)
    return next((cell[:end] for end in ends if _is_name(cell[:end], cell[end])), "")


def _is_name(name: str, following: str) -> bool:
    """Whether a column may be called so, and the next sign begins something else."""
    begins = following.isupper() or following.isdecimal() or following in "\"'([ "
    return begins and name[-1].isalnum() and field_of(name) is not None


def holds_values(header: Sequence[str]) -> bool:
    """Whether a header row has swallowed a record: it holds a year, a DOI or a long text."""
    return any(
        len(cell) > 100 or _SHAPES["doi"].match(cell) or _SHAPES["year"].fullmatch(cell)
        for cell in header
    )
