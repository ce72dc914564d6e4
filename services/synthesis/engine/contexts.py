"""Contexts of a part in two tiers, linked and assembled, and conjunctions (section 4)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal

from services.synthesis.engine.cells import Cells
from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import Parameters

ContextVerdict = Literal[
    "enabling",
    "helpful",
    "recurs",
    "disabling",
    "recurs_failing",
    "suspected",
    "undecided",
    "trigger",
]
Grade = Literal["A", "B"]
CONJUNCTION_STUDIES = 3
"""Studies that must state both contexts in one row before a conjunction is looked at."""


@dataclass(slots=True)
class Contrast:
    """Sets of studies with success or failure, with the condition present or absent."""

    positive: int = 0
    negative: int = 0
    positive_absent: int = 0
    negative_absent: int = 0

    def verdict(self, parameters: Parameters) -> ContextVerdict:
        """What the counts say of the condition, by the thresholds of section 4."""
        successes, failures = self.positive.bit_count(), self.negative.bit_count()
        enough = Fraction(str(parameters.share)) * (successes + failures)
        if successes and successes >= parameters.k_enabling and successes >= enough:
            if self.positive_absent:
                return "helpful"
            return "enabling" if self.negative_absent else "recurs"
        if failures and failures >= enough:
            if failures < parameters.k_disabling:
                return "suspected"
            return "disabling" if self.positive_absent else "recurs_failing"
        return "undecided"

    def grade(self, verdict: ContextVerdict) -> Grade | None:
        """A: the contrast lies within one study; B: between studies; None: there is none."""
        if verdict in ("enabling", "helpful"):
            if self.positive & self.negative_absent:
                return "A"
            return "B" if self.negative_absent else None
        if verdict == "disabling":
            return "A" if self.negative & self.positive_absent else "B"
        return None


@dataclass(frozen=True, slots=True)
class Context:
    """One context group of a part. `trigger`: studies of the assembled tier.

    `assembled`: it has trigger rows (that may count 0) and not all of these state a failed
    outcome and no occurred one.
    """

    group: str
    contrast: Contrast
    trigger: int
    assembled: bool
    verdict: ContextVerdict
    grade: Grade | None

    def order(self, succeeds: bool) -> tuple[int, int, int, str]:
        """Its place in the list of a part that succeeds somewhere, or does not."""
        for_it, against = self.contrast.positive.bit_count(), self.contrast.negative.bit_count()
        first = (-for_it, against) if succeeds else (-against, 0)
        return (*first, -self.trigger.bit_count(), self.group)


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Two undecided contexts taken together."""

    groups: tuple[str, str]
    contrast: Contrast
    verdict: ContextVerdict
    grade: Grade | None


def trigger_rows(outcome: str, with_context: Iterable[Row]) -> list[Row]:
    """Of the rows with a part and a context present, those of the assembled tier.

    They do not state the outcome, or count 0.
    """
    return [row for row in with_context if not row.studies or outcome not in row.stated]


def contexts_of(
    cells: Cells, triggers: Iterable[Row], parameters: Parameters, succeeds: bool
) -> list[Context]:
    """Every context stated in a counting POS or NEG row, or present in a trigger row, in order."""
    linked = _contrasts(cells)
    assembled: dict[str, list[Row]] = {}
    for row in triggers:
        for group in row.contexts:
            assembled.setdefault(group, []).append(row)
    found = [
        _context(group, linked.get(group), assembled.get(group, ()), parameters)
        for group in linked.keys() | assembled.keys()
    ]
    return sorted(found, key=lambda item: item.order(succeeds))


def _contrasts(cells: Cells) -> dict[str, Contrast]:
    found: dict[str, Contrast] = {}
    sides = (
        (cells.positive, "positive", "positive_absent"),
        (cells.negative, "negative", "negative_absent"),
    )
    for rows, present, absent in sides:
        for row in rows:
            if row.studies:
                for group in row.contexts:
                    _count(found.setdefault(group, Contrast()), present, row.studies)
                for group in row.contexts_absent:
                    _count(found.setdefault(group, Contrast()), absent, row.studies)
    return found


def _count(contrast: Contrast, side: str, studies: int) -> None:
    setattr(contrast, side, getattr(contrast, side) | studies)


def _context(
    group: str, contrast: Contrast | None, triggers: Sequence[Row], parameters: Parameters
) -> Context:
    verdict = contrast.verdict(parameters) if contrast else "trigger"
    contrast = contrast or Contrast()
    studies = 0
    for row in triggers:
        studies |= row.studies
    assembled = not all(row.only_fails for row in triggers)
    return Context(group, contrast, studies, assembled, verdict, contrast.grade(verdict))


def conjunctions_of(
    cells: Cells, contexts: Iterable[Context], parameters: Parameters
) -> list[Conjunction]:
    """Pairs of undecided contexts that at least three studies state present in one row."""
    undecided = sorted(item.group for item in contexts if item.verdict == "undecided")
    if len(undecided) < 2:
        return []
    rows = [row for row in cells.positive + cells.negative if len(row.contexts) > 1]
    found = []
    for one, other in combinations(undecided, 2):
        together = 0
        for row in rows:
            if one in row.contexts and other in row.contexts:
                together |= row.studies
        if together.bit_count() >= CONJUNCTION_STUDIES:
            contrast = _together(cells, one, other)
            verdict = contrast.verdict(parameters)
            found.append(Conjunction((one, other), contrast, verdict, contrast.grade(verdict)))
    return found


def _together(cells: Cells, one: str, other: str) -> Contrast:
    """Present is both present, absent is either absent."""

    def studies(rows: Iterable[Row], holds: Callable[[Row], bool]) -> int:
        found = 0
        for row in rows:
            if holds(row):
                found |= row.studies
        return found

    def present(row: Row) -> bool:
        return one in row.contexts and other in row.contexts

    def absent(row: Row) -> bool:
        return one in row.contexts_absent or other in row.contexts_absent

    return Contrast(
        positive=studies(cells.positive, present),
        negative=studies(cells.negative, present),
        positive_absent=studies(cells.positive, absent),
        negative_absent=studies(cells.negative, absent),
    )


def context_slot(contexts: Sequence[Context], succeeds: bool) -> list[Context]:
    """The contexts that fill the slot, in their order; none where nothing may."""
    whole: tuple[ContextVerdict, ...] = ("disabling", "recurs_failing", "suspected")
    if succeeds:
        whole = ("enabling", "helpful", "recurs")
    for verdict in whole:
        if named := [item for item in contexts if item.verdict == verdict]:
            return named
    for item in contexts:
        side = item.contrast.positive if succeeds else item.contrast.negative
        if item.verdict == "undecided" and side:
            return [item]
    for item in contexts:
        if _may_fill(item, succeeds):
            return [item]
    return []


def _may_fill(item: Context, succeeds: bool) -> bool:
    if not succeeds:
        return item.verdict == "trigger"
    free = item.verdict == "undecided" and not item.contrast.negative
    return (item.verdict == "trigger" or free) and item.assembled
