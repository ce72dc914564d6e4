"""From a review's inputs to the CCMOCs of its theories and the evidence of its arguments.

Pure functions: no clock, no order of arrival, no memory of earlier runs. A theory is always
computed whole.
"""

from collections.abc import Iterable, Iterator

from services.synthesis.engine.arguments import argument_bodies
from services.synthesis.engine.body import Body, Identify, OutcomePlace, body_of, readable_id
from services.synthesis.engine.configurations import Configuration, configurations
from services.synthesis.engine.evidence import Evidence, evidences
from services.synthesis.engine.links import LinkWeight, weights_of
from services.synthesis.engine.ranking import near_tie, outcome_ranking
from services.synthesis.engine.values import Argument, Review

Weighted = tuple[Body, list[LinkWeight]]
"""A CCMOC with its links, what moves most first."""


def ccmocs_of(evidence: Evidence, identify: Identify = readable_id) -> list[Body]:
    """The CCMOCs of one theory, sorted by (outcome, role, mechanism)."""
    found = (body for bodies in _by_outcome(evidence, identify) for body, _ in bodies)
    return sorted(found, key=_place)


def weighted_ccmocs(evidence: Evidence, identify: Identify = readable_id) -> list[Weighted]:
    """The CCMOCs of one theory, sorted as ever, each with what its links carry."""
    found: list[Weighted] = []
    for bodies in _by_outcome(evidence, identify):
        weights = weights_of([item for _, item in bodies], evidence.parameters)
        found += [(body, weights[item.count.unit]) for body, item in bodies]
    return sorted(found, key=lambda pair: _place(pair[0]))


def _by_outcome(
    evidence: Evidence, identify: Identify
) -> Iterator[list[tuple[Body, Configuration]]]:
    """The CCMOCs of each outcome of the ranking, in their order."""
    ranking = outcome_ranking(evidence)
    close = near_tie(ranking, evidence.parameters.near)
    for rank, standing in enumerate(ranking, start=1):
        place = OutcomePlace(evidence.theory, standing.outcome, rank, close)
        yield [
            (body_of(item, place, evidence.index.studies, identify), item)
            for item in configurations(evidence, standing.outcome)
        ]


def _place(body: Body) -> tuple[str, str, str, str]:
    return body["theory"], body["outcome"], body["role"], body["mechanism"]


def recompute(
    review: Review, theories: Iterable[str] | None = None, identify: Identify = readable_id
) -> list[Body]:
    """The CCMOCs of the given theories, or of all, sorted by (theory, outcome, role, mechanism).

    A theory without evidence gives none.
    """
    wanted = sorted(set(review.theories if theories is None else theories))
    return [
        body for evidence in evidences(review, wanted) for body in ccmocs_of(evidence, identify)
    ]


def arguments_of(evidence: Evidence, arguments: Iterable[Argument]) -> list[Body]:
    """The evidence of a theory's arguments, sorted by id; those of other theories are left out."""
    mine = (item for item in arguments if item.theory == evidence.theory)
    return argument_bodies(evidence, sorted(mine, key=lambda item: item.id))


def reevaluate(review: Review, theories: Iterable[str] | None = None) -> list[Body]:
    """The evidence of the arguments of the given theories, or of all, sorted by (theory, id)."""
    stated = {item.theory for item in review.arguments}
    wanted = sorted(stated if theories is None else stated.intersection(theories))
    return [
        body
        for evidence in evidences(review, wanted)
        for body in arguments_of(evidence, review.arguments)
    ]
