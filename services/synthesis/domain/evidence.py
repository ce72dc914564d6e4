"""The evidence of one theory: its rows, indexed for counting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.synthesis.domain.judgements import Link, links_left_out
from services.synthesis.domain.presence import compiled
from services.synthesis.domain.rows import Row, SourceReader, rows_of
from services.synthesis.domain.values import (
    OUTCOME,
    RESOURCE,
    RESPONSE,
    Codebook,
    Fragment,
    Level,
    Parameters,
    Pin,
    Review,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One theory, ready for counting.

    `outcomes` are all outcome groups with their level: those of the codebook, even without
    evidence, and ungrouped codes that an active fragment states. `linked` are rows per resource
    and response present together; `triggers` the CM rows per mechanism present; `left_out` the
    links that people judged away.
    """

    theory: str
    rows: tuple[Row, ...]
    outcomes: Mapping[str, Level]
    by_outcome: Mapping[str, tuple[Row, ...]]
    linked: Mapping[tuple[Unit, Unit], tuple[Row, ...]]
    triggers: Mapping[Unit, tuple[Row, ...]]
    left_out: frozenset[Link]
    pin: Pin | None
    parameters: Parameters

    def keeps(self, outcome: str, unit: Unit, row: Row) -> bool:
        """Whether people have left the row's link of the unit with the outcome in."""
        return not self.left_out or Link(outcome, unit, row.fragment) not in self.left_out


def evidence_of(
    review: Review, theory: str, fragments: Iterable[Fragment], sources: SourceReader
) -> Evidence:
    """The evidence of `theory`; `fragments` are those that name it, active or not."""
    codebook = review.codebooks.get(theory) or Codebook()
    rows = tuple(rows_of(fragments, compiled(codebook), sources))
    return Evidence(
        theory=theory,
        rows=rows,
        outcomes=_outcomes(codebook, rows),
        by_outcome=_by_outcome(rows),
        linked=_linked(rows),
        triggers=_triggers(rows),
        left_out=links_left_out(review.judgements, theory),
        pin=review.pins.get(theory),
        parameters=review.parameters,
    )


def _outcomes(codebook: Codebook, rows: Iterable[Row]) -> dict[str, Level]:
    levels: dict[str, Level] = {
        group.id: group.level for group in codebook.groups if group.role == OUTCOME
    }
    for row in rows:
        for group in row.occurred | row.failed:
            levels.setdefault(group, "unset")
    return levels


def _by_outcome(rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        for group in row.occurred | row.failed:
            found.setdefault(group, []).append(row)
    return {group: tuple(stating) for group, stating in found.items()}


def _linked(rows: Iterable[Row]) -> dict[tuple[Unit, Unit], tuple[Row, ...]]:
    found: dict[tuple[Unit, Unit], list[Row]] = {}
    for row in rows:
        responses = [unit for unit in row.mechanisms if unit.role == RESPONSE]
        if not responses:
            continue
        for resource in (unit for unit in row.mechanisms if unit.role == RESOURCE):
            for response in responses:
                found.setdefault((resource, response), []).append(row)
    return {parts: tuple(linking) for parts, linking in found.items()}


def _triggers(rows: Iterable[Row]) -> dict[Unit, tuple[Row, ...]]:
    found: dict[Unit, list[Row]] = {}
    for row in rows:
        if row.kind == "CM" and row.contexts:
            for unit in row.mechanisms:
                found.setdefault(unit, []).append(row)
    return {unit: tuple(stating) for unit, stating in found.items()}
