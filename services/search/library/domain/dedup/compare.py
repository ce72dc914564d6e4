"""Compare two records: merge, propose to a person, or distinct, with the reason.

Points (`scoring`) say how much agrees; rules (`rules`, `vetoes`) guard what a sum
cannot know: only they merge, and a veto never does.
"""

from enum import Enum
from typing import NamedTuple

from services.search.library.domain.dedup.agreement import (
    FieldAgreement,
    Titles,
    abstracts,
    authors,
    journals,
    locate,
    titles,
)
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.rules import by_others, certain, living, worth_asking
from services.search.library.domain.dedup.scoring import (
    BEST_REST,
    BEST_TEXTS,
    BEST_TITLE,
    MERGE,
    PROPOSE,
    TITLE,
    TRANSLATED,
    author_points,
    located,
    score,
)
from services.search.library.domain.dedup.sureness import WORTH_ASKING, sureness
from services.search.library.domain.dedup.vetoes import Kind, veto


class Outcome(Enum):
    """What to do with a pair."""

    MERGE = "merge"
    PROPOSE = "propose"
    DISTINCT = "distinct"


class Verdict(NamedTuple):
    """The outcome for one pair, its reason in plain words, and its strength.

    The strength of a proposal is its `sureness` per mille, of a merge its points in tenths.
    """

    outcome: Outcome
    reason: str
    strength: int


_DISTINCT = Verdict(Outcome.DISTINCT, "", 0)


def compare(a: Features, b: Features) -> Verdict:
    """The verdict on one pair. Symmetric: `compare(a, b) == compare(b, a)`.

    Costly texts are read only while they could still lift the pair to a question.
    """
    place = locate(a, b)
    shared, points = place.identified or living(a, b), located(place)
    if not shared and points + BEST_TITLE + BEST_TEXTS + 8 < PROPOSE:
        return _DISTINCT
    title = titles(a, b)
    if place.identified_apart and title < Titles.NEAR:
        return _DISTINCT
    points += TITLE[title] + (TRANSLATED if place.range and title < Titles.NEAR else 0)
    points += 8 if place.years == 1 and place.issue else 0
    if not shared and points + BEST_TEXTS < PROPOSE:
        return _DISTINCT
    people = authors(a, b)
    if not shared and points + author_points(people) + BEST_REST < PROPOSE:
        return _DISTINCT
    evidence = FieldAgreement(*place, title, people, journals(a, b), abstracts(a, b))
    strength = score(a, b, evidence)
    return _DISTINCT if strength < PROPOSE else judge(a, b, evidence, strength)


def judge(a: Features, b: Features, evidence: FieldAgreement, strength: int) -> Verdict:
    """The verdict on a pair with enough points for a question at least."""
    if a == b and a.title and not a.generic:
        return Verdict(Outcome.MERGE, "the same in every field", strength)
    found = veto(a, b, evidence)
    if found is not None and found.kind is Kind.APART:
        return Verdict(Outcome.DISTINCT, found.reason, strength)
    if found is None and strength >= MERGE and certain(a, b, evidence):
        return Verdict(Outcome.MERGE, reason(evidence), strength)
    sure = sureness(a, b, evidence, strength)
    if found is not None:
        return Verdict(Outcome.PROPOSE, reason(evidence, found.reason), sure)
    if worth_asking(a, b, evidence) or (sure >= WORTH_ASKING and not by_others(a, b, evidence)):
        return Verdict(Outcome.PROPOSE, reason(evidence), sure)
    return Verdict(Outcome.DISTINCT, reason(evidence), strength)


def reason(e: FieldAgreement, but: str = "") -> str:
    """The evidence as one sentence a reviewer can check; `but` is what speaks against one record.

    A field that `but` names is not said to differ once more.
    """
    same = [name for name, agrees in _said(e) if agrees]
    other = [name for name, agrees in _said(e) if agrees is False and name not in but]
    text = f"{_TITLES[e.title]}; same {', '.join(same)}" if same else _TITLES[e.title]
    text = f"{text}; different {', '.join(other)}" if other else text
    return f"{text}; but {but}" if but else text


_TITLES = {
    Titles.EQUAL: "same title",
    Titles.NEAR: "same title, spelt differently",
    Titles.CONTAINED: "one title continues the other",
    Titles.SIMILAR: "similar titles, two translations perhaps",
    Titles.WEAK: "titles share words, a translation perhaps",
    Titles.DIFFERENT: "different titles, a translation perhaps",
}


def _said(e: FieldAgreement) -> tuple[tuple[str, bool | None], ...]:
    return (
        ("DOI", e.doi),
        ("PubMed number", e.pmid),
        ("registry number", e.registration),
        ("authors", None if e.authors is None else e.authors >= 0.6),
        ("journal", e.journal),
        ("year", None if e.years is None else e.years == 0),
        ("volume", e.volume),
        ("issue", e.issue),
        ("first page", e.pages),
        ("abstract", e.abstract),
    )
