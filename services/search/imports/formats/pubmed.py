"""PubMed XML that a person uploads, as import events.

What is written as PubMed writes it is cut and parsed as bytes, in half the time of text that may
be damaged; from the first thing on that is unusual, a file is read as such text.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, cast

from services.search.imports.domain.result import ImportEvent, Rejection, Repair
from services.search.imports.formats.bounds import LINE_BREAK
from services.search.imports.formats.xml import XmlRecords, codec_of, parsed
from services.search.library.domain.cleaning import has_line_break, has_mojibake
from services.search.pubmed.domain.answers import Deleted
from services.search.pubmed.xml.pieces import BLOCK, Pieces, Rest
from services.search.pubmed.xml.reader import TAGS, read_element

Found = tuple[int, Any] | Repair | Rejection


def read_pubmed_xml(head: bytes, stream: BinaryIO, source: str) -> Iterator[ImportEvent]:
    """Source records in file order; deletions and broken XML are told.

    The records keep PubMed as their source: the same citation from a search and
    from a file is one source record.
    """
    del source
    for found in _found(head, stream):
        if isinstance(found, (Repair, Rejection)):
            yield found
            continue
        line, element = found
        for item in read_element(element):
            if isinstance(item, Deleted):
                yield Rejection(line, f"PubMed has withdrawn the citation {item.pmid}")
            elif item.record.own_id or item.record.bibliography.title:
                yield replace(item.record, line=line)
            else:
                yield Rejection(line, "a citation without PMID and title")


def _found(head: bytes, stream: BinaryIO) -> Iterator[Found]:
    """The line and the element of each record, after the repairs it needed."""
    pieces = Pieces(cast("BinaryIO", Rest(head, stream)))
    for element in pieces.elements():
        if pieces.piece.isascii():
            yield pieces.line, element
        else:
            yield from _told(pieces.line, element, pieces.piece.decode("utf-8"))
    uncut = pieces.uncut()
    if uncut is None:
        return
    line, rest = uncut
    records = XmlRecords(rest.read(BLOCK), cast("BinaryIO", rest), TAGS, codec_of(head), line)
    for found in records.elements():
        if isinstance(found, tuple) and has_line_break(records.piece):
            yield Repair(found[0], LINE_BREAK)
        yield found


def _told(line: int, element: Any, piece: str) -> Iterator[Found]:
    """A record with other letters than ASCII's, and what these needed."""
    found = parsed(line, piece, whole=True) if has_mojibake(piece) else iter([(line, element)])
    for each in found:
        if isinstance(each, tuple) and has_line_break(piece):
            yield Repair(line, LINE_BREAK)
        yield each
