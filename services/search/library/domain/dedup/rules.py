"""Rules over the evidence on two records: when merging needs no question, when to ask."""

import re

from services.search.library.domain.dedup.agreement import FieldAgreement, Titles, one_digit_wrong
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.locators import digits
from services.search.library.domain.dedup.spelling import slipped


def certain(a: Features, b: Features, e: FieldAgreement) -> bool:
    """Enough to merge without asking, given the points?"""
    if e.identified:
        return _same_work(a, b, e)
    if e.pages is False:
        return _misprinted(a, b, e)
    if _printed_apart(a, e):
        return False
    if e.title < Titles.NEAR:
        return e.title is Titles.CONTAINED and same_place(e) and not (a.meeting or b.meeting)
    if e.title is Titles.NEAR and not _same_words(a, b, e):
        return False
    if a.generic or b.generic or a.brief or b.brief:
        return _same_spot(a, b, e)
    return e.authors is not None or bool(e.pages or e.issue)


def _printed_apart(a: Features, e: FieldAgreement) -> bool:
    """Another year or volume, unless the rest of the place pins it down."""
    if e.years and not ((e.pages and e.volume) or same_issue(e)):
        return True
    return e.volume is False and not (e.pages and (e.range or len(digits(a.first)) > 2))


def _misprinted(a: Features, b: Features, e: FieldAgreement) -> bool:
    """One title by the same people in one issue, and pages that only a slip tells apart."""
    people = (e.authors or 0) > 0.99
    issue = same_issue(e) and e.years == 0
    if e.title is not Titles.EQUAL or not (people and issue) or a.generic or collected(a, b):
        return False
    return one_digit_wrong(a, b)


def _same_spot(a: Features, b: Features, e: FieldAgreement) -> bool:
    """Titles that many works may have: the page has to be one of few, or the people the same."""
    if e.pages and (e.issue or (e.issue is None and _telling(a, b))):
        return True
    people = bool(e.volume and e.journal and (e.authors or 0) > 0.99)
    if a.generic or b.generic:
        return people and e.range
    if a.digits and same_issue(e):
        return True  # the numbered abstracts of a meeting
    return people and bool(e.pages or e.issue) and not collected(a, b)


def same_issue(e: FieldAgreement) -> bool:
    """One issue of one journal: it appeared in one year, whichever a database gives."""
    return bool(e.volume and e.issue and e.journal)


def _same_words(a: Features, b: Features, e: FieldAgreement) -> bool:
    """A word that differs may be misspelt or another drug: the place has to vouch for it.

    Abstracts of one group stand on one page with titles that differ in one word.
    """
    return e.range or (bool(e.pages) and not collected(a, b) and slipped(a.title, b.title))


def collected(a: Features, b: Features) -> bool:
    """Might they be two abstracts of one collection?"""
    return a.meeting or b.meeting or a.supplement or b.supplement


def living(a: Features, b: Features) -> bool:
    """Do both titles say that the review lives? Its versions keep title and people."""
    if "living " not in a.title or "living " not in b.title:
        return False
    return _LIVING.search(a.title) is not None and _LIVING.search(b.title) is not None


_LIVING = re.compile(
    r"\bliving (?:(?:and|clinical|cochrane|critical|evidence|integrative|literature|mapping|"
    r"network|practice|rapid|realist|scoping|systematic|umbrella) )*"
    r"(?:evidence|guidance|guidelines?|maps?|meta|metaanalys[ei]s|overviews?|recommendations?|"
    r"reviews?|synthes[ei]s)\b"
)
"""Not `living related transplantation`, nor what people live with."""


def _telling(a: Features, b: Features) -> bool:
    """A page that few issues of a volume have: editorials all begin on page 3 or iii."""
    return len(digits(a.first)) > 1 and (a.last == b.last or not a.last or not b.last)


def _same_work(a: Features, b: Features, e: FieldAgreement) -> bool:
    """One DOI can stand for a whole supplement: the titles have to agree too."""
    if e.title is Titles.EQUAL:
        return True
    if collected(a, b):
        return e.range and e.title >= Titles.CONTAINED
    return e.title >= Titles.SIMILAR or same_place(e)


def same_place(e: FieldAgreement) -> bool:
    """One printed place: translated and truncated titles share it, other papers cannot."""
    if not e.pages or False in (e.journal, e.volume, e.issue) or e.years:
        return False
    numbered = bool(e.volume and e.issue)
    if not numbered and (e.journal is None or e.years is None):
        return False
    return e.range or bool(e.volume and e.title >= Titles.CONTAINED)


def by_others(a: Features, b: Features, e: FieldAgreement) -> bool:
    """Other words by other people on a page or two, where several short works stand.

    A translated title keeps its authors.
    """
    apart = e.authors is not None and e.authors < 0.6
    if not apart or e.title >= Titles.CONTAINED or e.identified or e.abstract:
        return False
    return _short(a) and _short(b)


def _short(f: Features) -> bool:
    """A work that its pages give no room for more than two pages."""
    first = digits(f.first)
    return int(f.last or 0) - int(first or 0) <= 1


def worth_asking(a: Features, b: Features, e: FieldAgreement) -> bool:
    """Likely enough to be worth a person's minute?"""
    if by_others(a, b, e):
        return False
    if e.identified:
        return e.title >= Titles.SIMILAR or not (a.meeting or b.meeting)
    if a.generic or b.generic:
        together = e.pages or (e.volume and e.issue and e.journal)
        return bool(e.title is Titles.EQUAL and together and e.issue is not False)
    if e.pages and e.issue is not False:
        return e.title >= Titles.CONTAINED or e.range or bool(e.volume)
    if e.title >= Titles.NEAR and e.volume and e.years == 0:
        return True  # printed twice, in two issues, or one of the pages is wrong
    if (e.years or 0) > 1:
        return False
    if e.issue is False:
        return e.title >= Titles.NEAR and bool(e.volume and e.journal) and e.pages is None
    return e.journal is not False or bool(e.volume and e.issue)
