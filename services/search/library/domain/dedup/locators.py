"""Volume, issue and pages in one spelling: `123-9`, `123--129` and `pp. 123-129` agree."""

import re
from functools import lru_cache
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b")
_MONTH_FIRST = re.compile(r"^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/](\d{1,4})$")
_MONTH_LAST = re.compile(r"^(\d{1,4})[-/](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*$")
_PAGE = re.compile(r"\b([a-z]{0,6})\.?\s?(\d{1,9})([a-z]?)\b")
_RANGE = re.compile(r"\s*(?:-|–|—|−|‐|‑|/)+\s*")
_SUPPLEMENT = re.compile(r"sup+l|\bsup\d|\bs\s?\d|meeting|abstr|^s\d")
_NUMBER = re.compile(r"\d+")
_ISSUES = re.compile(r"^\s*(\d{1,4})\s*[-–/&]\s*(\d{1,4})\b")
LONGEST_RANGE = 12  # issues printed in one
YEARLY = 60  # a weekly has 52 or 53 issues: higher numbers count from the first year on
_LETTERED = re.compile(r"^(?:sup+l\w*\.?\s*)?([a-h])$")  # `Supplement H`
_ROMAN = re.compile(r"^[ivxlc]{1,7}$")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_AFTER_PROSE = re.compile(r"^[^\d].*[.:]\s*(\d{1,5})\s*$")  # `Part A. 9`, a title's end glued on
_TOTAL = re.compile(r"^\d+\s*p(ages?)?\.?$")


class Pages(NamedTuple):
    """First and last page as printed letters and digits; "" when unknown."""

    first: str
    last: str


class Volume(NamedTuple):
    """Volume and issue numbers as digits ("" unknown), and whether it is a supplement."""

    number: str
    issue: str
    supplement: bool


def roman(text: str) -> int:
    """The value of a lower-case Roman numeral, 0 when `text` is none."""
    if not _ROMAN.match(text):
        return 0
    total = 0
    for letter, following in zip(text, [*text[1:], "i"], strict=True):
        value = _VALUES[letter]
        total += -value if value < _VALUES[following] else value
    return total


@lru_cache(maxsize=65536)
def pages(raw: str) -> Pages:
    """First and last page of `raw`; page totals (`215 p`) and prose are no pages."""
    text = raw[:200].lower().strip()
    if not text or _TOTAL.match(text):
        return Pages("", "")
    text = _unmangled(text.split(";", 1)[0].split(",", 1)[0])
    parts = _joined([p for p in _RANGE.split(text) if p])
    first = _page(parts[0]) if parts else ""
    last = _page(parts[1]) if len(parts) > 1 else ""
    return Pages(first, _completed(first, last))


def _joined(parts: list[str]) -> list[str]:
    """`II-221-5` starts on II221, `S4-76-S4-101` on 76 of supplement 4."""
    if len(parts) == 4 and parts[0] == parts[2]:
        return parts[1::2]
    if len(parts) == 3 and parts[0].isalpha():
        return [parts[0] + parts[1], parts[2]]
    return parts


def _unmangled(text: str) -> str:
    """Undo spreadsheets that read `1-67` as January 1967 (`Jan-67`), `21-8` as `21-Aug`."""
    text = text.strip()
    if found := _MONTH_FIRST.match(text):
        return f"{_MONTHS.index(found[1]) + 1}-{found[2]}"
    if found := _MONTH_LAST.match(text):
        return f"{int(found[1])}-{_MONTHS.index(found[2]) + 1}"
    return text


def _page(text: str) -> str:
    text = text.strip(" .()[]+")
    if value := roman(text):
        return f"r{value}"
    found = _PAGE.search(text)
    if found is None:
        return ""
    prefix = found[1] if found[1] not in _PREFIXES else ""
    return prefix + (found[2].lstrip("0") or "0") + found[3]


_PREFIXES = frozenset({"p", "pp", "page", "pages", "artn", "art", "no", "id", "pg", "seite", "pag"})


def _completed(first: str, last: str) -> str:
    """`123-9` means `123-129`."""
    start, end = digits(first), digits(last)
    if not start or not end:
        return ""
    if len(end) < len(start):
        end = start[: len(start) - len(end)] + end
    return end


@lru_cache(maxsize=65536)
def digits(page: str) -> str:
    """The digits of a page without letters: `h1491` gives `1491`."""
    found = _NUMBER.search(page)
    return found.group() if found else ""


@lru_cache(maxsize=65536)
def same_issue(one: str, other: str) -> bool | None:
    """Do two issues agree? `3-5` includes 5; a count through all years says nothing of a year's."""
    if one == other:
        return True
    (a, b), (c, d) = _span(one), _span(other)
    if not a or not c:
        return False
    if (a > YEARLY) != (c > YEARLY):
        return None
    return a <= d and c <= b


def _span(issue: str) -> tuple[int, int]:
    low, _, high = issue.partition("-")
    if not low.isdecimal():
        return 0, 0
    return int(low), int(high) if high.isdecimal() else int(low)


@lru_cache(maxsize=65536)
def volume(raw_volume: str, raw_issue: str) -> Volume:
    """Volume and issue from both fields: `28 (3)`, `88 Suppl 1`, `Part A. 9`, `17 (1) (no pag)`.

    An issue inside the volume wins: beside it the issue field holds an article number.
    """
    text, issue = raw_volume[:200].lower(), raw_issue[:200].lower()
    supplement = bool(_SUPPLEMENT.search(text) or _SUPPLEMENT.search(issue))
    if text.count(")") != text.count("("):  # `56 (SUPPL. 1)` cut in the middle: `1)`
        return Volume("", _issue(issue), True)
    head, _, bracket = text.partition("(")
    inside = bracket.partition(")")[0]
    if inside and (not issue or inside.isdecimal()):
        issue = inside
    return Volume(_volume(head), _issue(issue), supplement)


def _volume(text: str) -> str:
    """The number before any `suppl` or `pt`; Roman numerals count, months do not."""
    if found := _AFTER_PROSE.match(text):
        return _significant(found[1])
    text = re.split(r"sup+l|\bpt\b|\bpart\b|\bno\b", text, maxsplit=1)[0]
    if _MONTH.search(text):
        return ""
    if number := _NUMBER.search(text):
        return _significant(number.group())
    value = roman(text.strip(" ."))
    return str(value) if value else ""


def _significant(number: str) -> str:
    return number.lstrip("0")


def _issue(text: str) -> str:
    """The issue's number; `3-5`, or `03-May` through a spreadsheet, is a range."""
    text = _unmangled(text)
    if found := _ISSUES.match(text):
        low, high = sorted((int(found[1]), int(found[2])))
        return f"{low}-{high}" if low and low < high <= low + LONGEST_RANGE else str(low or high)
    if _MONTH.search(text):
        return ""
    if found := _NUMBER.search(text):
        return found.group().lstrip("0")
    lettered = _LETTERED.match(text)
    return lettered[1] if lettered else ""
