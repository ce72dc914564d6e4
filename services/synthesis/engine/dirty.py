"""Which theories a change of inputs can move (section 8)."""

from collections.abc import Mapping

from services.synthesis.engine.judgements import links_left_out
from services.synthesis.engine.sources import SourceReader
from services.synthesis.engine.values import Review


def dirtied(before: Review, after: Review) -> set[str]:
    """Theories whose CCMOCs or arguments may differ between two states of one review.

    Their own inputs, their fragments, what these count for, the codebooks of theories that share
    a fragment with them. What a fragment counts for covers repeats, records, links of studies
    and cases that were named for the first or last time.
    """
    if before.parameters != after.parameters:
        return {*before.theories, *after.theories}
    found = _own(before, after)
    books = {
        theory
        for theory in {*before.codebooks, *after.codebooks}
        if before.codebooks.get(theory) != after.codebooks.get(theory)
    }
    old, new = _readings(before), _readings(after)
    for name in old.keys() | new.keys():
        theories = _theories(before, name) | _theories(after, name)
        if old.get(name) != new.get(name) or books & theories:
            found |= theories
    return found | books


def _own(before: Review, after: Review) -> set[str]:
    """Theories that came or went, or whose pin, arguments or left out links changed."""
    found = set(before.theories) ^ set(after.theories)
    found |= {
        theory
        for theory in {*before.pins, *after.pins}
        if before.pins.get(theory) != after.pins.get(theory)
    }
    found |= {item.theory for item in set(before.arguments) ^ set(after.arguments)}
    return found | {link.theory for link in links_left_out(before) ^ links_left_out(after)}


def _readings(review: Review) -> Mapping[str, tuple[object, ...]]:
    """Per fragment: its body, whether it is active, K and I, what it repeats."""
    sources = SourceReader(review)
    return {
        name: (
            item,
            sources.active(item),
            sources.entries(item, "cited"),
            sources.entries(item, "inferred"),
            sources.repeats(item) if item.duplicate_of else (),
        )
        for name, item in review.fragments.items()
    }


def _theories(review: Review, name: str) -> set[str]:
    fragment = review.fragments.get(name)
    return set(fragment.theories) if fragment else set()
