"""Sibling links: unordered pairs of study ids, which say that both are the same research; and
which documents seem to be of the same research: by trial id, grant, collective name, authors.

What is found is proposed; a person says that it is so, or that the studies are distinct.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from shared.review.studies import Pair

TRIAL, GRANT, COLLECTIVE, AUTHORS = "trial", "grant", "collective", "authors"
CERTAINTY = {TRIAL: 95, GRANT: 70, COLLECTIVE: 70, AUTHORS: 50}
MOST_TRIALS = 3
"""A text that names more trials reviews them; it is a report of none."""
MOST_SHARING = 8
"""A grant or name that more studies share funds or joins many."""
YEARS_APART = 6
SHARED_AUTHORS = 3
ALIKE = 55.0
CASE_KINDS = ("setting", "arm", "comparator", "subgroup")
GUIDANCE = (
    "Code one fragment for each arm or subgroup, with that case as the case of its source: what "
    "happened in the comparator is evidence too. Where the text tells of the whole study only, "
    "leave the case out."
)
_TRIALS = re.compile(
    r"\b(?:NCT[ -]?\d{8}|ISRCTN[ -]?\d{8}|ACTRN[ -]?\d{14}|DRKS[ -]?\d{8}|NTR[ -]?\d{3,5}"
    r"|UMIN[ -]?\d{9}|CRD[ -]?\d{9,11}|ChiCTR[-A-Z]*\d{8,}|20\d\d-\d{6}-\d\d)\b"
)
_REGISTERS = ("NCT", "ISRCTN", "ACTRN", "DRKS", "NTR", "UMIN", "CRD", "ChiCTR")
_EUDRACT = re.compile(r"20\d\d-\d{6}-\d\d")
_PART = re.compile(r"(?<=[A-Z])[ -](?=\d)")
_GRANT = re.compile(
    r"(?:grants?|awards?|projects?|funding)\s*(?:numbers?|nos?\.?|ref(?:erence)?\.?|ids?|code)?"
    r"\s*[:#(]?\s*(?P<number>(?=[\w/.-]*\d{2})[A-Z0-9][\w]*(?:[/.-]\w+)*)",
    re.IGNORECASE,
)
_COLLECTIVE = re.compile(
    r"\b(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+){0,3}) (?:Study Group|Trial Group|Collaborat\w+|"
    r"Consortium|Investigators|Trialists|Research Group|Study Team)\b"
)
_ACRONYM = re.compile(r"\b(?P<name>[A-Z][A-Z0-9-]{2,})\b(?: \w+)? (?:trial|study|project)\b")
_NO_NAMES = frozenset({"RCT", "THE", "NHS", "HIV", "COVID-19", "USA", "WHO", "NIHR", "CMO", "AND"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A document as what is known of its study: `marks` are `(by, value)`s of its text."""

    document_id: str
    study_id: str
    title: str = ""
    authors: Sequence[str] = ()
    year: int | None = None
    marks: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingProposal:
    """Two studies that seem to be the same research: by what, and the value that tells it."""

    a: str
    b: str
    by: str
    value: str
    certainty: int


def marks_of(text: str) -> set[tuple[str, str]]:
    """What of a text tells its study: trial ids, grant numbers, names of collectives."""
    marks = {(TRIAL, one) for one in trials_of(text)}
    for found in _GRANT.finditer(text):
        number = found["number"].rstrip(".-/").upper()
        if len(number) >= 5 and not re.fullmatch(r"(19|20)\d\d", number):
            marks.add((GRANT, number))
    return marks | {(COLLECTIVE, one) for one in names_of(text[:8000])}


def trials_of(text: str) -> set[str]:
    """Ids of the trials that a text or an abstract reports; none where it names too many.

    Most texts name no register, which is seen in a tenth of the time that the pattern takes.
    """
    if not any(name in text for name in _REGISTERS) and not _EUDRACT.search(text):
        return set()
    trials = {_PART.sub("", found.upper()) for found in _TRIALS.findall(text)}
    return trials if len(trials) <= MOST_TRIALS else set()


def names_of(text: str) -> set[str]:
    """Names of collectives and trials in a title, a list of authors or the head of a text."""
    found = {m["name"].upper() for m in _COLLECTIVE.finditer(text)}
    return found | {m["name"] for m in _ACRONYM.finditer(text) if m["name"] not in _NO_NAMES}


def sibling_proposals(reports: Sequence[Report], decided: Iterable[Pair]) -> list[SiblingProposal]:
    """Pairs of studies that seem to be one, the most certain first; of each pair the most
    certain sign. `decided` are pairs of which people have said what they are.
    """
    known = set(decided)
    best: dict[Pair, SiblingProposal] = {}
    for one in [*_by_marks(reports), *_by_authors(reports)]:
        couple = (one.a, one.b)
        if couple not in known and one.certainty > getattr(best.get(couple), "certainty", 0):
            best[couple] = one
    return sorted(best.values(), key=lambda one: (-one.certainty, one.a, one.b))


def _by_marks(reports: Sequence[Report]) -> Iterator[SiblingProposal]:
    sharing: dict[tuple[str, str], set[str]] = {}
    for report in reports:
        named = {
            (COLLECTIVE, name) for name in names_of("; ".join((report.title, *report.authors)))
        }
        for mark in report.marks | named:
            sharing.setdefault(mark, set()).add(report.study_id)
    for (by, value), studies in sharing.items():
        if by == TRIAL or len(studies) <= MOST_SHARING:
            for a, b in combinations(sorted(studies), 2):
                yield SiblingProposal(a=a, b=b, by=by, value=value, certainty=CERTAINTY[by])


def _by_authors(reports: Sequence[Report]) -> Iterator[SiblingProposal]:
    by_author: dict[str, list[int]] = {}
    for n, report in enumerate(reports):
        for author in set(map(_author, report.authors)):
            by_author.setdefault(author, []).append(n)
    shared: dict[tuple[int, int], int] = {}
    for numbers in by_author.values():
        for couple in combinations(numbers[:50], 2):
            shared[couple] = shared.get(couple, 0) + 1
    for (m, n), count in shared.items():
        one, other = reports[m], reports[n]
        if count >= SHARED_AUTHORS and one.study_id != other.study_id and _near(one, other):
            a, b = sorted((one.study_id, other.study_id))
            value = f"{count} authors"
            yield SiblingProposal(a=a, b=b, by=AUTHORS, value=value, certainty=CERTAINTY[AUTHORS])


def _near(one: Report, other: Report) -> bool:
    if one.year and other.year and abs(one.year - other.year) > YEARS_APART:
        return False
    return fuzz.token_set_ratio(one.title.casefold(), other.title.casefold()) >= ALIKE


def _author(name: str) -> str:
    """A name as it is compared: surname and first initial."""
    words = re.findall(r"\w+", name.casefold())
    return f"{words[0]} {words[-1][:1]}" if words else ""


def pair(a: str, b: str) -> Pair:
    """The two studies of a link in order; raises `ValueError` where they are the same."""
    if a == b:
        raise ValueError(f"study '{a}' cannot be linked with itself; name two studies")
    return (a, b) if a < b else (b, a)


def link_id(a: str, b: str) -> str:
    """`a|b`, sorted: the same for both orders."""
    return "|".join(pair(a, b))
