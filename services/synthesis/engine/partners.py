"""Partners of a part of a mechanism: the slot of its other part (section 3, step 5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.synthesis.engine.cells import Count
from services.synthesis.engine.evidence import Evidence
from services.synthesis.engine.rows import Row
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
    evidence: Evidence,
    outcome: str,
    count: Count,
    counts: Mapping[Unit, Count],
    present: Sequence[Row],
) -> list[Partner]:
    """The partners of a part with an outcome, in order.

    `present` are the rows in which the part is present, `counts` those of all parts with the
    outcome. A row left out for the partner counts for its chain only.
    """
    chains = _by_partner(count.unit, present)
    stated = _stated(count)
    positive = _Meeting(evidence, count.cells.positive)
    negative = _Meeting(evidence, count.cells.contradicting)
    found = []
    for unit, rows in chains.items():
        gone = evidence.left_out(outcome, unit)
        kept = [row for row in rows if row.fragment not in gone] if gone else rows
        places = union([row.places for row in kept])
        success = positive.studies(unit, places, gone)
        failure = negative.studies(unit, places, gone)
        said = unit in stated if not gone else unit in _stated(count, gone)
        tier: Tier = "stated" if said else "joined" if success or failure else "assembled"
        own = counts.get(unit)
        found.append(
            Partner(
                unit=unit,
                tier=tier,
                positive=success,
                negative=failure,
                chain=union([row.studies for row in rows]),
                own_positive=own.positive if own else 0,
                own_negative=own.contradicting if own else 0,
                only_fails=all(row.only_fails for row in rows),
            )
        )
    succeeds = bool(count.positive)
    return sorted(found, key=lambda item: item.order(succeeds))


def _by_partner(unit: Unit, present: Iterable[Row]) -> dict[Unit, list[Row]]:
    found: dict[Unit, list[Row]] = {}
    for row in present:
        for other in row.mechanisms:
            if other.role != unit.role:
                found.setdefault(other, []).append(row)
    return found


def _stated(count: Count, gone: frozenset[str] = frozenset()) -> set[Unit]:
    """Groups present in a counting row that states part and outcome."""
    return {
        unit
        for row in (*count.cells.positive, *count.cells.contradicting)
        if row.studies and row.fragment not in gone
        for unit in row.mechanisms
    }


class _Meeting:
    """Cases of the rows of one cell, for asking where a partner meets them."""

    def __init__(self, evidence: Evidence, rows: Sequence[Row]) -> None:
        self._index = evidence.index
        self._rows = rows
        self._places = union([row.places for row in rows])
        self._absent = {unit for row in rows for unit in row.mechanisms_absent}

    def studies(self, unit: Unit, places: int, gone: frozenset[str]) -> int:
        """Studies of the cases that lie in `places` and in a row where `unit` is not absent."""
        own = self._places
        if gone or unit in self._absent:
            own = union(
                row.places
                for row in self._rows
                if unit not in row.mechanisms_absent and row.fragment not in gone
            )
        return self._index.studies_of(places & own)


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
