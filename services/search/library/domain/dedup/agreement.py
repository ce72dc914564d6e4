"""How two records agree, field by field: the evidence that `compare` weighs."""

from enum import IntEnum
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Hamming

from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.identifiers import same_doi
from services.search.library.domain.dedup.journals import same_journal
from services.search.library.domain.dedup.locators import digits, same_issue
from services.search.library.domain.dedup.names import GROUP
from services.search.library.domain.dedup.spelling import respelt, without_greek


class Titles(IntEnum):
    """How close two titles are, weakest first; CONTAINED: one has all words of the other."""

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
    registration: bool | None

    @property
    def identified(self) -> bool:
        """Do they share an identifier?"""
        return bool(self.doi or self.pmid or self.registration)

    @property
    def identified_apart(self) -> bool:
        """Does an identifier differ?"""
        return False in (self.doi, self.pmid, self.registration)


class FieldAgreement(NamedTuple):
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
    registration: bool | None
    title: Titles
    authors: float | None
    journal: bool | None
    abstract: bool | None

    @property
    def identified(self) -> bool:
        """Do they share an identifier?"""
        return bool(self.doi or self.pmid or self.registration)


_CONTAINED = 16


def locate(a: Features, b: Features) -> PrintedPlace:
    """The cheap evidence about one pair; symmetric."""
    return PrintedPlace(
        pages=pages(a, b),
        range=same_range(a, b),
        volume=volumes(a, b),
        issue=issues(a, b),
        years=abs(a.year - b.year) if a.year and b.year else None,
        doi=same_doi(a.doi, b.doi),
        pmid=None if not a.pmid or not b.pmid else a.pmid == b.pmid,
        registration=(
            None if not a.registration or not b.registration else a.registration == b.registration
        ),
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
        return Titles.CONTAINED if _shortened(a.title, b.title) else Titles.SIMILAR
    if ratio >= 60 or fuzz.token_set_ratio(a.title, b.title) >= 80:
        return Titles.WEAK
    return Titles.DIFFERENT


def _shortened(one: str, other: str) -> bool:
    """Is one title the other without some of its words?"""
    mine, theirs = set(one.split()), set(other.split())
    return mine < theirs or theirs < mine


def _printed_together(a: Features, b: Features) -> bool:
    return bool(a.first and a.first == b.first and a.volume and a.volume == b.volume)


def pages(a: Features, b: Features) -> bool | None:
    """Same first page, or one digit of it wrong; a letter counts only if both have one.

    `359` may stand for `356-359`; a single page up to 31 may be the day of a date.
    """
    if not a.first or not b.first:
        return None
    if a.first == b.first:
        return True if a.first != "1" or (a.last and a.last == b.last) else None
    one, other = digits(a.first), digits(b.first)
    if one == other:
        return not (a.first[0].isalpha() and b.first[0].isalpha())
    if len(one) > 1 and ((not a.last and one == b.last) or (not b.last and other == a.last)):
        return True
    if a.last and a.last == b.last and len(a.last) > 2:
        return True if Hamming.distance(one, other, pad=True) == 1 else None
    if _numbered_apart(a, b) or _overlap(a, b) or _day(a, b) or _day(b, a):
        return None
    return False


def _day(a: Features, b: Features) -> bool:
    return not a.last and a.first.isdecimal() and int(a.first) <= 31 < int(digits(b.first) or 0)


def same_range(a: Features, b: Features) -> bool:
    """The same first and last page, of more than one page, or one article number.

    Hardly ever two works.
    """
    start = digits(a.first)
    if not start or start != digits(b.first):
        return False
    if a.last and a.last == b.last:
        return a.last != start and start != "1"
    return a.first == b.first and not a.last and _article_number(a)


def _overlap(a: Features, b: Features) -> bool:
    """Ranges that overlap or end on one page: no two works do that, one page is wrong."""
    one, other = digits(a.first), digits(b.first)
    if not a.last or not b.last or not one or not other:
        return False
    return a.last == b.last or max(int(one), int(other)) < min(int(a.last), int(b.last))


def one_digit_wrong(a: Features, b: Features) -> bool:
    """Ranges of one length whose first pages differ in one digit: `752-767` and `452-467`."""
    one, other = digits(a.first), digits(b.first)
    if not a.last or not b.last or not len(one) == len(other) > 1:
        return False
    length = int(a.last) - int(one)
    return Hamming.distance(one, other) == 1 and length == int(b.last) - int(other) > 0


def _numbered_apart(a: Features, b: Features) -> bool:
    """An article number beside a page range says nothing: `e106` and `1-12`."""
    return a.first == "1" or b.first == "1" or _article_number(a) or _article_number(b)


def _article_number(f: Features) -> bool:
    """`e106`, `123456`, `c1804`: the number of an article that has no pages."""
    letter, size = f.first[:1], len(digits(f.first))
    if letter == "e" or size >= 6:
        return True
    return not f.last and ((letter in "bcdf" and size >= 3) or (letter == "a" and size >= 4))


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
    return same_issue(a.issue, b.issue)


def journals(a: Features, b: Features) -> bool | None:
    """Same journal by ISSN or name."""
    if a.issns and b.issns and not set(a.issns).isdisjoint(b.issns):
        return True
    return same_journal(a.journal, b.journal)


def authors(a: Features, b: Features) -> float | None:
    """Shared family names over the shorter list; given names help where families miss.

    A group that stands alone for its people says nothing beside them.
    """
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
    if hits * 2 < len(short.authors) and (_only_groups(one) or _only_groups(other)):
        return None
    return hits / len(short.authors)


def _only_groups(names: tuple[str, ...]) -> bool:
    return all(name.startswith(GROUP) for name in names)


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
