"""The four cells of a mechanism unit against an outcome group (section 2)."""

from dataclasses import dataclass, field
from fractions import Fraction

from services.synthesis.domain.evidence import Evidence
from services.synthesis.domain.rows import Row, cases_of, participants_of, studies_of
from services.synthesis.domain.values import Unit


@dataclass(slots=True)
class Cells:
    """Rows of a unit with an outcome group.

    `positive`: present and occurred; `contradicting` (NEG1): present and failed; `not_fired`
    (NEG2): absent and failed; `alternative`: absent and occurred. A case may lie in several.
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
    """A unit's cells in numbers of studies, cases and participants."""

    unit: Unit
    cells: Cells
    supporting: frozenset[str]
    opposing: frozenset[str]
    occurred_with_mechanism: int
    participants: int
    sites: int

    @property
    def supporting_share(self) -> tuple[int, int]:
        """s+ of s+ and s-, mixed studies on both sides; never reduced."""
        positive = len(self.supporting)
        return positive, positive + len(self.opposing)

    @property
    def coverage(self) -> tuple[int, int]:
        """s+ of the studies in which the outcome occurred with any mechanism stated."""
        return len(self.supporting), self.occurred_with_mechanism

    @property
    def order(self) -> tuple[int, Fraction, Fraction]:
        """The first three keys of every ranking: most studies, share, coverage first."""
        return (
            -len(self.supporting),
            -_share(*self.supporting_share),
            -_share(*self.coverage),
        )


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)


def cells_of(evidence: Evidence, outcome: str) -> dict[Unit, Cells]:
    """The cells of every unit stated with the outcome, links that people left out aside."""
    found: dict[Unit, Cells] = {}
    for row in evidence.by_outcome.get(outcome, ()):
        occurred = outcome in row.occurred
        for unit in row.mechanisms:
            if evidence.keeps(outcome, unit, row):
                cells = found.setdefault(unit, Cells())
                (cells.positive if occurred else cells.contradicting).append(row)
        for unit in row.mechanisms_absent:
            if evidence.keeps(outcome, unit, row):
                cells = found.setdefault(unit, Cells())
                (cells.alternative if occurred else cells.not_fired).append(row)
    return found


def occurred_with_mechanism(evidence: Evidence, outcome: str) -> int:
    """Studies in which the outcome occurred and any mechanism is stated: coverage's whole.

    Links that people left out stay in it.
    """
    return len(
        studies_of(
            row
            for row in evidence.by_outcome.get(outcome, ())
            if outcome in row.occurred and row.states_mechanism
        )
    )


def counts_of(evidence: Evidence, outcome: str) -> dict[Unit, Count]:
    """A count for every unit stated with the outcome."""
    whole = occurred_with_mechanism(evidence, outcome)
    return {
        unit: Count(
            unit=unit,
            cells=cells,
            supporting=frozenset(studies_of(cells.positive)),
            opposing=frozenset(studies_of(cells.contradicting)),
            occurred_with_mechanism=whole,
            participants=len(participants_of(cells.positive)),
            sites=len(cases_of(cells.positive)),
        )
        for unit, cells in cells_of(evidence, outcome).items()
    }
