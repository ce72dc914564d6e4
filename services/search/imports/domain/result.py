"""What reading an export file yields, as values.

A reader never stops at a bad line: it yields the source records in file order,
and between them what it repaired and what it had to reject, each with its line.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.search.library.domain.record import SourceRecord, value


@value
class Repair:
    """Something in the file that was wrong and has been read in spite of it.

    `line` counts from 1; `what` is a sentence for the person who uploaded it.
    """

    line: int
    what: str


@value
class Rejection:
    """A part of the file that could not become a record; `raw` is what it said."""

    line: int
    why: str
    raw: str = ""


ImportEvent = SourceRecord | Repair | Rejection


class ImportRefused(Exception):
    """The upload is not read any further: binary, hostile, or no known format.

    The message is a sentence that tells the person what to do instead.
    """

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


@dataclass(frozen=True, slots=True)
class Import:
    """One export file being read: what it is, and the stream of what it holds.

    `format` is ris, nbib, wos, endnote-xml, enw, bibtex, csv, tsv, xlsx, ovid,
    refworks or pubmed-xml; `encoding` a Python codec name. `events` may raise `ImportRefused`.
    """

    name: str
    format: str
    encoding: str
    events: Iterator[ImportEvent]
