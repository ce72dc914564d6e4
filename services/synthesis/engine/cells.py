"""The four cells of a part of a mechanism against an outcome group (section 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from services.synthesis.engine.evidence import Evidence
from services.synthesis.engine.rows import Row
from services.synthesis.engine.sets import union
from services.synthesis.engine.values import OUTCOME, RESPONSE, Unit

Pattern = Literal["occurs", "fails", "both", "inferred", "not_fired"]


@dataclass(slots=True)
class Cells:
    """Rows of a part with an outcome group.

    `positive` (POS): present and occurred; `contradicting` (NEG1): present and failed;
    `not_fired` (NEG2): absent and failed; `alternative` (ALT): absent and occurred.
    """

    positive: list[Row] = field(default_factory=list)
    contradicting: list[Row] = field(default_factory=list)
    not_fired: list[Row] = field(default_factory=list)
    alternative: list[Row] = field(default_factory=list)

    @property
    def negative(self) -> list[Row]:
        """NEG = NEG1 and NEG2."""
        return self.contradicting + self.not_fired


@dataclass(frozen=True, slots=True)
class Count:
    """The cells of a part in sets of studies; `participants` and `sites` are numbers.

    These two are counted in POS, or in NEG1 where s+ is empty. `conjectured`: the part has a
    CCMOC with the outcome, by rows that state both by their own codes.
    """

    unit: Unit
    cells: Cells
    positive: int
    contradicting: int
    not_fired: int
    alternative: int
    inferred_positive: int
    inferred_contradicting: int
    whole: int
    participants: int
    sites: int
    conjectured: bool

    @property
    def supporting_share(self) -> tuple[int, int]:
        """s+ of s+ and s-, mixed studies on both sides; never reduced."""
        successes = self.positive.bit_count()
        return successes, successes + self.contradicting.bit_count()

    @property
    def coverage(self) -> tuple[int, int]:
        """s+ of the studies in which the outcome occurred with any mechanism stated."""
        return self.positive.bit_count(), self.whole

    @property
    def pattern(self) -> Pattern:
        """What the studies report of the part with the outcome."""
        if self.positive:
            return "both" if self.contradicting else "occurs"
        if self.contradicting:
            return "fails"
        return "not_fired" if self.not_fired else "inferred"

    @property
    def tie_order(self) -> tuple[int | Fraction, ...]:
        """What CCMOCs that tie with the leading one have in common with it."""
        if self.positive:
            share, coverage = _ratio(*self.supporting_share), _ratio(*self.coverage)
            return 0, -self.positive.bit_count(), -share, -coverage
        if self.contradicting:
            return 1, -self.contradicting.bit_count()
        if self.pattern == "inferred":
            return 2, -(self.inferred_positive | self.inferred_contradicting).bit_count()
        return 3, -self.not_fired.bit_count()

    @property
    def order(self) -> tuple[int | Fraction | str, ...]:
        """The order of section 3, step 4, within an outcome."""
        inferred = self.inferred_positive if self.positive else self.inferred_contradicting
        more: tuple[int, ...] = ()
        if self.positive or self.contradicting:
            more = (-self.participants, -self.sites, -inferred.bit_count())
        return (*self.tie_order, *more, int(self.unit.role != RESPONSE), self.unit.group)


def _ratio(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)


def cells_of(evidence: Evidence, outcome: str) -> dict[Unit, Cells]:
    """The cells of every part stated with the outcome, links that people left out aside."""
    found: dict[Unit, Cells] = {}
    for row in evidence.by_outcome.get(outcome, ()):
        occurred = outcome in row.occurred
        for unit in row.mechanisms:
            cells = found.get(unit) or found.setdefault(unit, Cells())
            (cells.positive if occurred else cells.contradicting).append(row)
        for unit in row.mechanisms_absent:
            cells = found.get(unit) or found.setdefault(unit, Cells())
            (cells.alternative if occurred else cells.not_fired).append(row)
    if evidence.left:
        for unit, cells in found.items():
            _leave_out(cells, evidence.left_out(outcome, unit))
    return found


def _leave_out(cells: Cells, fragments: frozenset[str]) -> None:
    for rows in (cells.positive, cells.contradicting, cells.not_fired, cells.alternative):
        rows[:] = [row for row in rows if row.fragment not in fragments]


def counts_of(evidence: Evidence, outcome: str) -> Mapping[Unit, Count]:
    """A count for every part stated with the outcome."""
    whole = union(
        row.studies
        for row in evidence.by_outcome.get(outcome, ())
        if outcome in row.occurred and (row.mechanisms or row.mechanisms_absent)
    ).bit_count()
    return {
        unit: _count(unit, outcome, cells, whole)
        for unit, cells in cells_of(evidence, outcome).items()
    }


def _count(unit: Unit, outcome: str, cells: Cells, whole: int) -> Count:
    positive, contradicting = _studies(cells.positive), _studies(cells.contradicting)
    people = cells.positive if positive else cells.contradicting
    return Count(
        unit=unit,
        cells=cells,
        positive=positive,
        contradicting=contradicting,
        not_fired=_studies(cells.not_fired),
        alternative=_studies(cells.alternative),
        inferred_positive=union(row.inferred for row in cells.positive) & ~positive,
        inferred_contradicting=union(row.inferred for row in cells.contradicting) & ~contradicting,
        whole=whole,
        participants=union(row.participants for row in people).bit_count(),
        sites=union(row.sites for row in people).bit_count(),
        conjectured=_conjectured(unit, Unit(OUTCOME, outcome), cells),
    )


def _studies(rows: Sequence[Row]) -> int:
    return union([row.studies for row in rows])


def _conjectured(unit: Unit, outcome: Unit, cells: Cells) -> bool:
    """Whether a row by own codes brings a study to s+, s-, i+, i- or NEG2."""
    return any(
        (row.studies or row.inferred) and row.own(unit, outcome)
        for rows in (cells.positive, cells.contradicting)
        for row in rows
    ) or any(row.studies and row.own(unit, outcome) for row in cells.not_fired)
