"""Read labelled de-duplication sets: CSV, plain or gzipped."""

import csv
import gzip
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from services.search.library.domain.record import Author, Bibliography

csv.field_size_limit(sys.maxsize)

_GLUED = re.compile(r"(?<=\.)(?=[^\W\d_]{2,})")
_INITIALS = re.compile(r"^(?:[A-ZÀ-Þ]\.?[\s-]?){1,4}(?:Jr\.?|Sr\.?)?$")
_TRAILING = re.compile(r"^(.*?)\s+((?:[A-ZÀ-Þ]\.?[\s-]?){1,5}(?:Jr\.?|Sr\.?)?)$")
_YEAR = re.compile(r"(1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One row: its id, the true group it belongs to ("" for none) and what it says."""

    id: str
    group: str
    bibliography: Bibliography


_NOTHING = frozenset({"", "nan", "na", "none", "null"})


def read_set(path: Path) -> Iterator[Labelled]:
    """The rows of one set, in file order.

    Column names may be in any case; a missing column is an empty one. A row
    without an id, or with one that was there before, is named by its place.
    """
    seen: set[str] = set()
    with _opened(path) as raw, _decoded(raw) as text:
        for position, row in enumerate(csv.DictReader(text)):
            cells = {str(k or "").strip().lower(): _cell(v) for k, v in row.items()}
            name = cells.get("record_id") or cells.get("id") or ""
            if not name or name in seen:
                name = f"row {position} {name}".strip()
            seen.add(name)
            yield Labelled(name, cells.get("duplicate_set", ""), bibliography(cells))


def _cell(value: object) -> str:
    """The text of a cell; what a data frame writes for nothing is nothing."""
    text = value.strip() if isinstance(value, str) else ""
    return "" if text.lower() in _NOTHING else text


def _opened(path: Path) -> IO[bytes]:
    """The file, gunzipped if its first bytes say so, whatever it is called."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path)) if zipped else path.open("rb")


def _decoded(raw: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def bibliography(row: dict[str, str]) -> Bibliography:
    """One row as a bibliography; unknown columns are ignored."""
    year = _YEAR.search(row.get("year") or "")
    return Bibliography(
        kind=row.get("type") or "article",
        title=row.get("title") or "",
        abstract=row.get("abstract") or "",
        authors=tuple(authors(row.get("author") or "")),
        year=int(year.group()) if year else None,
        journal=row.get("journal") or row.get("booktitle") or "",
        volume=row.get("volume") or "",
        issue=row.get("number") or "",
        pages=row.get("pages") or "",
        doi=row.get("doi") or None,
        pmid=row.get("pmid") or None,
        issns=((row.get("isbn") or "") + " " + (row.get("issn") or ""),),
        isbns=(row.get("isbn") or "",),
    )


def authors(text: str) -> Iterator[Author]:
    """Split an author field, whichever of the usual separators it uses."""
    for name in _names(text):
        name = name.strip(" ,;\t")
        if name:
            yield _author(name)


def _names(text: str) -> list[str]:
    for separator in (" and ", ";", "\n", "\r", "|"):
        if separator in text:
            return text.split(separator)
    glued = _GLUED.split(text)
    if len(glued) > 1 and all(name.count(",") < 2 for name in glued):
        return glued
    return _comma_names(text) if "," in text else glued


def _comma_names(text: str) -> list[str]:
    """`Smith, J., Jones, P.` or `Smith J, Jones P`."""
    chunks = [c.strip() for c in text.split(",")]
    if _TRAILING.match(chunks[0]):
        return chunks
    if len(chunks) == 2 or any(_INITIALS.match(c) for c in chunks[1::2]):
        return [", ".join(chunks[i : i + 2]) for i in range(0, len(chunks), 2)]
    return chunks


def _author(name: str) -> Author:
    family, comma, given = name.partition(",")
    if comma:
        return Author(family=family.strip(), given=given.strip())
    if found := _TRAILING.match(name):
        return Author(family=found[1], given=found[2])
    return Author(family=name)
