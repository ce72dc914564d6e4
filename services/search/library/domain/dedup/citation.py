"""Repairs fields in which a database put more than belongs there.

Some exports print the whole citation where the journal should stand
(`Acta Exempli.12 (3) ()(pp 45-52) 1999.Date of Publication: 1999`), or shift
fields by one, so that the issue holds the pages and the pages a date. What is
empty or cannot be meant is filled from there; what is plausible stays. The
source record itself is never changed.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from services.search.library.domain.record import Bibliography

LONGEST = 600
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|fall|winter)\.?"
)
_DATE = re.compile(
    rf"{_MONTH}(?:\s*[-/,&]?\s*{_MONTH})?(?:[\s,]+(?:\d{{1,2}}[\s,]+)?(?:18|19|20)\d\d)?|"
    rf"(?:\d{{1,2}}\s+)?{_MONTH}[\s,]+(?:18|19|20)\d\d|"
    rf"(?:18|19|20)\d\d(?:/\d{{1,2}}(?:/\d{{1,2}})?|[\s/-]*\d{{0,2}}\s*{_MONTH}.*)|"
    r"(?:18|19|20)\d\d(?:0\d|1[0-2])[0-3]\d(?:/\d+)?",
    re.IGNORECASE,
)
_BLANK = re.compile(
    r"\W*(?:no pag\w*|var\.?\s?pag\w*|no pages?|n\.?\s?pag\.?|unpaginated|unknown|n/?a|none|"
    r"in press|no pagination specified|\[?epub ahead of print\]?)\W*",
    re.IGNORECASE,
)
_PAGES = re.compile(r"\W*pp?\.?\s*(?=[\dA-Za-z]{0,4}\d)", re.IGNORECASE)
_HINT = re.compile(r"\(pp? |pagination|\d{4}[^;]{0,20};|\d\s*\(|\bpp?\. ?\d|vol(?:ume)?\.? ?\d")
_PRINTED = re.compile(  # Embase: `Acta Exempli.12 (3) ()(pp 45-52) 1999.Date of Publication: ...`
    r"(?P<journal>.+)\.\s*(?P<volume>[a-z]?\d[^().]{0,25})?\s*"
    r"(?:\((?P<issue>[^()]*)\)\s*)??(?:\(\)\s*)?"
    r"\((?:pp?\.?\s+(?P<pages>[^()]*)|no pagination)\)(?:\s*(?P<year>(?:18|19|20)\d\d))?",
    re.IGNORECASE | re.DOTALL,
)
_MEDLINE = re.compile(  # `J Bar 2010 Mar;35(3):752-63`
    r"(?P<journal>\D.*?)[\s.,]+(?P<year>(?:18|19|20)\d\d)[^;]{0,14};\s*"
    r"(?P<volume>\d[\w .-]{0,20}?)?\s*(?:\((?P<issue>[^()]*)\))?\s*"
    r"(?::\s*(?P<pages>[A-Za-z]{0,4}\d[\w.–-]*))",
)
_LISTED = re.compile(  # `J Bar, 35(3), 752-763`, `J Bar, Vol. 35, No. 3, pp. 752-763`
    r"(?P<journal>\D.*?)[\s,.]+(?:vol(?:ume)?\.?\s*)?(?P<volume>\d{1,4})\s*"
    r"(?:\((?P<issue>[^()]*)\)|,\s*(?:no|issue|iss|number)\.?\s*(?P<number>\w+))?\s*"
    r"[,:]\s*(?:pp?\.?\s*)?(?P<pages>[A-Za-z]{0,4}\d+\s?[-–]\s?[A-Za-z]{0,4}\d+)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"article(?: number)?:\s*(?:article\s*)?([a-z]{0,6}\d[\w-]*)", re.IGNORECASE)
_CONFERENCE = re.compile(r"\W*(?:conference(?: start| publication)?|article number)\s*:", re.I)
_NUMBERED = re.compile(
    r"\W*(?:[a-z]{0,2}\d|s\.?\s?\d|(?:no|nr|num\w*|iss\w*|pt|part|sup\w*|spec\w*|special|sp|vyp|heft|n)\b|"
    r"[a-h]\b|[ivx]+\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|meeting|abstr|program)",
    re.IGNORECASE,
)


class Citation(NamedTuple):
    """What a whole citation says; "" where it says nothing."""

    journal: str
    volume: str
    issue: str
    pages: str
    year: str


@lru_cache(maxsize=16384)
def cited(text: str) -> Citation | None:
    """The parts of a citation standing in a journal field, None for a plain name."""
    text = text[:LONGEST]
    if not _HINT.search(text):
        return None
    for pattern in (_PRINTED, _MEDLINE, _LISTED):
        if found := pattern.match(text):
            return _parts(found, text)
    return None


def _parts(found: re.Match[str], text: str) -> Citation:
    said = {name: (value or "").strip() for name, value in found.groupdict().items()}
    journal = _CONFERENCE.split(said["journal"], maxsplit=1)[0].strip(" .,")
    pages = said["pages"]
    if not pages and (article := _ARTICLE.search(text, found.end())):
        pages = f"e{article[1]}" if article[1].isdecimal() else article[1]
    issue = said["issue"] or said.get("number", "")
    return Citation(journal, said["volume"], issue, pages, said.get("year", ""))


def is_date(pages: str, year: int | None) -> bool:
    """Is a date, or only the year of publication, standing where pages should?"""
    text = pages.strip()
    if text.isdecimal() and len(text) == 4:
        return year is not None and abs(int(text) - year) <= 1
    return _DATE.fullmatch(text) is not None


def repaired(source: Bibliography) -> Bibliography:
    """`source` with empty or implausible journal, volume, issue, pages and year filled."""
    found = cited(source.journal) if len(source.journal) > 8 else None
    issue, pages = _unshifted(source.issue, source.pages, source.year)
    if found is None:
        if issue == source.issue and pages == source.pages:
            return source
        return replace(source, issue=issue, pages=pages)
    split = bool(source.volume and issue and _NUMBERED.match(issue))
    return replace(
        source,
        journal=found.journal or source.journal,
        volume=source.volume or found.volume,
        issue=issue if split else found.issue or ("" if found.volume else issue),
        pages=pages or found.pages,
        year=source.year or (int(found.year) if found.year else None),
    )


def _unshifted(issue: str, pages: str, year: int | None) -> tuple[str, str]:
    """Pages that stand as issue go where they belong; dates and `no pagination` go."""
    shifted = False
    if issue:
        if _BLANK.fullmatch(issue):
            issue = ""
        elif marked := _PAGES.match(issue):
            moved, issue, shifted = issue[marked.end() :], "", True
            pages = moved if not pages or is_date(pages, year) or _dated(pages) else pages
        elif not _NUMBERED.match(issue):
            issue = ""
    if pages and (is_date(pages, year) or _BLANK.fullmatch(pages) or (shifted and _dated(pages))):
        pages = ""
    return issue, pages


def _dated(pages: str) -> bool:
    """`Feb-12` may be pages 2-12 through a spreadsheet: beside shifted fields it is a date."""
    return re.match(rf"{_MONTH}\b", pages, re.IGNORECASE) is not None
