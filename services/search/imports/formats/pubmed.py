"""PubMed XML that a person uploads, as import events."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from services.search.imports.domain.result import ImportEvent, Rejection, Repair
from services.search.imports.formats.bounds import LINE_BREAK
from services.search.imports.formats.xml import XmlRecords
from services.search.library.domain.cleaning import has_line_break
from services.search.pubmed.domain.answers import Deleted
from services.search.pubmed.xml.reader import TAGS, read_element


def read_pubmed_xml(head: bytes, stream: BinaryIO, source: str) -> Iterator[ImportEvent]:
    """Source records in file order; deletions and broken XML are told.

    The records keep PubMed as their source: the same citation from a search and
    from a file is one source record.
    """
    del source
    records = XmlRecords(head, stream, TAGS)
    for found in records.elements():
        if isinstance(found, (Repair, Rejection)):
            yield found
            continue
        line, element = found
        if not records.piece.isascii() and has_line_break(records.piece):
            yield Repair(line, LINE_BREAK)
        for item in read_element(element):
            if isinstance(item, Deleted):
                yield Rejection(line, f"PubMed has withdrawn the citation {item.pmid}")
            elif item.record.own_id or item.record.bibliography.title:
                yield replace(item.record, line=line)
            else:
                yield Rejection(line, "a citation without PMID and title")
