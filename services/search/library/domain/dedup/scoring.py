"""The evidence as points: a sum of one weight per field (Fellegi-Sunter, rounded).

The points were set by hand from how databases differ; a logistic regression
fitted with one labelled set left out at a time gave the same order and near
the same sizes. `rules` then guards what a sum cannot know.
"""

from services.search.library.domain.dedup.agreement import FieldAgreement, PrintedPlace, Titles
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.locators import digits
from services.search.library.domain.dedup.rules import collected, living, same_issue, same_place

MERGE, PROPOSE = 53, 30  # tenths of a point

TITLE = {
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
_GENERIC, _BRIEF, _RANGE, TRANSLATED, _RENAMED = -28, -4, 5, 24, 8
_SAME_AUTHORS = 15
BEST_REST = _JOURNAL[True] + _ABSTRACT[True]
BEST_TITLE, BEST_TEXTS = max(TITLE.values()), _SAME_AUTHORS + _JOURNAL[True] + _ABSTRACT[True]


def score(a: Features, b: Features, e: FieldAgreement) -> int:
    """The evidence as points, in tenths."""
    points = TITLE[e.title] + author_points(e.authors) + located(e)
    points += _JOURNAL[e.journal] + _ABSTRACT[e.abstract]
    if a.generic or b.generic:
        points += _GENERIC
    elif a.brief or b.brief:
        points += _BRIEF
    if e.title < Titles.NEAR and _translated(a, b, e):
        points += min(TRANSLATED, TITLE[Titles.NEAR] - TITLE[e.title])
    if e.years == 1 and same_issue(e):
        points -= _YEARS[1]
    if e.journal is False and _elsewhere_named(a, b, e):
        points += _RENAMED
    if e.title >= Titles.NEAR and (e.authors or 0) >= 0.6 and living(a, b):
        points = max(points, PROPOSE)
    if not e.identified or a.generic or b.generic:
        return points
    return max(points, _floor(a, b, e))


def located(e: PrintedPlace | FieldAgreement) -> int:
    """The points of the printed place and the identifiers."""
    points = _PAGES[e.pages] + _VOLUME[e.volume] + _ISSUE[e.issue] + _DOI[e.doi]
    points += _PMID[e.pmid] + _PMID[e.registration]
    points += _FAR if e.years is not None and e.years > 1 else _YEARS[e.years]
    return points + _RANGE if e.range else points


def _floor(a: Features, b: Features, e: FieldAgreement) -> int:
    """A shared identifier and title are enough, unless the printed place speaks against it.

    Under another title, a translation perhaps, the same people are worth a question.
    """
    if e.title < Titles.NEAR:
        apart = e.journal is False or e.pages is False or (e.years or 0) > 1 or collected(a, b)
        return 0 if apart or (e.authors or 0) < 0.6 else PROPOSE
    elsewhere = e.pages is False and (e.volume is False or e.journal is False)
    others = e.authors is not None and e.authors < 0.3
    return PROPOSE if elsewhere or others else MERGE


def author_points(shared: float | None) -> int:
    """The points of the shared share of authors."""
    if shared is None:
        return 3
    if shared >= 0.6:
        return _SAME_AUTHORS
    return -3 if shared >= 0.3 else -25


def _elsewhere_named(a: Features, b: Features, e: FieldAgreement) -> bool:
    """Only the journal's name differs: books, series and translated journals have several."""
    people = min(len(a.authors), len(b.authors)) > 1 and (e.authors or 0) > 0.99
    place = e.pages is not False and (e.pages or (e.volume and e.issue))
    return bool(e.title is Titles.EQUAL and people and place and e.years == 0)


def _translated(a: Features, b: Features, e: FieldAgreement) -> bool:
    """All the same authors on the same three pages or more: one work, titled twice."""
    if not (e.range and same_place(e) and (e.authors or 0) > 0.99):
        return False
    pages = int(a.last or 0) - int(digits(a.first))
    return pages > 1 and not (a.meeting or b.meeting or a.supplement or b.supplement)
