"""An independent count of the values in export files, by line shape alone.

Knows nothing of the readers: a tag and a non-empty value at the start of a line
is a value; in a table, a non-empty cell; in XML, a non-empty leaf. Decoded as
loosely as can be. A value is kept when its letters and digits, in order, are
found in the record.
"""

import csv
import html
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree

from services.search.library.domain.record import SourceRecord

_SHAPES = {
    "ris": re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*\S)"),
    "nbib": re.compile(r"^([A-Z0-9]{2,4}) *- (.*\S)"),
    "wos": re.compile(r"^([A-Z][A-Z0-9]) (.*\S)"),
    "enw": re.compile(r"^(%\S) (.*\S)"),
    "bibtex": re.compile(r"^\s*([\w -]+?)\s*=\s*[{\"]*(.*?)[}\",]*\s*$"),
    "ovid": re.compile(r"^()\s+(\S.*\S)"),
}
_FRAME = frozenset(("TY", "ER", "FN", "VR", "PT", "%0"))
_SEPARATORS = {"csv": ",", "tsv": "\t"}
_RESOLVER = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:? ?)(?=10\.)| \[doi\]$", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")


@dataclass(frozen=True, slots=True)
class Scanned:
    """One value as the scanner met it."""

    line: int
    tag: str
    text: str


def scanned(path: Path, found: str) -> list[Scanned]:
    """Every value in the file, by the line shape of its format."""
    if found == "xlsx":
        return list(_sheet(path))
    if found.endswith("xml"):
        return list(_leaves(path))
    text = _text(path)
    if found in _SEPARATORS:
        return list(_cells(text, _SEPARATORS[found]))
    shape = _SHAPES[found]
    values: list[Scanned] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        match = shape.match(line)
        if match and match[1] not in _FRAME:
            values.append(Scanned(number, match[1], match[2]))
    return values


def haystack(record: SourceRecord) -> str:
    """All that a record's bibliography says, letters and digits only, a blank between values."""
    bibliography = record.bibliography
    parts: list[str] = []
    for author in bibliography.authors:
        parts += (author.name, f"{author.given} {author.family}", f"{author.family}{author.given}")
        parts += (author.orcid or "", *author.affiliations)
    for link in bibliography.links:
        parts += (link.citation, link.note, link.pmid or "")
    for name in bibliography.__dataclass_fields__:
        value = getattr(bibliography, name)
        if isinstance(value, tuple):
            parts.append(" ".join(map(str, value)))
            parts += [item if isinstance(item, str) else item[-1] for item in _simple(value)]
        elif value is not None:
            parts.append(str(value))
    parts.append(record.own_id or "")
    parts += bibliography.pages.split("-")
    return " ".join(("", *map(needle, parts), ""))


def _simple(value: tuple[object, ...]) -> list[str | tuple[str, str]]:
    return [item for item in value if isinstance(item, (str, tuple))]


def needle(text: str) -> str:
    """The letters and digits of a value, without markup, entities or a DOI's resolver."""
    text = _RESOLVER.sub("", text.strip())
    if "<" in text or "&" in text:
        text = _MARKUP.sub("", html.unescape(text))
    text = unicodedata.normalize("NFC", text).casefold()
    return "".join(filter(str.isalnum, text))


def parts(text: str) -> list[str]:
    """The needles of a value that holds several, like the authors in one cell."""
    pieces = re.split(r"[;,|\[\]'\"\n]|\band\b|(?<=\d{3}[\dX]) ", text)
    return [sought for piece in pieces if (sought := needle(piece))]


def _text(path: Path) -> str:
    octets = path.read_bytes()
    for codec in ("utf-8-sig", "utf-16", "cp1252", "latin-1"):
        if codec == "utf-16" and octets[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return octets.decode(codec)
        except UnicodeDecodeError:
            continue
    return octets.decode("utf-8", "replace")


def _cells(text: str, separator: str) -> Iterator[Scanned]:
    """Cells below the first row that is as wide as most rows."""
    if separator == "," and text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(","):
        separator = ";"
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    yield from _below_header((line, row) for line, row in _numbered(reader))


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _below_header(rows: Iterator[tuple[int, list[str]]]) -> Iterator[Scanned]:
    header = False
    for line, row in rows:
        if header:
            for index, cell in enumerate(row):
                if cell.strip(" =\"'[]"):
                    yield Scanned(line, str(index), cell)
        named = re.search(r"title|abstract", " ".join(row), re.IGNORECASE)
        header = header or (named is not None and sum(map(bool, row)) > 1)


def _sheet(path: Path) -> Iterator[Scanned]:
    for sheet in openpyxl.load_workbook(path, read_only=True).worksheets:
        rows = enumerate(sheet.iter_rows(values_only=True), 1)
        texts = ((n, ["" if cell is None else str(cell) for cell in row]) for n, row in rows)
        yield from _below_header(texts)


def _leaves(path: Path) -> Iterator[Scanned]:
    for _, element in etree.iterparse(str(path), resolve_entities=False):
        leaf = element.tag == "style" or len(element) == 0
        if leaf and (element.text or "").strip():
            yield Scanned(element.sourceline or 0, str(element.tag), str(element.text))
