"""Which links people have judged away (section 6)."""

from collections.abc import Iterable
from typing import NamedTuple

from services.synthesis.domain.values import Judgement, Unit


class Link(NamedTuple):
    """A fragment as evidence for a mechanism unit with an outcome group."""

    outcome: str
    unit: Unit
    fragment: str


def latest(judgements: Iterable[Judgement]) -> dict[tuple[str, Link, str], Judgement]:
    """The latest judgement per theory, link and person; later ones stand further on.

    A link is the fragment with the unit that the judged CCMOC is counted by, so judgements
    given on different CCMOCs of one unit speak of the same link.
    """
    return {
        (item.theory, Link(item.outcome, item.unit, item.fragment), item.person): item
        for item in judgements
    }


def links_left_out(judgements: Iterable[Judgement], theory: str) -> frozenset[Link]:
    """Links that the reviewer and at least one verifier say a fragment does not support."""
    against: dict[Link, set[str]] = {}
    own = (item for item in judgements if item.theory == theory)
    for (_, link, _), item in latest(own).items():
        if item.verdict == "does_not":
            against.setdefault(link, set()).add(item.acting_as)
    return frozenset(link for link, people in against.items() if people >= {"reviewer", "verifier"})
