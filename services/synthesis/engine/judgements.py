"""Which links people have judged away (section 6)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.synthesis.engine.sources import SourceReader
from services.synthesis.engine.values import Fragment, Judgement, Review, Unit

Left = Mapping[tuple[str, Unit], frozenset[str]]
"""(outcome group, mechanism part) → fragments whose link is left out."""


class Link(NamedTuple):
    """A fragment as evidence for a part of a mechanism with an outcome group."""

    theory: str
    outcome: str
    unit: Unit
    fragment: str


def link_judged(item: Judgement) -> Link:
    """The link that a judgement speaks of."""
    return Link(item.theory, item.outcome, item.unit, item.fragment)


def counts(review: Review, judgement: Judgement) -> bool:
    """Whether what was judged is still what the fragment says.

    A judgement of no version speaks of any; one of a version that is not kept speaks of none.
    """
    version = judgement.fragment_version
    if version is None:
        return True
    current = review.fragments.get(judgement.fragment)
    if current is None or current.version == version:
        return current is not None
    judged = review.versions.get((judgement.fragment, version))
    return judged is not None and judged.judged_content == current.judged_content


def latest(review: Review) -> dict[tuple[Link, str], Judgement]:
    """The latest judgement that counts per link and person, in the order of arrival."""
    found: dict[tuple[Link, str], Judgement] = {}
    for item in review.judgements:
        if counts(review, item):
            found[link_judged(item), item.person] = item
    return found


def links_left_out(review: Review) -> frozenset[Link]:
    """Links that the reviewer and at least one verifier say a fragment does not support."""
    against: dict[Link, set[str]] = {}
    for (link, _), item in latest(review).items():
        if item.verdict == "does_not":
            against.setdefault(link, set()).add(item.acting_as)
    return frozenset(link for link, said in against.items() if said >= {"reviewer", "verifier"})


def left_out(
    links: Iterable[Link], theory: str, fragments: Iterable[Fragment], sources: SourceReader
) -> Left:
    """The links of one theory, those of the fragments' repeats with them."""
    found: dict[tuple[str, Unit], set[str]] = {}
    for link in links:
        if link.theory == theory:
            found.setdefault((link.outcome, link.unit), set()).add(link.fragment)
    if not found:
        return {}
    repeated = [(item.id, sources.repeats(item)) for item in fragments if item.duplicate_of]
    return {
        key: frozenset(judged | {name for name, chain in repeated if judged.intersection(chain)})
        for key, judged in found.items()
    }
