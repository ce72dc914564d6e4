"""CSV as a writer: opens in a spreadsheet without running anything, and reads back whole."""

import csv
import io
from collections.abc import Iterable, Iterator

import orjson

from services.search.imports.domain.restore import carried
from services.search.imports.formats.table.headers import EXPORTED_ID
from services.search.imports.formats.table.reader import TableReader
from services.search.library.domain.record import Bibliography, SourceRecord
from shared.spreadsheets import guarded

_PLAIN = ("title", "abstract", "year", "journal", "volume", "issue", "pages", "publisher")
_MORE = ("language", "doi", "pmid", "pmcid", "kind")
_LISTS = ("keywords", "mesh", "publication_types", "trial_ids", "grants", "references", "urls")
COLUMNS = (EXPORTED_ID, "authors", *_PLAIN, *_MORE, "issns", *_LISTS, "carried")


def write_csv(records: Iterable[tuple[str, Bibliography]], *, header: bool = True) -> Iterator[str]:
    """One row a record, UTF-8. A cell that a spreadsheet would run begins with `'`."""
    if header:
        yield _row(list(COLUMNS))
    for record_id, bibliography in records:
        yield _row(_cells(record_id, bibliography))


def _cells(record_id: str, one: Bibliography) -> list[str]:
    names = [author.name for author in one.authors]
    plain = [str(getattr(one, name) or "") for name in (*_PLAIN, *_MORE)]
    lists = [_listed(getattr(one, name)) for name in _LISTS]
    serials = ", ".join((*one.issns, *one.isbns))
    cells = [record_id, _listed(names), *plain, serials, *lists, ""]
    return [*cells[:-1], "\n".join(carried(one, _lossy(one, cells)))]


def _lossy(one: Bibliography, cells: list[str]) -> tuple[str, ...]:
    """The fields that would not read back from their columns as they are."""
    rows = [(1, list(COLUMNS)), (2, cells)]
    again = Bibliography()
    for event in TableReader(rows, "").events():
        if isinstance(event, SourceRecord):
            again = event.bibliography
    names = Bibliography.__dataclass_fields__
    return tuple(name for name in names if getattr(again, name) != getattr(one, name))


def _listed(values: Iterable[str]) -> str:
    """Values as a JSON list, or joined by semicolons where that reads back."""
    listed = list(values)
    if any(";" in value or "|" in value or "[" in value or "\n" in value for value in listed):
        return orjson.dumps(listed).decode()
    return "; ".join(listed)


def _row(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(map(guarded, cells))
    return written.getvalue()
