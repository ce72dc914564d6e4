"""Whether any study joins all parts that are printed as one configuration."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NOT_JOINED = "no study joins all its parts"
"""Said wherever a configuration is printed whose parts come from different studies."""


def joining_studies(body: Mapping[str, Any], assembled: bool = True) -> list[str]:
    """Studies that state, in whatever statements, every part that fills a slot; sorted.

    The counted part with its outcome, what stands beside it and the contexts: each has studies
    of its own, and a row of them may be put together from several; what is only inferred, or only
    did not fire, nobody joins. Without `assembled`, a
    partner that no study links with the outcome is left aside.
    """
    sets = list(_of_slots(body, assembled))
    return sorted(set(sets[0]).intersection(*sets[1:]))


def _of_slots(body: Mapping[str, Any], assembled: bool) -> Iterator[Sequence[str]]:
    studies, slots = body["studies"], body["slots"]
    side = "positive" if studies["positive"] else "negative"
    yield studies["positive"] or studies["contradicting"]
    for item in body["partners"]:
        far = item["tier"] == "assembled"
        if item["group"] == slots["partner"] and (assembled or not far):
            yield item["chain" if far else side]
    for item in body["contexts"]:
        if item["group"] in slots["contexts"]:
            yield item["trigger"] if item["verdict"] == "trigger" else item[side] or item["trigger"]


def is_joined(body: Mapping[str, Any], assembled: bool = True) -> bool:
    """Whether one study at least joins them all."""
    return bool(joining_studies(body, assembled))
