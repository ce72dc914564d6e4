"""Which CCMOCs an outcome group has, how each is counted, and their order (section 3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from services.synthesis.domain.cells import Count, counts_of
from services.synthesis.domain.contexts import (
    Conjunction,
    ContextCount,
    conjunctions_of,
    contexts_of,
)
from services.synthesis.domain.evidence import Evidence
from services.synthesis.domain.failures import (
    Failure,
    Rivals,
    counter_mechanisms,
    failures_of,
    interacting_mechanisms,
    rivals_by_group,
)
from services.synthesis.domain.ranking import mechanism_ranking
from services.synthesis.domain.rows import Row, studies_of
from services.synthesis.domain.values import RESOURCE, RESPONSE, Unit


@dataclass(frozen=True, slots=True)
class UnitAnalysis:
    """All that CCMOCs counted by one unit have in common, for one outcome group.

    `resources` are the resources linked to the unit (a response) with their linking rows.
    """

    count: Count
    resources: dict[Unit, list[Row]]
    triggers: list[Row]
    contexts: list[ContextCount]
    conjunctions: list[Conjunction]
    counters: Rivals
    failures: list[Failure]


@dataclass(frozen=True, slots=True)
class Configuration:
    """One CCMOC before it is written down: resource and response, counted by `unit`."""

    outcome: str
    resource: str | None
    response: str | None
    analysis: UnitAnalysis
    chain: tuple[Row, ...] = ()
    ties: tuple["Configuration", ...] = ()
    leading: bool = False

    @property
    def unit(self) -> Unit:
        """The response if there is one, else the resource."""
        return self.analysis.count.unit

    @property
    def chain_studies(self) -> set[str]:
        """Studies that link the two parts, with or without the outcome."""
        return studies_of(self.chain)

    @property
    def tie_order(self) -> tuple[int, Fraction, Fraction, int]:
        """The first four keys of the order: s+, supporting share, coverage, chain."""
        return (*self.analysis.count.order, -len(self.chain_studies))

    @property
    def parts(self) -> set[Unit]:
        """Its own resource and response as units."""
        own = ((RESOURCE, self.resource), (RESPONSE, self.response))
        return {Unit(role, group) for role, group in own if group is not None}

    def interacting(self) -> Rivals:
        """Other mechanisms present where the outcome occurred, with their studies."""
        return interacting_mechanisms(self.analysis.count.cells, self.parts)

    def fragments(self) -> list[str]:
        """Every fragment that it rests on: cells, chain and triggers, zero rows included."""
        cells = self.analysis.count.cells
        rows = cells.positive + cells.negative + cells.alternative + self.analysis.triggers
        return sorted({row.fragment for row in (*rows, *self.chain)})


def configurations(evidence: Evidence, outcome: str) -> list[Configuration]:
    """The CCMOCs of one outcome group, in order, the leading one and its ties marked.

    Every response with a supporting study gives a pair with each resource linked to it, or
    stands without one; every supported resource in no pair stands alone.
    """
    counts = counts_of(evidence, outcome)
    responses = [
        unit_analysis(evidence, outcome, count)
        for count in mechanism_ranking(counts.values(), RESPONSE)
    ]
    paired = {resource for analysis in responses for resource in analysis.resources}
    found = [item for analysis in responses for item in _of_response(outcome, analysis)]
    for count in mechanism_ranking(counts.values(), RESOURCE):
        if count.unit not in paired:
            analysis = unit_analysis(evidence, outcome, count)
            found.append(Configuration(outcome, count.unit.group, None, analysis))
    return _with_leading(sorted(found, key=_order))


def _of_response(outcome: str, analysis: UnitAnalysis) -> Iterable[Configuration]:
    response = analysis.count.unit.group
    if not analysis.resources:
        yield Configuration(outcome, None, response, analysis)
    for resource, rows in analysis.resources.items():
        yield Configuration(outcome, resource.group, response, analysis, tuple(rows))


def _order(item: Configuration) -> tuple[int, Fraction, Fraction, int, int, int, str, str]:
    count = item.analysis.count
    return (
        *item.tie_order,
        -count.participants,
        -count.sites,
        item.unit.group,
        item.resource or "",
    )


def _with_leading(ordered: list[Configuration]) -> list[Configuration]:
    if not ordered:
        return []
    best = ordered[0].tie_order
    tied = tuple(item for item in ordered if item.tie_order == best)
    marked = [
        replace(item, leading=item is ordered[0], ties=tuple(x for x in tied if x is not item))
        for item in tied
    ]
    return marked + ordered[len(tied) :]


def unit_analysis(evidence: Evidence, outcome: str, count: Count) -> UnitAnalysis:
    """Contexts, rivals and failures of one unit with one outcome group."""
    unit, cells = count.unit, count.cells
    triggers = _kept(evidence, outcome, unit, evidence.triggers.get(unit, ()))
    resources = _resources(evidence, outcome, unit) if unit.role == RESPONSE else {}
    contexts = contexts_of(cells, triggers, evidence.parameters)
    counters = counter_mechanisms(cells, {unit, *resources})
    return UnitAnalysis(
        count=count,
        resources=resources,
        triggers=triggers,
        contexts=contexts,
        conjunctions=conjunctions_of(cells, contexts, evidence.parameters),
        counters=rivals_by_group(counters),
        failures=failures_of(unit, cells, contexts, counters),
    )


def _resources(evidence: Evidence, outcome: str, response: Unit) -> dict[Unit, list[Row]]:
    """Resources linked to a response in a row whose link people left in, with those rows."""
    found: dict[Unit, list[Row]] = {}
    for (resource, linked), rows in sorted(evidence.linked.items()):
        if linked == response and (kept := _kept(evidence, outcome, response, rows)):
            found[resource] = kept
    return found


def _kept(evidence: Evidence, outcome: str, unit: Unit, rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if evidence.keeps(outcome, unit, row)]
