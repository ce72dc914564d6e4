"""What holds of every record, whatever the format: its texts are bounded, its gaps are told.

A text beyond its bound is cut, and that is told; the upload itself is kept whole.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from services.search.imports.domain.compose import Dialect
from services.search.imports.domain.result import ImportEvent, ImportRefused, Rejection, Repair
from services.search.imports.formats import nbib, ovid, refworks, wos
from services.search.imports.formats.bibtex import reader as bibtex
from services.search.imports.formats.endnote import enw, xml
from services.search.imports.formats.ris.tags import RIS
from services.search.imports.formats.table.headers import DIALECT as TABLE
from services.search.library.domain.cleaning import has_line_break
from services.search.library.domain.record import Author, Bibliography, SourceRecord

LONGEST = {
    "abstract": 100_000,
    "title": 5_000,
    "journal": 2_000,
    "publisher": 2_000,
    "language": 500,
    "volume": 500,
    "issue": 500,
    "pages": 500,
}
"""Characters of a field."""
LONGEST_NAME = 2_000
LONGEST_LINE = 1_000
SMALL = min(LONGEST.values())
"""A record of no more characters has no text beyond its bound."""
MANY_TAGS = 6
EACH = 100
"""Of what is told in the same words: so many have a line of their own."""
DIFFERENT = 10_000
"""Sentences that are counted; a file with more is told them as they come."""
LINE_BREAK = "a line break inside a value (U+2028 or U+2029) read as a blank"
_TAGS = re.compile(r"\b[A-Z][A-Z0-9]{1,3} {0,2}- ")
_DIALECTS: tuple[Dialect, ...] = (
    *(RIS, TABLE, bibtex.DIALECT, enw.ENW.dialect, nbib.NBIB.dialect, wos.CIW.dialect),
    *(ovid.OVID.dialect, refworks.REFWORKS.dialect, xml.DIALECT),
)
_YEAR_TAGS = frozenset(chain.from_iterable(dialect.year for dialect in _DIALECTS))
_TITLE_TAGS = frozenset(chain.from_iterable(dialect.title for dialect in _DIALECTS))


def bounded(events: Iterator[ImportEvent]) -> Iterator[ImportEvent]:
    """The events, each record after what has to be told of it; that there is none is told too.

    What is told of very many is told of the first `EACH` one by one, and once of the rest.
    """
    often = _Often()
    try:
        for event in _told(events):
            if isinstance(event, SourceRecord) or often.is_told(event):
                yield event
    except ImportRefused:
        yield from often.rest()
        raise
    yield from often.rest()


class _Often:
    """What is told of a file again and again, and from which line on it is told together."""

    def __init__(self) -> None:
        self._times: Counter[tuple[type[Repair | Rejection], str]] = Counter()
        self._first: dict[tuple[type[Repair | Rejection], str], int] = {}

    def is_told(self, event: Repair | Rejection) -> bool:
        """Whether it is told by itself."""
        same = type(event), event.what if isinstance(event, Repair) else event.why
        if len(self._times) < DIFFERENT or same in self._times:
            self._times[same] += 1
        if self._times[same] > EACH:
            self._first.setdefault(same, event.line)
            return False
        return True

    def rest(self) -> Iterator[Repair | Rejection]:
        """One line for each that was told too often."""
        for same, line in self._first.items():
            told, sentence = same
            times = self._times[same] - EACH
            yield told(line, f"{sentence}: {times:,} times from this line on")


def _told(events: Iterator[ImportEvent]) -> Iterator[ImportEvent]:
    records, last = 0, 1
    for event in events:
        last = event.line or last
        if isinstance(event, SourceRecord):
            records += 1
            content, raw = event.bibliography, event.raw
            if not raw.isascii() and has_line_break(raw):
                yield Repair(event.line or 1, LINE_BREAK)
            if not content.title or not content.year or content.extra or "\n" not in raw:
                yield from _gaps(event)
            if (not raw or len(raw) > SMALL) and _is_long(content, len(raw)):
                yield from _cut(event)
            else:
                yield event
        else:
            yield event
    if not records:
        yield Rejection(last, "no record could be read in the file")


def _is_long(content: Bibliography, raw: int) -> bool:
    """Whether a text may be beyond its bound; a quick look, for every record passes here.

    `raw` is the length of what the file says, 0 where that is not kept.
    """
    short = content.volume, content.issue, content.pages, content.language
    if len("".join(short)) + len(content.journal) + len(content.publisher) > SMALL:
        return True
    if 0 < raw <= LONGEST_NAME:
        return False
    if len(content.abstract) > LONGEST["abstract"] or len(content.title) > LONGEST["title"]:
        return True
    for author in content.authors:
        if len(author.family) + len(author.given) + len(author.collective) > LONGEST_NAME:
            return True
    return False


def _cut(record: SourceRecord) -> Iterator[ImportEvent]:
    """The record with its texts within their bounds, after what was cut."""
    line, content = record.line or 1, record.bibliography
    cut: dict[str, Any] = {
        name: text[:longest]
        for name, longest in LONGEST.items()
        if len(text := getattr(content, name)) > longest
    }
    for name in cut:
        yield Repair(line, f"the {name} is longer than {LONGEST[name]:,} characters, and was cut")
    people = tuple(map(_short, content.authors))
    if people != content.authors:
        yield Repair(line, f"a name is longer than {LONGEST_NAME:,} characters, and was cut")
        cut["authors"] = people
    yield replace(record, bibliography=replace(content, **cut))


def _gaps(record: SourceRecord) -> list[Repair]:
    """What is missing in a record, or stands in it twice."""
    found: list[str] = []
    content, raw = record.bibliography, record.raw
    if "\n" not in raw and len(raw) > LONGEST_LINE and len(_TAGS.findall(raw)) >= MANY_TAGS:
        found.append("the lines of the file run into one another; only one record was read")
    if content.year is None and (unread := _unread_year(content)):
        found.append(f"'{unread[:40]}' is no year; it is kept, and the year is unknown")
    if content.extra and not _TITLE_TAGS.isdisjoint([tag for tag, _ in content.extra]):
        found.append("the record has two titles; perhaps it is two records, run together")
    if not (content.title or content.doi or content.pmid or content.pmcid or record.own_id):
        found.append("the record has neither a title nor an identifier")
    return [Repair(record.line or 1, what) for what in found] if found else []


def _short(author: Author) -> Author:
    if max(len(author.family), len(author.given), len(author.collective)) <= LONGEST_NAME:
        return author
    return replace(
        author,
        family=author.family[:LONGEST_NAME],
        given=author.given[:LONGEST_NAME],
        collective=author.collective[:LONGEST_NAME],
    )


def _unread_year(content: Bibliography) -> str:
    """What stands where the year should be, when it is none."""
    return next((value for tag, value in content.extra if tag in _YEAR_TAGS and value), "")
