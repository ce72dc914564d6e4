"""The order of intermediate outcomes, and near ties (section 3, step 2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.synthesis.engine.evidence import Evidence
from services.synthesis.engine.sets import union
from services.synthesis.engine.values import OUTCOME, Unit


@dataclass(frozen=True, slots=True)
class OutcomeStanding:
    """An outcome group in the ranking; `reporting` and `linking` are numbers of studies."""

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
    """The outcome groups that a row states by its own codes, distal ones only if pinned."""
    found = []
    for outcome, rows in evidence.by_outcome.items():
        pinned = evidence.pin is not None and evidence.pin.outcome == outcome
        ranked = pinned or evidence.level(outcome) != "distal"
        if ranked and any(row.own(Unit(OUTCOME, outcome)) for row in rows):
            found.append(_standing(evidence, outcome, pinned))
    return sorted(found, key=lambda item: item.order)


def _standing(evidence: Evidence, outcome: str, pinned: bool) -> OutcomeStanding:
    rows = evidence.by_outcome[outcome]
    return OutcomeStanding(
        outcome=outcome,
        pinned=pinned,
        reporting=union(row.studies for row in rows).bit_count(),
        linking=union(row.studies for row in rows if row.mechanisms).bit_count(),
        participants=union(row.participants for row in rows).bit_count(),
        sites=union(row.sites for row in rows).bit_count(),
    )


def near_tie(ranking: Sequence[OutcomeStanding], near: int) -> bool:
    """Whether the second is reported at all and the first two differ by at most `near`."""
    if len(ranking) < 2 or not ranking[1].reporting:
        return False
    return abs(ranking[0].reporting - ranking[1].reporting) <= near
