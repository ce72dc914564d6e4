"""Partners of a part of a mechanism: the slot of its other part (section 3, step 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.synthesis.engine.cells import Count
from services.synthesis.engine.evidence import Chain, Evidence
from services.synthesis.engine.sets import union
from services.synthesis.engine.values import Unit

Tier = Literal["stated", "joined", "assembled"]
TIERS: tuple[Tier, ...] = ("stated", "joined", "assembled")


@dataclass(frozen=True, slots=True)
class Partner:
    """A group of the other role. Sets of studies, as section 3 names them.

    `only_fails`: all rows with both parts state a failed outcome and no occurred one.
    """

    unit: Unit
    tier: Tier
    positive: int
    negative: int
    chain: int
    own_positive: int
    own_negative: int
    only_fails: bool

    def order(self, succeeds: bool) -> tuple[int, int, int, int, str]:
        """Its place in the list of a part that succeeds somewhere, or does not."""
        most, least = self.positive.bit_count(), self.negative.bit_count()
        if not succeeds:
            most, least = least, 0
        return TIERS.index(self.tier), -most, least, -self.chain.bit_count(), self.unit.group


def partners_of(
    evidence: Evidence, outcome: str, count: Count, counts: Mapping[Unit, Count]
) -> list[Partner]:
    """The partners of a part with an outcome, in order.

    `counts` are those of all parts with the outcome. A row left out for the partner counts for
    its chain only.
    """
    meeting = _Meeting(evidence, count)
    found = []
    for unit, chain in evidence.present(outcome, count.unit).chains.items():
        gone = evidence.left_out(outcome, unit)
        own = counts.get(unit)
        positive, negative, stated = meeting.of(unit, chain, gone)
        found.append(
            Partner(
                unit=unit,
                tier="stated" if stated else "joined" if positive or negative else "assembled",
                positive=positive,
                negative=negative,
                chain=chain.studies,
                own_positive=own.positive if own else 0,
                own_negative=own.contradicting if own else 0,
                only_fails=chain.only_fails,
            )
        )
    succeeds = bool(count.positive)
    return sorted(found, key=lambda item: item.order(succeeds))


class _Meeting:
    """Where the rows of a part with an outcome meet its partners."""

    def __init__(self, evidence: Evidence, count: Count) -> None:
        self._index = evidence.index
        self._cells = (count.cells.positive, count.cells.contradicting)
        self._stated = self._stating(frozenset())
        self._places = [union([row.places for row in rows]) for rows in self._cells]
        self._absent = {
            unit for rows in self._cells for row in rows for unit in row.mechanisms_absent
        }

    def _stating(self, gone: frozenset[str]) -> set[Unit]:
        """Groups present in a counting row that states part and outcome."""
        return {
            unit
            for rows in self._cells
            for row in rows
            if row.studies and row.fragment not in gone
            for unit in row.mechanisms
        }

    def of(self, unit: Unit, chain: Chain, gone: frozenset[str]) -> tuple[int, int, bool]:
        """Studies of the cases that lie in the chain and in a row with success, with failure, in
        which the partner is not absent; whether a counting row states all three."""
        places, stated = chain.places, self._stated
        if gone:
            places = union([row.places for row in chain.rows if row.fragment not in gone])
            stated = self._stating(gone)
        success, failure = self._places
        if gone or unit in self._absent:
            success, failure = (
                union(
                    row.places
                    for row in rows
                    if unit not in row.mechanisms_absent and row.fragment not in gone
                )
                for rows in self._cells
            )
        studies = self._index.studies_of
        return studies(places & success), studies(places & failure), unit in stated


def partner_slot(
    partners: Sequence[Partner], counters: Mapping[Unit, int], succeeds: bool
) -> Partner | None:
    """The partner that fills the slot, if any."""
    able = [item for item in partners if item.unit not in counters]
    for item in able:
        if item.tier != "assembled" and (item.positive if succeeds else item.negative):
            return item
    for item in able:
        if item.tier == "assembled" and not (succeeds and item.only_fails):
            return item
    return None
