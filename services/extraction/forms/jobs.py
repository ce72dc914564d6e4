"""Reading a table of answers (CSV or XLSX) in a process with limits, and writing one."""

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import msgspec
import openpyxl

from shared.http.problems import Invalid
from shared.ops.limited_process import Limits, Stopped, frames
from shared.spreadsheets import guarded, unguarded
from shared.text import clean

TASK = "services.extraction.forms.jobs:frames_of"
LIMITS = Limits(memory_mb=512, cpu_s=20, wait_s=60.0)
MOST_ROWS = 20_000
MOST_COLUMNS = 400
_ROWS = msgspec.msgpack.Decoder(dict[str, Any])


class NotATable(Invalid):
    """The file is no table of answers."""

    title = "The table cannot be read"


def frames_of(stream: BinaryIO, arguments: bytes) -> Iterator[bytes]:
    """The cells of a CSV or XLSX file, or why they cannot be read."""
    data = stream.read()
    try:
        rows = _xlsx(data) if data.startswith(b"PK") else _csv(data)
        said = {"rows": [[_plain(cell) for cell in row] for row in rows], "refused": ""}
    except MemoryError:
        raise
    except Exception as error:  # a stranger's file: whatever is wrong with it is told
        said = {"rows": [], "refused": f"The file is no table ({type(error).__name__})."}
    yield msgspec.msgpack.encode(said)


def _xlsx(data: bytes) -> list[Sequence[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
    return [row for row in rows if any(cell is not None for cell in row)]


def _csv(data: bytes) -> list[Sequence[Any]]:
    text = data.decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    return [row for row in rows if any(cell.strip() for cell in row)]


def _delimiter(text: str) -> str:
    """What parts the cells: that which parts a column `document`, else what comes most often."""
    head = text[:4096].partition("\n")[0]
    for delimiter in ",;\t":
        first = next(csv.reader([head], delimiter=delimiter), [])
        if len(first) > 1 and "document" in (cell.strip().casefold() for cell in first):
            return delimiter
    return max(",;\t", key=head.count)


def _plain(cell: Any) -> Any:
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    if hasattr(cell, "isoformat"):
        return cell.isoformat()[:10]
    return unguarded(clean(str(cell)))


def read_table(data: bytes) -> list[list[Any]]:
    """The rows of a table, the header first; blocks. Raises `NotATable` saying what to do."""
    with tempfile.TemporaryFile() as spool:
        spool.write(data)
        spool.seek(0)
        try:
            found = [_ROWS.decode(frame) for frame in frames(TASK, spool, b"", LIMITS)]
        except Stopped as stopped:
            raise NotATable(
                f"Reading the table takes too much ({stopped.limit}); export it anew, in parts."
            ) from None
    if not found or found[0]["refused"]:
        raise NotATable((found[0]["refused"] if found else "") + " Send CSV in UTF-8, or XLSX.")
    rows: list[list[Any]] = found[0]["rows"]
    if len(rows) > MOST_ROWS + 1:
        raise NotATable(f"A table may have {MOST_ROWS} rows; send it in parts.")
    return rows


def write_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as CSV (UTF-8); no cell is taken for a formula."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(
        [guarded(cell) for cell in row] for row in rows
    )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as XLSX; no cell is taken for a formula."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("answers")
    for row in rows:
        sheet.append([guarded(clean(cell) if isinstance(cell, str) else cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
