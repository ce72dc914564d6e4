"""EndNote's XML export, record by record.

Text sits in nested `<style>` elements.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from services.search.imports.domain.compose import Dialect, Values, compose, own_id_of
from services.search.imports.domain.result import ImportEvent, Rejection, Repair
from services.search.imports.formats.endnote.enw import KINDS
from services.search.imports.formats.xml import XmlRecords
from services.search.library.domain.cleaning import clean, suspect
from services.search.library.domain.record import SourceRecord

DIALECT = Dialect(
    kinds=KINDS,
    kind=("ref-type",),
    usual=frozenset(("Journal Article", "Book", "Book Section", "Thesis", "Report")),
    title=("titles/title",),
    abstract=("abstract",),
    authors=("contributors/authors/author",),
    year=("dates/year", "dates/pub-dates/date"),
    journal=(
        "titles/secondary-title",
        "periodical/full-title",
        "full-title",
        "alt-periodical/full-title",
        "periodical/abbr-1",
    ),
    volume=("volume",),
    issue=("number",),
    pages=("pages",),
    publisher=("publisher",),
    language=("language",),
    doi=("electronic-resource-num",),
    issns=("isbn",),
    keywords=("keywords/keyword",),
    urls=(
        "urls/related-urls/url",
        "urls/web-urls/url",
        "urls/pdf-urls/url",
        "urls/text-urls/url",
        "urls/image-urls/url",
    ),
    own_id=("accession-num",),
)


def read_endnote_xml(head: bytes, stream: BinaryIO, source: str) -> Iterator[ImportEvent]:
    """Source records in file order. Damaged XML is read as far as it can be, and told."""
    for found in XmlRecords(head, stream, ("record",)).elements():
        if isinstance(found, (Repair, Rejection)):
            yield found
        else:
            yield from _record(*found, source)


def _record(line: int, element: Any, source: str) -> Iterator[ImportEvent]:
    values: Values = {}
    undone: dict[str, None] = {}
    for child in element:
        _collect(child, "", values, undone)
    yield from (Repair(line, f"{what} undone") for what in undone)
    own_id = own_id_of(values, DIALECT)
    yield SourceRecord(
        source=source,
        own_id=own_id,
        bibliography=compose(values, DIALECT),
        raw=etree.tostring(element, encoding="unicode", with_tail=False),
        line=line,
    )


def _collect(element: Any, path: str, values: Values, undone: dict[str, None]) -> None:
    """Every leaf's text under its path; `<style>` is no level of its own."""
    if not isinstance(element.tag, str):
        return
    here = f"{path}/{element.tag}" if path else element.tag
    below = [child for child in element if isinstance(child.tag, str) and child.tag != "style"]
    if below:
        for child in below:
            _collect(child, here, values, undone)
        return
    text = element.get("name") if here == "ref-type" else "".join(element.itertext())
    text = " ".join(unicodedata.normalize("NFC", text or "").split())
    if suspect(text):
        text, what = clean(text)
        undone.update(dict.fromkeys(what))
    if text:
        values.setdefault(here, []).append(text)
