"""The CCMOCs of an outcome group, in order, the leading one and its ties marked (section 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.synthesis.engine.cells import Count, counts_of
from services.synthesis.engine.contexts import (
    Conjunction,
    Context,
    conjunctions_of,
    context_slot,
    contexts_of,
    trigger_rows,
)
from services.synthesis.engine.evidence import Evidence
from services.synthesis.engine.failures import Failure, Rivals, failures_of, rivals_of
from services.synthesis.engine.partners import Partner, partner_slot, partners_of
from services.synthesis.engine.values import Unit


@dataclass(frozen=True, slots=True)
class Configuration:
    """One CCMOC before it is written down. `ties` are the parts that tie with it."""

    count: Count
    leading: bool
    ties: tuple[Unit, ...]
    partners: Sequence[Partner]
    contexts: Sequence[Context]
    conjunctions: Sequence[Conjunction]
    interacting: Rivals
    counter: Rivals
    failures: Sequence[Failure]
    fragments: frozenset[str]

    @property
    def partner(self) -> Partner | None:
        """What fills the slot of the other part."""
        return partner_slot(self.partners, self.counter, bool(self.count.positive))

    @property
    def slot_contexts(self) -> list[Context]:
        """What fills the slot of contexts."""
        return context_slot(self.contexts, bool(self.count.positive))


def configurations(evidence: Evidence, outcome: str) -> list[Configuration]:
    """The CCMOCs of one outcome group, in the order of section 3, step 4."""
    counts = counts_of(evidence, outcome)
    ordered = sorted(
        (count for count in counts.values() if count.conjectured), key=lambda item: item.order
    )
    if not ordered:
        return []
    lead = ordered[0]
    partners = {count.unit: partners_of(evidence, outcome, count, counts) for count in ordered}
    leads = lead.pattern not in ("inferred", "not_fired")
    tied = _tied(ordered, partners[lead.unit]) if leads else ()
    return [
        _configuration(
            evidence, outcome, count, partners[count.unit], leads and count is lead, tied
        )
        for count in ordered
    ]


def _tied(ordered: Sequence[Count], partners: Sequence[Partner]) -> tuple[Unit, ...]:
    """The leading part and its equals, its own stated partners aside."""
    stated = {item.unit for item in partners if item.tier == "stated"}
    best = ordered[0].tie_order
    return tuple(
        item.unit for item in ordered if item.tie_order == best and item.unit not in stated
    )


def _configuration(
    evidence: Evidence,
    outcome: str,
    count: Count,
    partners: Sequence[Partner],
    leading: bool,
    tied: tuple[Unit, ...],
) -> Configuration:
    unit, cells = count.unit, count.cells
    present = evidence.present(outcome, unit)
    triggers = trigger_rows(outcome, present.with_context)
    contexts = contexts_of(cells, triggers, evidence.parameters, bool(count.positive))
    interacting, counter = rivals_of(count)
    rests = (cells.positive, cells.contradicting, cells.not_fired, cells.alternative, triggers)
    return Configuration(
        count=count,
        leading=leading,
        ties=tuple(item for item in tied if item != unit) if unit in tied else (),
        partners=partners,
        contexts=contexts,
        conjunctions=conjunctions_of(cells, contexts, evidence.parameters),
        interacting=interacting,
        counter=counter,
        failures=failures_of(count, contexts, counter),
        fragments=present.with_partner.union([row.fragment for rows in rests for row in rows]),
    )


def by_part(found: Sequence[Configuration]) -> Mapping[Unit, Configuration]:
    """CCMOCs of one outcome under the part they are built around."""
    return {item.count.unit: item for item in found}
