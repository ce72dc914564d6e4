"""Compare two records: merge, propose to a person, or distinct, with the reason.

The score is a sum of points, one per field (a Fellegi-Sunter weight, rounded).
The points were set by hand from how databases differ; a logistic regression
fitted with one labelled set left out at a time gave the same order and near
the same sizes. Rules then guard what a sum cannot know: a veto never merges.
"""

from enum import Enum
from typing import NamedTuple

from services.search.library.domain.dedup.agreement import (
    Evidence,
    PrintedPlace,
    Titles,
    abstracts,
    authors,
    journals,
    locate,
    titles,
)
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.locators import digits
from services.search.library.domain.dedup.spelling import slipped
from services.search.library.domain.dedup.vetoes import Kind, veto

MERGE, PROPOSE = 53, 30  # tenths of a point


class Outcome(Enum):
    """What to do with a pair."""

    MERGE = "merge"
    PROPOSE = "propose"
    DISTINCT = "distinct"


class Verdict(NamedTuple):
    """The outcome for one pair, its reason in plain words, its strength in tenths."""

    outcome: Outcome
    reason: str
    strength: int


_TITLE = {
    Titles.EQUAL: 30,
    Titles.NEAR: 22,
    Titles.CONTAINED: 12,
    Titles.SIMILAR: 0,
    Titles.WEAK: -12,
    Titles.DIFFERENT: -35,
}
_PAGES = {True: 15, None: -5, False: -20}
_VOLUME = {True: 8, None: -2, False: -15}
_ISSUE = {True: 8, None: 1, False: -16}
_JOURNAL = {True: 8, None: 2, False: -16}
_YEARS = {0: 8, 1: -8, None: 0}
_FAR = -18
_DOI = {True: 25, None: 0, False: -25}
_PMID = {True: 40, None: 0, False: -40}
_ABSTRACT = {True: 12, None: 0, False: -7}
_GENERIC, _RANGE, _TRANSLATED, _RENAMED = -28, 5, 24, 8
_SAME_AUTHORS = 15
_BEST_TITLE, _BEST_TEXTS = max(_TITLE.values()), _SAME_AUTHORS + _JOURNAL[True] + _ABSTRACT[True]
_DISTINCT = Verdict(Outcome.DISTINCT, "", 0)


def compare(a: Features, b: Features) -> Verdict:
    """The verdict on one pair. Symmetric: `compare(a, b) == compare(b, a)`.

    Costly texts are read only while they could still lift the pair to a question.
    """
    place = locate(a, b)
    shared, points = place.doi or place.pmid, _located(place)
    if not shared and points + _BEST_TITLE + _BEST_TEXTS - _YEARS[1] < PROPOSE:
        return _DISTINCT
    title = titles(a, b)
    if False in (place.doi, place.pmid) and title < Titles.NEAR:
        return _DISTINCT
    points += _TITLE[title] + (_TRANSLATED if place.range and title < Titles.NEAR else 0)
    points += 0 if place.years != 1 or not place.issue else -_YEARS[1]
    if not shared and points + _BEST_TEXTS < PROPOSE:
        return _DISTINCT
    people = authors(a, b)
    if not shared and points + _authors(people) + _JOURNAL[True] + _ABSTRACT[True] < PROPOSE:
        return _DISTINCT
    evidence = Evidence(*place, title, people, journals(a, b), abstracts(a, b))
    strength = score(a, b, evidence)
    return _DISTINCT if strength < PROPOSE else judge(a, b, evidence, strength)


def judge(a: Features, b: Features, evidence: Evidence, strength: int) -> Verdict:
    """The verdict on a pair with enough points for a question at least."""
    if a == b and a.title and not a.generic:
        return Verdict(Outcome.MERGE, "the same in every field", strength)
    found = veto(a, b, evidence)
    if found is not None:
        if found.kind is Kind.APART:
            return Verdict(Outcome.DISTINCT, found.reason, strength)
        return Verdict(Outcome.PROPOSE, f"{reason(evidence)}; but {found.reason}", strength)
    if strength >= MERGE and certain(a, b, evidence):
        return Verdict(Outcome.MERGE, reason(evidence), strength)
    if worth_asking(a, b, evidence):
        return Verdict(Outcome.PROPOSE, reason(evidence), strength)
    return Verdict(Outcome.DISTINCT, reason(evidence), strength)


def score(a: Features, b: Features, e: Evidence) -> int:
    """The evidence as points, in tenths."""
    points = _TITLE[e.title] + _authors(e.authors) + _located(e)
    points += _JOURNAL[e.journal] + _ABSTRACT[e.abstract]
    if a.generic or b.generic:
        points += _GENERIC
    if e.title < Titles.NEAR and _translated(a, b, e):
        points += min(_TRANSLATED, _TITLE[Titles.NEAR] - _TITLE[e.title])
    if e.years == 1 and _same_issue(e):
        points -= _YEARS[1]
    if e.journal is False and _elsewhere_named(a, b, e):
        points += _RENAMED
    if not (e.doi or e.pmid) or a.generic or b.generic:
        return points
    return max(points, _floor(a, b, e))


def _located(e: PrintedPlace | Evidence) -> int:
    points = _PAGES[e.pages] + _VOLUME[e.volume] + _ISSUE[e.issue] + _DOI[e.doi] + _PMID[e.pmid]
    points += _FAR if e.years is not None and e.years > 1 else _YEARS[e.years]
    return points + _RANGE if e.range else points


def _floor(a: Features, b: Features, e: Evidence) -> int:
    """A shared identifier and title are enough, unless the printed place speaks against it.

    Under another title, a translation perhaps, the same people are worth a question.
    """
    if e.title < Titles.NEAR:
        apart = e.journal is False or e.pages is False or (e.years or 0) > 1 or _collected(a, b)
        return 0 if apart or (e.authors or 0) < 0.6 else PROPOSE
    elsewhere = e.pages is False and (e.volume is False or e.journal is False)
    others = e.authors is not None and e.authors < 0.3
    return PROPOSE if elsewhere or others else MERGE


def _authors(shared: float | None) -> int:
    if shared is None:
        return 3
    if shared >= 0.6:
        return _SAME_AUTHORS
    return -3 if shared >= 0.3 else -25


def certain(a: Features, b: Features, e: Evidence) -> bool:
    """Enough to merge without asking, given the points?"""
    if e.doi or e.pmid:
        return _same_work(a, b, e)
    if e.pages is False or (e.years and not ((e.pages and e.volume) or _same_issue(e))):
        return False
    if e.volume is False and not (e.pages and (e.range or len(digits(a.first)) > 2)):
        return False
    if e.title < Titles.NEAR:
        return _same_place(e) and not (a.meeting or b.meeting)
    if e.title is Titles.NEAR and not _same_words(a, b, e):
        return False
    if a.generic or b.generic:
        return bool(e.pages and (e.issue or (e.issue is None and _telling(a, b))))
    return e.authors is not None or bool(e.pages or e.issue)


def _same_issue(e: Evidence) -> bool:
    """One issue of one journal: it appeared in one year, whichever a database gives."""
    return bool(e.volume and e.issue and e.journal)


def _same_words(a: Features, b: Features, e: Evidence) -> bool:
    """A word that differs may be misspelt or another drug: the place has to vouch for it.

    Abstracts of one group stand on one page with titles that differ in one word.
    """
    return e.range or (bool(e.pages) and not _collected(a, b) and slipped(a.title, b.title))


def _collected(a: Features, b: Features) -> bool:
    """Might they be two abstracts of one collection?"""
    return a.meeting or b.meeting or a.supplement or b.supplement


def _telling(a: Features, b: Features) -> bool:
    """A page that few issues of a volume have: editorials all begin on page 3 or iii."""
    return len(digits(a.first)) > 1 and (a.last == b.last or not a.last or not b.last)


def _same_work(a: Features, b: Features, e: Evidence) -> bool:
    """One DOI can stand for a whole supplement: the titles have to agree too."""
    if e.title is Titles.EQUAL:
        return True
    if _collected(a, b):
        return e.range and e.title >= Titles.CONTAINED
    return e.title >= Titles.SIMILAR or _same_place(e)


def _same_place(e: Evidence) -> bool:
    """One printed place: translated and truncated titles share it, other papers cannot."""
    if not e.pages or False in (e.journal, e.volume, e.issue) or e.years:
        return False
    numbered = bool(e.volume and e.issue)
    if not numbered and (e.journal is None or e.years is None):
        return False
    return e.range or bool(e.volume and e.title >= Titles.CONTAINED)


def _elsewhere_named(a: Features, b: Features, e: Evidence) -> bool:
    """Only the journal's name differs: books, series and translated journals have several."""
    people = min(len(a.authors), len(b.authors)) > 1 and (e.authors or 0) > 0.99
    place = e.pages is not False and (e.pages or (e.volume and e.issue))
    return bool(e.title is Titles.EQUAL and people and place and e.years == 0)


def _translated(a: Features, b: Features, e: Evidence) -> bool:
    """All the same authors on the same three pages or more: one work, titled twice."""
    if not (e.range and _same_place(e) and (e.authors or 0) > 0.99):
        return False
    pages = int(a.last) - int(digits(a.first))
    return pages > 1 and not (a.meeting or b.meeting or a.supplement or b.supplement)


def worth_asking(a: Features, b: Features, e: Evidence) -> bool:
    """Likely enough to be worth a person's minute?"""
    if e.doi or e.pmid:
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


def reason(e: Evidence) -> str:
    """The evidence as one sentence a reviewer can check."""
    same = [name for name, agrees in _said(e) if agrees]
    other = [name for name, agrees in _said(e) if agrees is False]
    text = f"{_TITLES[e.title]}; same {', '.join(same)}" if same else _TITLES[e.title]
    return f"{text}; different {', '.join(other)}" if other else text


_TITLES = {
    Titles.EQUAL: "same title",
    Titles.NEAR: "same title, spelt differently",
    Titles.CONTAINED: "one title continues the other",
    Titles.SIMILAR: "similar titles",
    Titles.WEAK: "titles share words",
    Titles.DIFFERENT: "different titles",
}


def _said(e: Evidence) -> tuple[tuple[str, bool | None], ...]:
    return (
        ("DOI", e.doi),
        ("PubMed or registry number", e.pmid),
        ("authors", None if e.authors is None else e.authors >= 0.6),
        ("journal", e.journal),
        ("year", None if e.years is None else e.years == 0),
        ("volume", e.volume),
        ("issue", e.issue),
        ("first page", e.pages),
        ("abstract", e.abstract),
    )
