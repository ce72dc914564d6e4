"""Agreement with what people concluded, cell by cell, beside two controls.

For each theory and role: the groups that people named, the group that each method puts first,
and the best rank of a named group (competition rank: groups that tie share the better rank).
Resource, response and context are ranked for the outcome that the method itself puts first.
"""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from services.synthesis.domain.cells import counts_of
from services.synthesis.domain.configurations import Configuration, configurations
from services.synthesis.domain.evidence import Evidence
from services.synthesis.domain.ranking import mechanism_ranking, outcome_ranking
from services.synthesis.domain.recompute import evidences
from services.synthesis.domain.rows import Row
from services.synthesis.domain.values import CONTEXT, OUTCOME, RESOURCE, RESPONSE, Review, Role

KEYS: dict[str, tuple[str, Role]] = {
    "outcome": ("intermediate_outcomes", OUTCOME),
    "resource": ("main_mechanism_resource", RESOURCE),
    "response": ("main_mechanism_response", RESPONSE),
    "context": ("consistent_contexts", CONTEXT),
}
ORDERS = 1_000
Ranked = Sequence[tuple[str, Any]]
"""Groups in order, each with the key it is ranked by; equal keys share a rank."""


def scores(review: Review, expected: Mapping[str, Any]) -> dict[str, Any]:
    """The comparison for every theory of the review that `expected` speaks of."""
    theories: dict[str, Any] = {}
    counted: dict[str, dict[str, Any]] = {}
    for evidence in evidences(review, review.theories):
        concluded = expected["theories"].get(evidence.theory)
        if concluded is None:
            continue
        groups = _groups(review, evidence)
        named = {cell: _named(concluded, key) for cell, (key, _) in KEYS.items()}
        theories[evidence.theory] = _cells(engine_ranking(evidence), named, groups)
        counted[evidence.theory] = _cells(fragment_ranking(evidence, groups), named, groups)
    return {
        "theories": theories,
        "engine": _summary(theories),
        "fragment_count": _summary(counted),
        "random": _random(theories),
    }


def _named(concluded: Mapping[str, Any], key: str) -> list[str]:
    return [str(group["group_id"]) for group in concluded.get(key) or []]


def _groups(review: Review, evidence: Evidence) -> dict[str, list[str]]:
    """Groups of each role that can be ranked: those of the codebook, distal outcomes aside."""
    codebook = review.codebooks[evidence.theory]
    return {
        cell: [
            group.id
            for group in codebook.groups
            if group.role == role and not (role == OUTCOME and group.level == "distal")
        ]
        for cell, (_, role) in KEYS.items()
    }


def engine_ranking(evidence: Evidence) -> dict[str, Ranked]:
    """The engine's order of outcomes, and of the parts for its leading outcome."""
    outcomes = [item for item in outcome_ranking(evidence) if item.reporting]
    if not outcomes:
        return dict.fromkeys(KEYS, ())
    leading = outcomes[0].outcome
    counts = counts_of(evidence, leading).values()
    found = configurations(evidence, leading)
    ranked: dict[str, Ranked] = {
        "outcome": [(item.outcome, item.order[:-1]) for item in outcomes],
        "context": _contexts(found[0]) if found else (),
    }
    for cell, role in (("resource", RESOURCE), ("response", RESPONSE)):
        units = mechanism_ranking(counts, role)
        ranked[cell] = [(x.unit.group, (*x.order, -x.participants, -x.sites)) for x in units]
    return ranked


def _contexts(leading: Configuration) -> Ranked:
    """Contexts of the leading unit, by linked, then by trigger studies."""
    return [
        (
            item.group,
            (-len(item.contrast.positive), len(item.contrast.negative), -len(item.trigger)),
        )
        for item in leading.analysis.contexts
    ]


def fragment_ranking(evidence: Evidence, groups: Mapping[str, Sequence[str]]) -> dict[str, Ranked]:
    """The control without linkage: each role's groups by the fragments that state them."""
    counts = {
        cell: {group: sum(group in _stated(row, cell) for row in evidence.rows) for group in named}
        for cell, named in groups.items()
    }
    return {
        cell: [
            (group, -count)
            for group, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
            if count
        ]
        for cell, found in counts.items()
    }


def _stated(row: Row, cell: str) -> Collection[str]:
    if cell == "outcome":
        return row.occurred | row.failed
    if cell == "context":
        return row.contexts | row.contexts_absent
    role = KEYS[cell][1]
    return {unit.group for unit in row.mechanisms | row.mechanisms_absent if unit.role == role}


def _cells(
    ranked: Mapping[str, Ranked],
    named: Mapping[str, list[str]],
    groups: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    return {cell: _cell(ranked[cell], named[cell], groups[cell]) for cell in KEYS}


def _cell(ranked: Ranked, named: list[str], groups: Sequence[str]) -> dict[str, Any]:
    known = set(named) & set(groups)
    return {
        "expected": named,
        "leading": ranked[0][0] if ranked else None,
        "rank": best_rank(ranked, named),
        "of": len(groups),
        "chance": round(len(known) / len(groups), 3) if groups else 0.0,
    }


def best_rank(ranked: Ranked, named: Collection[str]) -> int | None:
    """The best competition rank of a named group; None where none is ranked."""
    ranks = [1 + sum(other < key for _, other in ranked) for group, key in ranked if group in named]
    return min(ranks, default=None)


def _summary(theories: Mapping[str, Any]) -> dict[str, int]:
    cells = _scored(theories)
    ranks = [cell["rank"] for cell in cells]
    return {
        "first": sum(rank == 1 for rank in ranks),
        "first_two": sum(rank is not None and rank <= 2 for rank in ranks),
        "cells": len(cells),
    }


def _scored(theories: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Cells that people concluded something about."""
    return [cell for theory in theories.values() for cell in theory.values() if cell["expected"]]


def _random(theories: Mapping[str, Any], seed: int = 1) -> dict[str, float | int]:
    """The control by chance: the mean of many random orders of the same groups."""
    chance = random.Random(seed)
    cells = _scored(theories)
    within = _hits(cells, chance)
    first = sum(within(1) for _ in range(ORDERS)) / ORDERS
    first_two = sum(within(2) for _ in range(ORDERS)) / ORDERS
    return {"first": round(first, 2), "first_two": round(first_two, 2), "cells": len(cells)}


def _hits(cells: Sequence[Mapping[str, Any]], chance: random.Random) -> Callable[[int], int]:
    def hits(places: int) -> int:
        return sum(
            min(chance.sample(range(cell["of"]), round(cell["chance"] * cell["of"]))) < places
            for cell in cells
            if round(cell["chance"] * cell["of"])
        )

    return hits
