"""Spreadsheets (XLSX): unpacked within limits, read row by row.

An XLSX file is a zip archive, which may unfold a thousandfold: the directory is
judged before anything is unpacked.
"""

import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

from services.search.imports.domain.result import ImportEvent, ImportRefused, Rejection
from services.search.imports.formats.table.listed import reader_of
from services.search.imports.formats.table.text import Row

LARGEST_FILE = 100 << 20
LARGEST_UNPACKED = 400 << 20
LARGEST_RATIO = 200
_IN_MEMORY = 8 << 20


def read_xlsx(head: bytes, stream: BinaryIO, source: str) -> Iterator[ImportEvent]:
    """The records of every sheet that has a header row. Raises `ImportRefused`."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        size = spool.write(head)
        while block := stream.read(1 << 18):
            size += spool.write(block)
            if size > LARGEST_FILE:
                raise ImportRefused(
                    f"The spreadsheet is larger than {LARGEST_FILE >> 20} MB; "
                    "export it as CSV, which has no limit."
                )
        spool.seek(0)
        judge_archive(spool)
        spool.seek(0)
        yield from _sheets(spool, source)


def judge_archive(spool: "tempfile.SpooledTemporaryFile[bytes]") -> None:
    """Raises `ImportRefused` unless the archive is a spreadsheet of a sane size."""
    try:
        with zipfile.ZipFile(spool) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ImportRefused("The file is a damaged zip archive.") from error
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise ImportRefused(
            "The file is a zip archive, not an export of references. "
            "Unpack it and upload the files in it one by one."
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > LARGEST_UNPACKED or (unpacked > 10 << 20 and unpacked > packed * LARGEST_RATIO):
        raise ImportRefused(
            f"The spreadsheet unfolds to {unpacked >> 20} MB, which is refused as unsafe; "
            "export it as CSV."
        )


def _sheets(spool: "tempfile.SpooledTemporaryFile[bytes]", source: str) -> Iterator[ImportEvent]:
    import openpyxl  # fifteen megabytes that only spreadsheets need

    try:
        book = openpyxl.load_workbook(spool, read_only=True, data_only=True)
        formulas = _formulas(spool)
    except Exception as error:
        raise ImportRefused(f"The spreadsheet cannot be opened: {error}") from error
    refused: ImportRefused | None = None
    passed_over: list[Rejection] = []
    readable = 0
    try:
        for sheet in book.worksheets:
            try:
                rows: Iterator[tuple[object, ...]] = sheet.iter_rows(values_only=True)
                if formulas is not None:
                    rows = _uncomputed(rows, formulas[sheet.title].iter_rows(values_only=True))
                sheet_rows = _Rows(rows)
                yield from reader_of(sheet_rows, source).events()
                readable += 1
            except ImportRefused as error:
                refused = error
                if sheet_rows.filled:
                    why = f"the sheet '{sheet.title}' has no row that names columns"
                    passed_over.append(Rejection(1, why))
    finally:
        book.close()
        if formulas is not None:
            formulas.close()
    if refused is not None and not readable:
        raise refused
    yield from passed_over


def _formulas(spool: "tempfile.SpooledTemporaryFile[bytes]") -> Any:
    """The workbook with its formulas instead of their results, or None when it has none."""
    import openpyxl

    with zipfile.ZipFile(spool) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        if not any(_has_formula(archive, name) for name in sheets):
            return None
    return openpyxl.load_workbook(spool, read_only=True)


def _has_formula(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as sheet:
        while block := sheet.read(1 << 18):
            if b"<f>" in tail + block or b"<f " in tail + block:
                return True
            tail = block[-3:]
    return False


def _uncomputed(
    rows: Iterator[tuple[object, ...]], formulas: Iterator[tuple[object, ...]]
) -> Iterator[tuple[object, ...]]:
    """The rows, with the formula itself where a program saved it without its result."""
    for row, written in zip(rows, formulas, strict=False):
        yield tuple(
            other if cell is None else cell for cell, other in zip(row, written, strict=False)
        )


class _Rows:
    """The rows of a sheet as text; `filled` once one of them held anything."""

    def __init__(self, rows: Iterator[tuple[object, ...]]) -> None:
        self._rows = rows
        self.filled = False

    def __iter__(self) -> Iterator[Row]:
        for number, row in enumerate(self._rows, 1):
            cells = [_text(cell) for cell in row]
            self.filled = self.filled or any(cells)
            yield number, cells


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
    return str(cell).replace("\x00", "")
