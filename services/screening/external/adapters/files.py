"""Files that other tools export, as text: encodings, spreadsheets, and zip archives."""

import codecs
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.screening.external.domain.tables import UnreadableExport
from shared.text import clean

LARGEST_UNPACKED = 200 << 20
LARGEST_RATIO = 100
_INNOCENT = 10 << 20
MOST_ROWS = 1 << 20
MOST_COLUMNS = 2_000
READ = (".csv", ".tsv", ".txt", ".ris", ".json")


def text_of(body: bytes) -> str:
    """The export as text. A spreadsheet is written as CSV; of an archive the first table is read.

    Raises `UnreadableExport`.
    """
    if not body.startswith(b"PK\x03\x04"):
        return clean(_decoded(body))
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            _judge(archive)
            if "xl/workbook.xml" in archive.namelist():
                return clean(_spreadsheet(body))
            return clean(_decoded(archive.read(_table_in(archive))))
    except UnreadableExport:
        raise
    except _DAMAGED as error:
        raise UnreadableExport(f"its archive is damaged ({error}); export it again") from error


_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError)
"""What zipfile raises, also for an odd version."""


def _judge(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > LARGEST_UNPACKED or (unpacked > _INNOCENT and unpacked > packed * LARGEST_RATIO):
        raise UnreadableExport(f"it unfolds to {unpacked >> 20} MB; export it as CSV")


def _table_in(archive: zipfile.ZipFile) -> str:
    """The largest file of a kind that is read (Rayyan packs `articles.csv` with its log)."""
    tables = [e for e in archive.infolist() if e.filename.lower().endswith(READ)]
    named = [e for e in tables if "articles" in e.filename.lower()] or tables
    if not named:
        raise UnreadableExport("the archive holds no CSV, RIS or JSON file; unpack it first")
    return max(named, key=lambda e: e.file_size).filename


def _decoded(body: bytes) -> str:
    """UTF-8, or UTF-16 where a mark says so, or else what Windows programs write."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _spreadsheet(body: bytes) -> str:
    """The first sheet that holds anything, as CSV."""
    import openpyxl  # fifteen megabytes that only spreadsheets need

    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        written = next(filter(None, (_written(sheet) for sheet in book.worksheets)), "")
        book.close()
    except UnreadableExport:
        raise
    except Exception as error:
        raise UnreadableExport(f"the spreadsheet cannot be opened ({error})") from error
    return written


def _written(sheet: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(_cells(sheet))
    return out.getvalue().strip()


def _cells(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_row=MOST_ROWS), 1):
        if number >= MOST_ROWS or len(row) > MOST_COLUMNS:
            raise UnreadableExport(
                f"a sheet has more than {MOST_ROWS:,} rows or {MOST_COLUMNS:,} columns"
            )
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)
