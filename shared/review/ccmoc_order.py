"""The order of configurations within a theory: section 3 of the method, read from their bodies."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Place = tuple[int | Fraction | str, ...]


def place(body: Mapping[str, Any]) -> Place:
    """Where a configuration stands: by outcome rank, then success, failure, inferred, not fired.

    Studies for come first, then the share of studies for and against, coverage, participants,
    sites and inferred studies; a response stands before a resource, and group ids decide ties.
    """
    return (body["outcome_rank"], *_counted(body), body["role"] != "response", body["mechanism"])


def _counted(body: Mapping[str, Any]) -> Place:
    studies = body["studies"]
    voices = (-body["participants"], -body["sites"])
    if studies["positive"]:
        ratios = (-_ratio(body["supporting_share"]), -_ratio(body["coverage"]))
        inferred = -len(studies["inferred_positive"])
        return (0, -len(studies["positive"]), *ratios, *voices, inferred)
    inferred = -len(studies["inferred_contradicting"])
    if studies["contradicting"]:
        return (1, -len(studies["contradicting"]), *voices, inferred)
    if studies["not_fired"]:
        return (3, -len(studies["not_fired"]))
    either = {*studies["inferred_positive"], *studies["inferred_contradicting"]}
    return (2, -len(either))


def _ratio(counted: Any) -> Fraction:
    part, whole = counted
    return Fraction(part, whole) if whole else Fraction(0)
