"""The rows of a table that is text: CSV, TSV and their kin."""

import csv
import re
from collections import deque
from collections.abc import Iterator

from services.search.imports.domain.result import ImportRefused, Repair
from services.search.imports.formats.table.headers import known_headers
from services.search.imports.formats.table.suspicion import Table
from services.search.imports.formats.text import LONGEST_LINE, LONGEST_RECORD, Lines

Row = tuple[int, list[str]]
PREAMBLE = 25


def separator_of(text: str) -> str:
    """The separator with which some early line names most fields; comma when unsure."""
    best, most = ",", 0
    for line in text.replace("\r", "\n").split("\n")[:PREAMBLE]:
        for separator in "\t;,|":
            named = known_headers([cell.strip(' "\ufeff') for cell in line.split(separator)])
            if named > most:
                best, most = separator, named
    return best


def escapes(text: str) -> bool:
    """Whether the cells of `text` escape quotation marks with a backslash."""
    return re.search(r'[^\\]\\"[\w(]', text) is not None and '""' not in text.replace(',""', "")


class TextRows:
    """The rows of a text file with the line each begins at. Iterate once.

    `escaped` files write a quotation mark inside a cell as a backslash and the
    mark. A quotation mark that is never closed costs its own line: what would
    be swallowed by it is read on its own, and that is told.
    """

    def __init__(self, lines: Lines, separator: str, *, escaped: bool = False) -> None:
        csv.field_size_limit(LONGEST_LINE)
        self._lines = lines
        self._table = Table(separator)
        self._source = _Source(lines, escaped=escaped)
        self._reader = self._table.reader(self._source)

    def __iter__(self) -> Iterator[Row]:
        """Raises `ImportRefused` for a cell or a row that never ends."""
        while True:
            self._source.taken = []
            self._source.size = 0
            line = self._source.line + 1
            try:
                row = self._row(line)
            except StopIteration:
                return
            if cells := self._table.folded(row):
                row = cells
                self._lines.repairs.append(Repair(line, "the row stands in one cell; it was read"))
            self._table = self._table.with_header(row)
            yield line, row

    def _row(self, line: int) -> list[str]:
        try:
            row = next(self._reader)
        except csv.Error as error:
            self._reader = self._table.reader(self._source)
            if len(self._source.taken) > 1 and self._table.has_swallowed([], self._source.taken):
                return self._first_line(line)
            raise ImportRefused(
                f"From line {line} on the file is no table: {error}. "
                "Perhaps a quotation mark is never closed.",
                line,
            ) from error
        taken = self._source.taken
        if cut := self._table.header_end(taken[0]):
            self._source.give_back([taken[0][cut:], *taken[1:]])
            self._reader = self._table.reader(self._source)
            what = "the first record stands in the header row's line; it was read"
            self._lines.repairs.append(Repair(line, what))
            return self._table.parse(taken[0][:cut])
        if len(taken) > 1 and self._table.has_swallowed(row, taken):
            return self._first_line(line)
        if self._source.ended and row and row[-1].endswith("\n"):
            self._lines.repairs.append(Repair(line, "the file ends inside a quoted cell"))
        elif self._lines.unfinished and self._table.is_cut(row):
            self._lines.repairs.append(Repair(line, "the file ends in the middle of a row"))
        return row

    def _first_line(self, line: int) -> list[str]:
        """Reads the first line alone, and leaves the others to be read again."""
        first, *others = self._source.taken
        self._source.give_back(others)
        self._lines.repairs.append(Repair(line, "a quotation mark is never closed"))
        return self._table.alone(first)


class _Source:
    """The lines for `csv.reader`; `taken` are those of the row that is being read."""

    def __init__(self, lines: Lines, *, escaped: bool) -> None:
        self._lines = (line for block in lines.blocks() for line in block)
        self._escaped = escaped
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.size = 0
        self.line = 0
        self.ended = False

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._new()
        self.line += 1
        self.size += len(line)
        self.taken.append(line)
        if self.size > LONGEST_RECORD:
            raise csv.Error(f"a row is longer than {LONGEST_RECORD >> 20} MB")
        return line

    def give_back(self, lines: list[str]) -> None:
        """Lets `lines`, the last ones given, be read again."""
        self._again.extendleft(reversed(lines))
        self.line -= len(lines)

    def _new(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        return (line.replace('\\"', '""') if self._escaped else line) + "\n"
