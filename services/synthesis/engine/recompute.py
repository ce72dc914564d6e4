"""From a review's inputs to the CCMOCs of its theories and the evidence of its arguments.

Pure functions: no clock, no order of arrival, no memory of earlier runs. A theory is always
computed whole.
"""

from collections.abc import Iterable

from services.synthesis.engine.arguments import argument_bodies
from services.synthesis.engine.body import Body, Identify, Place, body_of, readable_id
from services.synthesis.engine.configurations import configurations
from services.synthesis.engine.evidence import Evidence, evidences
from services.synthesis.engine.ranking import near_tie, outcome_ranking
from services.synthesis.engine.values import Argument, Review


def ccmocs_of(evidence: Evidence, identify: Identify = readable_id) -> list[Body]:
    """The CCMOCs of one theory, sorted by (outcome, role, mechanism)."""
    ranking = outcome_ranking(evidence)
    close = near_tie(ranking, evidence.parameters.near)
    bodies: list[Body] = []
    for rank, standing in enumerate(ranking, start=1):
        place = Place(evidence.theory, standing.outcome, rank, close)
        bodies += [
            body_of(item, place, evidence.index.studies, identify)
            for item in configurations(evidence, standing.outcome)
        ]
    return sorted(bodies, key=_place)


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
