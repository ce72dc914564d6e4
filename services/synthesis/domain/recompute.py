"""The engine: from a review's inputs to the CCMOCs of its theories.

A pure function: no clock, no order of arrival, no memory of earlier runs. A theory is always
computed whole.
"""

from collections.abc import Iterable

from services.synthesis.domain.body import (
    Body,
    Identify,
    Place,
    body_of,
    readable_id,
    shared_part,
)
from services.synthesis.domain.configurations import configurations
from services.synthesis.domain.evidence import Evidence, evidence_of
from services.synthesis.domain.ranking import near_tie, outcome_ranking
from services.synthesis.domain.rows import SourceReader
from services.synthesis.domain.values import Fragment, Review


def ccmocs_of(evidence: Evidence, identify: Identify = readable_id) -> list[Body]:
    """The CCMOCs of one theory for every outcome group but distal ones, sorted by id."""
    ranking = outcome_ranking(evidence)
    close = near_tie(ranking, evidence.parameters.near)
    bodies: list[Body] = []
    for rank, standing in enumerate(ranking, start=1):
        place = Place(evidence.theory, rank, close)
        found = configurations(evidence, standing.outcome)
        shared = {item.unit: shared_part(item.analysis) for item in found}
        bodies += [body_of(item, shared[item.unit], place, identify) for item in found]
    return sorted(bodies, key=lambda body: str(body["id"]))


def recompute(
    review: Review, theories: Iterable[str] | None = None, identify: Identify = readable_id
) -> list[Body]:
    """The CCMOCs of the given theories, or of all the review's, sorted by id.

    A theory without evidence gives none.
    """
    wanted = list(dict.fromkeys(review.theories if theories is None else theories))
    found = [
        body for evidence in evidences(review, wanted) for body in ccmocs_of(evidence, identify)
    ]
    return sorted(found, key=lambda body: str(body["id"]))


def evidences(review: Review, theories: Iterable[str]) -> Iterable[Evidence]:
    """The evidence of each theory in turn; only one is held at a time."""
    sources = SourceReader(review.fragments, review.sources, review.links)
    members = fragments_by_theory(review.fragments.values())
    for theory in theories:
        yield evidence_of(review, theory, members.get(theory, ()), sources)


def fragments_by_theory(fragments: Iterable[Fragment]) -> dict[str, list[Fragment]]:
    """Fragments under each theory that they name, once each."""
    found: dict[str, list[Fragment]] = {}
    for fragment in fragments:
        for theory in dict.fromkeys(fragment.theories):
            found.setdefault(theory, []).append(fragment)
    return found
