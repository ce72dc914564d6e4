"""Contexts of a unit in two tiers, linked and assembled, and conjunctions (section 4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Literal

from services.synthesis.domain.cells import Cells
from services.synthesis.domain.rows import Row
from services.synthesis.domain.values import Pair, Parameters

Verdict = Literal["enabling", "helpful", "disabling", "suspected", "undecided", "trigger"]
Grade = Literal["A", "B", "C"]
CONJUNCTION_STUDIES = 3
"""Studies that must state both contexts in one row before a conjunction is looked at."""


@dataclass(slots=True)
class Contrast:
    """Studies with success or failure, with the condition present or absent."""

    positive: set[str] = field(default_factory=set)
    negative: set[str] = field(default_factory=set)
    positive_absent: set[str] = field(default_factory=set)
    negative_absent: set[str] = field(default_factory=set)

    def verdict(self, parameters: Parameters) -> Verdict:
        """What the counts say of the condition, by the thresholds of section 4."""
        with_success, with_failure = len(self.positive), len(self.negative)
        share = Fraction(str(parameters.share))
        both = with_success + with_failure
        if with_success >= parameters.k_enabling and with_success >= share * both:
            return "helpful" if self.positive_absent else "enabling"
        if with_failure >= 1 and with_failure >= share * both:
            return "disabling" if with_failure >= parameters.k_disabling else "suspected"
        return "undecided"

    def grade(self, verdict: Verdict) -> Grade | None:
        """How strong the contrast is: within one study, between studies, co-occurrence only."""
        if verdict in ("enabling", "helpful"):
            return _grade(self.positive, self.negative_absent)
        if verdict == "disabling":
            return _grade(self.negative, self.positive_absent)
        return None


def _grade(with_it: set[str], without_it: set[str]) -> Grade:
    if with_it & without_it:
        return "A"
    return "B" if with_it and without_it else "C"


@dataclass(frozen=True, slots=True)
class ContextCount:
    """One context group of a unit. `trigger`: studies of the assembled tier."""

    group: str
    contrast: Contrast
    trigger: frozenset[str]
    verdict: Verdict
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Two undecided contexts taken together."""

    groups: Pair
    contrast: Contrast
    verdict: Verdict
    grade: Grade | None


def contexts_of(
    cells: Cells, triggers: Iterable[Row], parameters: Parameters
) -> list[ContextCount]:
    """Every context stated in a POS or NEG row (linked), or only in a trigger row, in order.

    Order: most supporting studies, fewest against, most trigger studies, id. Rows that count 0
    give entries with empty lists.
    """
    linked = _contrasts(cells)
    assembled: dict[str, set[str]] = {}
    for row in triggers:
        for group in row.contexts:
            assembled.setdefault(group, set()).update(row.studies)
    found = [
        _context(group, linked.get(group), assembled.get(group, set()), parameters)
        for group in linked.keys() | assembled.keys()
    ]
    return sorted(
        found,
        key=lambda item: (
            -len(item.contrast.positive),
            len(item.contrast.negative),
            -len(item.trigger),
            item.group,
        ),
    )


def _context(
    group: str, contrast: Contrast | None, trigger: set[str], parameters: Parameters
) -> ContextCount:
    verdict: Verdict = contrast.verdict(parameters) if contrast else "trigger"
    contrast = contrast or Contrast()
    return ContextCount(group, contrast, frozenset(trigger), verdict, contrast.grade(verdict))


def _contrasts(cells: Cells) -> dict[str, Contrast]:
    found: dict[str, Contrast] = {}
    for row in cells.positive:
        for group in row.contexts:
            found.setdefault(group, Contrast()).positive |= row.studies
        for group in row.contexts_absent:
            found.setdefault(group, Contrast()).positive_absent |= row.studies
    for row in cells.negative:
        for group in row.contexts:
            found.setdefault(group, Contrast()).negative |= row.studies
        for group in row.contexts_absent:
            found.setdefault(group, Contrast()).negative_absent |= row.studies
    return found


def conjunctions_of(
    cells: Cells, contexts: Iterable[ContextCount], parameters: Parameters
) -> list[Conjunction]:
    """Pairs of undecided contexts that three or more studies state together in one row.

    Present is both present, absent is either absent; sorted by the two ids. What people make of
    them is theirs: they explain no failure.
    """
    undecided = {item.group for item in contexts if item.verdict == "undecided"}
    together: dict[Pair, set[str]] = {}
    for row in cells.positive + cells.negative:
        for groups in combinations(sorted(row.contexts & undecided), 2):
            together.setdefault(groups, set()).update(row.studies)
    return [
        _conjunction(groups, cells, parameters)
        for groups, studies in sorted(together.items())
        if len(studies) >= CONJUNCTION_STUDIES
    ]


def _conjunction(groups: Pair, cells: Cells, parameters: Parameters) -> Conjunction:
    def both(row: Row) -> bool:
        return row.contexts.issuperset(groups)

    def either_absent(row: Row) -> bool:
        return not row.contexts_absent.isdisjoint(groups)

    contrast = Contrast(
        positive=_studies(cells.positive, both),
        negative=_studies(cells.negative, both),
        positive_absent=_studies(cells.positive, either_absent),
        negative_absent=_studies(cells.negative, either_absent),
    )
    verdict = contrast.verdict(parameters)
    return Conjunction(groups, contrast, verdict, contrast.grade(verdict))


def _studies(rows: Iterable[Row], holds: Callable[[Row], bool]) -> set[str]:
    return {study for row in rows if holds(row) for study in row.studies}
