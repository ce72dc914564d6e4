"""Spreadsheets (XLSX): unpacked within limits, read row by row.

Rows, columns, cells and the text they stand for are bounded: a few bytes can name
the row 999,999,999, and one text can stand in a million cells.
"""

import re
import tempfile
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any, BinaryIO, cast

from services.search.imports.domain.result import ImportEvent, ImportRefused, Rejection, Repair
from services.search.imports.formats.table.listed import reader_of
from services.search.imports.formats.table.text import Row

LARGEST_FILE = 100 << 20
MOST_ROWS = 1 << 20
MOST_COLUMNS = 2_000
MOST_CELLS = 20_000_000
LARGEST_TEXT = 400 << 20
_IN_MEMORY = 8 << 20
_ILLEGAL = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufffe\uffff]")
_ADVICE = "export it as CSV"


class DamagedSheet(ImportRefused):
    """A sheet that is read no further; `line` is the row."""


def read_xlsx(head: bytes, stream: BinaryIO, source: str) -> Iterator[ImportEvent]:
    """The records of every sheet that has a header row. Raises `ImportRefused`."""
    from services.search.imports.formats.table.archive import judge_archive

    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        size = spool.write(head)
        while block := stream.read(1 << 18):
            size += spool.write(block)
            if size > LARGEST_FILE:
                raise ImportRefused(
                    f"The spreadsheet is larger than {LARGEST_FILE >> 20} MB; "
                    f"{_ADVICE}, which has no limit."
                )
        spool.seek(0)
        judge_archive(cast(IO[bytes], spool))
        yield from _sheets(cast(IO[bytes], spool), source)


def _sheets(spool: IO[bytes], source: str) -> Iterator[ImportEvent]:
    from services.search.imports.formats.table.archive import look_at_sheets

    try:
        seen = look_at_sheets(spool)
        book = _opened(spool, data_only=True)
        formulas = _opened(spool, data_only=False) if seen.formulas else None
    except ImportRefused:
        raise
    except Exception as error:
        raise ImportRefused(f"The spreadsheet cannot be opened ({error}); {_ADVICE}.") from error
    yield from _merged(seen.merged)
    try:
        yield from _records(book, formulas, source, seen.with_rows)
    finally:
        book.close()
        if formulas is not None:
            formulas.close()
    yield from _missing(seen.count, book)


def _records(book: Any, formulas: Any, source: str, with_rows: int) -> Iterator[ImportEvent]:
    """The events of the sheets; a sheet that cannot be read is told behind the others."""
    refused: ImportRefused | None = None
    passed_over: list[Rejection] = []
    readable = given = 0
    for sheet in book.worksheets:
        rows = _Rows(sheet, None if formulas is None else formulas[sheet.title])
        try:
            for event in reader_of(rows, source).events():
                readable += 1
                yield event
        except ImportRefused as error:
            refused = error if refused is None or rows.filled else refused
            if rows.filled:
                passed_over.append(_passed_over(sheet.title, error))
        given += rows.number > 0
    if given < with_rows:
        what = f"the rows of {with_rows - given} of {with_rows} sheets cannot be read"
        passed_over.append(Rejection(1, f"{what}; open and save the file, or {_ADVICE}"))
    if refused is not None and not readable:
        raise refused
    yield from passed_over


def _opened(spool: IO[bytes], *, data_only: bool) -> Any:
    from services.search.imports.formats.table.archive import Workbook

    spool.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that are not read
        reader = Workbook(spool, read_only=True, data_only=data_only)
        reader.read()
    return reader.wb


def _merged(ranges: tuple[str, ...]) -> Iterator[Repair]:
    """Merged cells hold one value, in the first; the rows below it have none."""
    for found in ranges[:1000]:
        row = int("".join(filter(str.isdecimal, found.partition(":")[0])))
        yield Repair(row, f"the cells {found} are merged; only the first of them has the value")


def _missing(count: int, book: Any) -> Iterator[Rejection]:
    """Sheets that are in the archive and that the workbook does not list, or the other way."""
    listed = len(book.sheetnames)
    if count > listed:
        what = f"{count - listed} of {count} sheets are not listed in the workbook"
        yield Rejection(1, f"{what}, and not read; open and save the file, or {_ADVICE}")


def _passed_over(title: str, error: ImportRefused) -> Rejection:
    if isinstance(error, DamagedSheet):
        return Rejection(error.line, f"the sheet '{title}' is read no further: {error.why}")
    return Rejection(1, f"the sheet '{title}' has no row that names columns")


class _Rows:
    """The rows of a sheet as text; `filled` once one held anything; `number` of the last."""

    def __init__(self, sheet: Any, formulas: Any) -> None:
        self._sheet = sheet
        self._formulas = formulas
        self._cells = 0
        self._text = 0
        self.filled = False
        self.number = 0

    def __iter__(self) -> Iterator[Row]:
        """Raises `DamagedSheet` where the sheet cannot be read, or goes beyond a bound."""
        rows = self._values()
        number = 0
        while True:
            number += 1
            try:
                row = next(rows, None)
                cells = None if row is None else [_text(cell) for cell in row]
            except Exception as error:  # openpyxl lets out whatever a cell makes it raise
                self.filled = True
                raise DamagedSheet(f"Row {number} cannot be read ({error}).", number) from error
            if cells is None:
                return
            self.number = number
            self._judge(number, cells)
            self.filled = self.filled or any(cells)
            yield number, cells

    def _values(self) -> Iterator[tuple[object, ...]]:
        """The rows, with the formula where a program saved it without its result.

        The size that a sheet says of itself is not believed: rows beyond it would be lost.
        """
        self._sheet.reset_dimensions()
        rows: Iterator[tuple[object, ...]]
        rows = self._sheet.iter_rows(values_only=True, max_row=MOST_ROWS)
        if self._formulas is None:
            yield from rows
            return
        self._formulas.reset_dimensions()
        written = self._formulas.iter_rows(values_only=True, max_row=MOST_ROWS)
        for row, others in zip(rows, written, strict=False):
            yield tuple(
                other if cell is None else cell for cell, other in zip(row, others, strict=False)
            )

    def _judge(self, number: int, cells: list[str]) -> None:
        self._cells += len(cells)
        self._text += sum(map(len, cells))
        what = ""
        if number >= MOST_ROWS or len(cells) > MOST_COLUMNS:
            what = f"more than {MOST_ROWS:,} rows or {MOST_COLUMNS:,} columns"
        elif self._cells > MOST_CELLS:
            what = f"more than {MOST_CELLS:,} cells"
        elif self._text > LARGEST_TEXT:
            what = f"more than {LARGEST_TEXT >> 20} MB of text"
        if what:
            self.filled = True
            raise DamagedSheet(f"The sheet has {what}, which no export has; {_ADVICE}.", number)


def _text(cell: object) -> str:
    """A cell as text: whole numbers without `.0`, dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.hour or cell.minute else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return _ILLEGAL.sub("", str(cell))
