"""Reading export files: one function that detects the format and reads any of them."""

import codecs
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from services.search.imports.domain.result import Import, ImportEvent, Repair
from services.search.imports.formats import detection, nbib, ovid, refworks, tagged, wos
from services.search.imports.formats.bibtex import reader
from services.search.imports.formats.bounds import bounded
from services.search.imports.formats.encodings import encoding_of, odd_ends
from services.search.imports.formats.endnote import enw, xml
from services.search.imports.formats.gzip import Gunzipped
from services.search.imports.formats.parts import FORMATS, part_events
from services.search.imports.formats.pubmed import read_pubmed_xml
from services.search.imports.formats.repairs import MendedLines, mending_of
from services.search.imports.formats.ris import reader as ris
from services.search.imports.formats.table import listed, xlsx
from services.search.imports.formats.table import text as table_text
from services.search.imports.formats.text import Lines, LineSource

_SYNTAXES = {"nbib": nbib.NBIB, "wos": wos.CIW, "enw": enw.ENW, "ovid": ovid.OVID}
_SYNTAXES["refworks"] = refworks.REFWORKS


def read_import(stream: BinaryIO, name: str) -> Import:
    """What the export file in `stream` is, and the stream of what it holds.

    `name` becomes the records' `source`; neither it nor its extension decides
    anything; gzip is unpacked. The stream is read forward once and never held whole. Raises
    `ImportRefused`, here or while the events are read, for what is no export.
    """
    found = _import(stream, name)
    return replace(found, events=bounded(found.events))


def _import(stream: BinaryIO, name: str) -> Import:
    head = _head(stream)
    if head.startswith(b"\x1f\x8b"):
        stream = cast(BinaryIO, Gunzipped(head, stream))
        head = _head(stream)
    if head.startswith(b"PK\x03\x04"):
        return Import(name, "xlsx", "zip", xlsx.read_xlsx(head, stream, name))
    detection.refuse_binary(head)
    encoding = encoding_of(head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    detection.refuse_noise(text)
    text = _usual_ends(text, head, encoding)
    mending = None
    if not detection.begins_xml(text):
        detection.refuse_prose(text)
        mending = None if detection.begins_ris(text) else mending_of(text)
    if mending is not None and not detection.is_regular(text, mending.format):
        mended = MendedLines(head, stream, encoding)
        mended.mending = mending
        return Import(name, mending.format, encoding, _events(mending.format, mended, name))
    found = detection.format_of(text)
    if found in ("pubmed-xml", "endnote-xml"):
        read = read_pubmed_xml if found == "pubmed-xml" else xml.read_endnote_xml
        return Import(name, found, encoding, read(head, stream, name))
    lines = Lines(head, stream, encoding)
    if found == "table":
        return _table(lines, text, name)
    if found in FORMATS:
        events = part_events(found, lines, lambda part, below: _events(part, below, name))
        return Import(name, found, encoding, events)
    return Import(name, found, encoding, _events(found, lines, name))


def _usual_ends(text: str, head: bytes, encoding: str) -> str:
    """The text with its lines ended by LF, when all of them are ended by an odd sign."""
    narrow = text.encode("utf-8", "replace") if encoding.startswith("utf") else head
    codec = "utf-8" if encoding.startswith("utf") else encoding
    for end in odd_ends(narrow, codec):
        text = text.replace(end.decode(codec), "\n")
    return text


def _head(stream: BinaryIO) -> bytes:
    """The first bytes; a stream from the network may give fewer at a time."""
    head = b""
    while len(head) < detection.HEAD:
        block = stream.read(detection.HEAD - len(head))
        if not block:
            break
        head += block
    return head


def _events(found: str, lines: LineSource, name: str) -> Iterator[ImportEvent]:
    if found == "ris":
        return ris.RisReader(lines, name).events()
    if found == "bibtex":
        return reader.BibtexReader(lines, name).events()
    return tagged.TaggedReader(lines, name, _SYNTAXES[found]).events()


def _table(lines: Lines, text: str, name: str) -> Import:
    separator = table_text.separator_of(text)
    escaped = table_text.escapes(text)
    if escaped:
        lines.repairs.append(Repair(1, "quotation marks are written with a backslash"))
    rows = table_text.TextRows(lines, separator, escaped=escaped)
    events = listed.reader_of(rows, name, lines).events()
    return Import(name, "tsv" if separator == "\t" else "csv", lines.encoding, events)
