"""Tables that stand on their side: each row is one field, a blank row ends a record.

Embase calls it `CSV - fields by row`: `"TITLE","..."`, `"AUTHOR NAMES","Smith J.","Doe A."`.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from services.search.imports.domain.result import ImportEvent
from services.search.imports.formats.table.headers import field_of
from services.search.imports.formats.table.reader import TableReader
from services.search.imports.formats.table.text import Row
from services.search.imports.formats.text import Lines

_TELLING = 3


def reader_of(rows: Iterable[Row], source: str, lines: Lines | None = None) -> TableReader:
    """The reader for `rows`, by whether their first cells or the first row name the fields."""
    coming = iter(rows)
    first = list(islice(coming, 12))
    every = chain(first, coming)
    kind = ListedReader if _on_its_side(first) else TableReader
    return kind(every, source, lines)


def _on_its_side(rows: list[Row]) -> bool:
    """Whether the first cells name different fields and the cells beside them none."""
    said = [row for _, row in rows if len(row) > 1 and row[0].strip()]
    names = [field_of(row[0]) for row in said]
    across = any(field_of(cell) for row in said for cell in row[1:] if len(cell) < 60)
    return not across and len(set(names) - {None}) >= _TELLING and names[0] is not None


class ListedReader(TableReader):
    """Reads such a table. Use `events` once."""

    def events(self) -> Iterator[ImportEvent]:
        """A source record for the rows up to a blank one, or to the first name again."""
        open_rows: list[Row] = []
        for number, row in self._rows:
            yield from self._repairs()
            blank = not any(cell.strip() for cell in row)
            again = open_rows and row and row[0].strip() == open_rows[0][1][0].strip()
            if blank or again:
                yield from self._listed(open_rows)
                open_rows = []
            if not blank:
                open_rows.append((number, row))
        yield from self._listed(open_rows)

    def _listed(self, rows: list[Row]) -> Iterator[ImportEvent]:
        if not rows:
            return
        self._set_header([row[0] for _, row in rows])
        cells = ["; ".join(filter(None, map(str.strip, row[1:]))) for _, row in rows]
        yield from self._record(rows[0][0], cells)
