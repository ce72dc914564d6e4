"""Orders: intermediate outcomes, mechanisms against an outcome, near ties (section 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.synthesis.domain.cells import Count
from services.synthesis.domain.evidence import Evidence
from services.synthesis.domain.rows import cases_of, participants_of, studies_of
from services.synthesis.domain.values import Role


@dataclass(frozen=True, slots=True)
class OutcomeStanding:
    """An outcome group in the ranking of intermediate outcomes; counts of studies."""

    outcome: str
    pinned: bool
    reporting: int
    linking: int
    participants: int
    sites: int

    @property
    def order(self) -> tuple[bool, int, int, int, int, str]:
        """Pinned first, then most reporting, linking, participants, sites, then by id."""
        return (
            not self.pinned,
            -self.reporting,
            -self.linking,
            -self.participants,
            -self.sites,
            self.outcome,
        )


def outcome_ranking(evidence: Evidence) -> list[OutcomeStanding]:
    """All outcome groups but distal ones, first the one to work on.

    A group of the codebook without evidence stands in the ranking with zeros.
    """
    standings = (
        _standing(evidence, outcome)
        for outcome, level in evidence.outcomes.items()
        if level != "distal"
    )
    return sorted(standings, key=lambda item: item.order)


def _standing(evidence: Evidence, outcome: str) -> OutcomeStanding:
    rows = evidence.by_outcome.get(outcome, ())
    return OutcomeStanding(
        outcome=outcome,
        pinned=evidence.pin is not None and evidence.pin.outcome == outcome,
        reporting=len(studies_of(rows)),
        linking=len(studies_of(row for row in rows if row.mechanisms)),
        participants=len(participants_of(rows)),
        sites=len(cases_of(rows)),
    )


def near_tie(ranking: Sequence[OutcomeStanding], near: int) -> bool:
    """Whether the first two differ by at most `near` reporting studies, pinned or not."""
    return len(ranking) > 1 and abs(ranking[0].reporting - ranking[1].reporting) <= near


def mechanism_ranking(counts: Iterable[Count], role: Role) -> list[Count]:
    """Units of one role with at least one supporting study, the most supported first."""
    supported = (count for count in counts if count.unit.role == role and count.supporting)
    return sorted(
        supported,
        key=lambda item: (*item.order, -item.participants, -item.sites, item.unit.group),
    )
