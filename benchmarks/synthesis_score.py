"""Agreement with what people concluded, cell by cell, beside two controls.

For each theory and role: the groups that people named, the group that each method puts first,
and the best rank of a named group (competition rank: groups that tie share the better rank).
Resource, response and context are ranked for the outcome that the method itself puts first; parts
of a mechanism also over all outcomes, each by its first CCMOC in any of them.
"""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from services.synthesis.engine import (
    Evidence,
    Review,
    configurations,
    evidences,
    outcome_ranking,
)
from services.synthesis.engine.configurations import Configuration
from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import CONTEXT, OUTCOME, RESOURCE, RESPONSE, Role

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
        cells = _cells(engine_ranking(evidence), named, groups)
        for cell, ranked in overall_ranking(evidence).items():
            cells[cell]["rank_over_all"] = best_rank(ranked, named[cell])
        theories[evidence.theory] = cells
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
    """The engine's order of outcomes, and of the parts for its first outcome."""
    outcomes = [item for item in outcome_ranking(evidence) if item.reporting]
    if not outcomes:
        return dict.fromkeys(KEYS, ())
    found = configurations(evidence, outcomes[0].outcome)
    return {
        "outcome": [(item.outcome, item.order[:-1]) for item in outcomes],
        "resource": _parts(found, RESOURCE),
        "response": _parts(found, RESPONSE),
        "context": _contexts(found[0]) if found else (),
    }


def overall_ranking(evidence: Evidence) -> dict[str, Ranked]:
    """The engine's order of parts over all outcomes, each by its first CCMOC."""
    every = [
        item
        for standing in outcome_ranking(evidence)
        for item in configurations(evidence, standing.outcome)
    ]
    every.sort(key=lambda item: item.count.order)
    firsts = list({item.count.unit: item for item in reversed(every)}.values())[::-1]
    return {"resource": _parts(firsts, RESOURCE), "response": _parts(firsts, RESPONSE)}


def _parts(found: Sequence[Configuration], role: Role) -> Ranked:
    """Parts of one role with the numbers that put them in their order."""
    mine = [item.count for item in found if item.count.unit.role == role]
    return [(item.unit.group, item.order[:-2]) for item in mine]


def _contexts(first: Configuration) -> Ranked:
    """Contexts of the first CCMOC, by the studies that put them in their order."""
    succeeds = bool(first.count.positive)
    return [(item.group, item.order(succeeds)[:-1]) for item in first.contexts]


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
