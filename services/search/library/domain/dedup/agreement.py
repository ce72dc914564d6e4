"""How two records agree, field by field: the evidence that `compare` weighs."""

from enum import IntEnum
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Hamming

from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.journals import same_journal
from services.search.library.domain.dedup.locators import digits
from services.search.library.domain.dedup.spelling import respelt, without_greek


class Titles(IntEnum):
    """How close two titles are, weakest first."""

    DIFFERENT = 0
    WEAK = 1
    SIMILAR = 2
    CONTAINED = 3
    NEAR = 4
    EQUAL = 5


class PrintedPlace(NamedTuple):
    """Agreement of what is cheap to compare; None is unknown, True agrees, False conflicts.

    `years`: the distance in years, None if one is missing. `range`: first and
    last page agree, and more than one page is meant.
    """

    pages: bool | None
    range: bool
    volume: bool | None
    issue: bool | None
    years: int | None
    doi: bool | None
    pmid: bool | None


class Evidence(NamedTuple):
    """Agreement per field: those of `PrintedPlace`, and the texts.

    `authors`: shared share of the shorter list in 0..1, None if one list is empty.
    """

    pages: bool | None
    range: bool
    volume: bool | None
    issue: bool | None
    years: int | None
    doi: bool | None
    pmid: bool | None
    title: Titles
    authors: float | None
    journal: bool | None
    abstract: bool | None


_CONTAINED = 16


def locate(a: Features, b: Features) -> PrintedPlace:
    """The cheap evidence about one pair; symmetric."""
    return PrintedPlace(
        pages=pages(a, b),
        range=same_range(a, b),
        volume=volumes(a, b),
        issue=issues(a, b),
        years=abs(a.year - b.year) if a.year and b.year else None,
        doi=None if not a.doi or not b.doi else a.doi == b.doi,
        pmid=None if not a.pmid or not b.pmid else a.pmid == b.pmid,
    )


def titles(a: Features, b: Features) -> Titles:
    """Closeness of two titles; NEAR allows other spellings, never other words.

    Greek letters may be missing if both stand on the same page of one volume.
    """
    one, other = a.squeezed, b.squeezed
    if one == other:
        return Titles.EQUAL if one else Titles.DIFFERENT
    ratio = fuzz.ratio(one, other, score_cutoff=50)
    if ratio >= 85 and respelt(a.title, b.title):
        return Titles.NEAR
    if ratio >= 80 and _printed_together(a, b) and without_greek(one, other):
        return Titles.NEAR
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) >= _CONTAINED and short in long:
        return Titles.CONTAINED
    if ratio >= 80:
        return Titles.SIMILAR
    if ratio >= 60 or fuzz.token_set_ratio(a.title, b.title) >= 80:
        return Titles.WEAK
    return Titles.DIFFERENT


def _printed_together(a: Features, b: Features) -> bool:
    return bool(a.first and a.first == b.first and a.volume and a.volume == b.volume)


def pages(a: Features, b: Features) -> bool | None:
    """Same first page, or one digit of it wrong; a letter counts only if both have one."""
    if not a.first or not b.first:
        return None
    if a.first == b.first:
        return True if a.first != "1" or (a.last and a.last == b.last) else None
    one, other = digits(a.first), digits(b.first)
    if one == other:
        return not (a.first[0].isalpha() and b.first[0].isalpha())
    if a.last and a.last == b.last and len(a.last) > 2:
        return True if Hamming.distance(one, other, pad=True) == 1 else None
    return None if _numbered_apart(a, b) else False


def same_range(a: Features, b: Features) -> bool:
    """The same first and last page, of more than one page: hardly ever two works."""
    start = digits(a.first)
    if not a.last or a.last != b.last or start != digits(b.first):
        return False
    return a.last != start and start != "1"


def _numbered_apart(a: Features, b: Features) -> bool:
    """An article number beside a page range says nothing: `e106` and `1-12`."""
    return any(
        f.first == "1" or len(digits(f.first)) >= 6 or f.first.startswith("e") for f in (a, b)
    )


def volumes(a: Features, b: Features) -> bool | None:
    """Same volume; a year standing as volume, or a supplement's own number, says nothing."""
    if not a.volume or not b.volume:
        return None
    if a.volume == b.volume:
        return True
    loose = a.supplement or b.supplement or a.volume == b.issue or b.volume == a.issue
    if loose or a.volume == str(a.year) or b.volume == str(b.year):
        return None
    return False


def issues(a: Features, b: Features) -> bool | None:
    """Same issue; an article number standing as issue says nothing."""
    if not a.issue or not b.issue:
        return None
    if a.issue == digits(b.first) or b.issue == digits(a.first):
        return None
    return a.issue == b.issue


def journals(a: Features, b: Features) -> bool | None:
    """Same journal by ISSN or name."""
    if a.issns and b.issns and not set(a.issns).isdisjoint(b.issns):
        return True
    return same_journal(a.journal, b.journal)


def authors(a: Features, b: Features) -> float | None:
    """Shared family names over the shorter list; given names help where families miss."""
    one, other = a.authors, b.authors
    if not one or not other:
        return None
    if one == other:
        return 1.0
    short, long = (a, b) if len(one) <= len(other) else (b, a)
    pool = {*long.authors, *long.givens}
    hits = sum(name in pool for name in short.authors)
    if hits * 2 < len(short.authors):
        hits = max(hits, _spelt_alike(short, long))
    return hits / len(short.authors)


def _spelt_alike(short: Features, long: Features) -> int:
    """Names found under another spelling or order: `duran` in `durangonzalez`."""
    pool = [*long.authors, *long.givens]
    names = list(short.authors)
    given = set(short.givens) & set(long.authors)
    found = sum(any(_alike(name, other) for other in pool) for name in names)
    return min(len(names), max(found, len(given)))


def _alike(one: str, other: str) -> bool:
    if len(one) >= 4 and len(other) >= 4 and (one in other or other in one):
        return True
    return len(one) >= 4 and fuzz.ratio(one, other) >= 80


def abstracts(a: Features, b: Features) -> bool | None:
    """Same beginning of the abstract, None if one is missing or too short."""
    if len(a.abstract) < 60 or len(b.abstract) < 60:
        return None
    size = min(len(a.abstract), len(b.abstract), 100)
    if a.abstract[:size] == b.abstract[:size]:
        return True
    return fuzz.partial_ratio(a.abstract[:size], b.abstract) >= 85
