"""Small readings of PubMed XML: texts, dates, identifiers. All of them pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import TypeAlias, cast
from unicodedata import normalize

from lxml import etree

from services.search.library.domain.cleaning import single_blanks

Element: TypeAlias = etree._Element  # lxml gives its element class no public name

Parts: TypeAlias = dict[str, etree._Element]
"""Children of an element by tag."""

NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(NAMES, start=1)}
ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\s*/?$")
DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d|21\d\d)\b")
TRIAL = re.compile(r"\b(NCT\d{8}|ISRCTN\d{8}|CRD42\d{5,12})\b")


def clean(raw: str | None) -> str:
    """`raw` in NFC with single blanks and none at the ends."""
    return normalize("NFC", single_blanks(raw)) if raw else ""


def text(element: Element | None) -> str:
    """All text of `element`, markup (`<i>`, `<sup>`, MathML) taken off, cleaned."""
    if element is None:
        return ""
    raw = _with_markup(element) if len(element) else element.text
    if raw and raw.isascii():  # most texts; XML allows no other blanks in ASCII than these
        if raw.isalnum():
            return raw
        if not ("  " in raw or "\n" in raw or "\t" in raw or "\r" in raw):
            return raw.strip()
    return clean(raw)


def _with_markup(element: Element) -> str:
    """The text of an element with markup in it."""
    if next(element.iter(etree.Entity), None) is None:
        return etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return "".join(cast("Iterator[str]", element.itertext()))  # never what an entity stands for


def children(element: Element | None, tag: str) -> Iterator[Element]:
    """Direct children of `element` called `tag`; none if there is no element."""
    return iter(()) if element is None else element.iterchildren(tag)


def first(element: Element | None, tag: str) -> Element | None:
    """First direct child of `element` called `tag`."""
    return next(children(element, tag), None)


def attribute(element: Element, name: str, default: str = "") -> str:
    """Attribute `name`, or the default that the DTD gives it."""
    value: str = element.get(name, default)
    return value


def day(element: Element | None) -> date | None:
    """The date of an element with Year, Month, Day below it; None if it names no real day."""
    if element is None:
        return None
    parts: dict[str, str] = {}
    for part in element:
        tag = part.tag
        parts[tag] = part.text or ""
        if tag == "Day" and len(parts) == 3:
            break  # only an hour and a minute follow
    try:
        month = month_number(parts.get("Month", "1"))
        return date(int(parts["Year"]), month, int(parts.get("Day", "1")))
    except (KeyError, ValueError):
        return None


def month_number(name: str) -> int:
    """`03`, `3`, `Mar` or `March` as 3; raises ValueError otherwise."""
    if name.isdecimal() or name.strip().isdecimal():
        return int(name)
    number = MONTHS.get(name.strip()[:3].lower())
    if number is None:
        raise ValueError(f"'{name}' is no month")
    return number


def whole(raw: str, otherwise: int) -> int:
    """A whole number of at most nine digits, or `otherwise`."""
    raw = raw.strip()
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else otherwise


def year_in(raw: str) -> int | None:
    """First plausible year in free text such as `1998 Dec-1999 Jan`."""
    found = YEAR.search(raw)
    return int(found.group(1)) if found else None


def orcid(raw: str) -> str | None:
    """`https://orcid.org/0000-0002-1825-0097` or the bare number as `0000-0002-1825-0097`."""
    found = ORCID.search(raw.strip())
    return "-".join(found.groups()).upper() if found else None


def doi(raw: str) -> str | None:
    """A DOI in lower case without resolver prefix; None if `raw` is none."""
    bare = DOI_PREFIX.sub("", raw.strip()).lower()
    return bare if bare.startswith("10.") and "/" in bare else None


def trial_ids_in(raw: str) -> tuple[str, ...]:
    """Registry numbers written in running text (ClinicalTrials.gov, ISRCTN, PROSPERO)."""
    if "NCT" in raw or "ISRCTN" in raw or "CRD42" in raw:
        return tuple(TRIAL.findall(raw))
    return ()


def abstract_of(element: Element | None) -> str:
    """All parts of an abstract, each led by its label (`METHODS: ...`)."""
    parts = []
    for part in children(element, "AbstractText"):
        label, words = clean(attribute(part, "Label")), text(part)
        if words:
            parts.append(f"{label}: {words}" if label else words)
    return " ".join(parts)
