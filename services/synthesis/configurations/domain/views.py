"""Views of CCMOCs that people work with: negative cases, rivals, offers to merge."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from services.synthesis.engine.values import Codebook

Body = Mapping[str, Any]
View = dict[str, Any]
OFFERED = 0.5
"""Share of groups in common (Jaccard) from which two CCMOCs are offered for merging."""


def negative_cases(bodies: Iterable[Body]) -> list[View]:
    """Per CCMOC what speaks against it, and whether anybody has tried to disconfirm it.

    `untested`: no case in which it failed, did not fire, or the outcome came another way.
    """
    return [
        {
            "id": body["id"],
            "theory": body["theory"],
            "outcome": body["outcome"],
            "role": body["role"],
            "mechanism": body["mechanism"],
            "leading": body["leading"],
            "contradicting": body["studies"]["contradicting"],
            "not_fired": body["studies"]["not_fired"],
            "alternative": body["studies"]["alternative"],
            "mixed": body["studies"]["mixed"],
            "open": [item for item in body["failures"] if item["open"]],
            "explained": [item for item in body["failures"] if not item["open"]],
            "suspected": _groups(body, "suspected"),
            "disabling": _groups(body, "disabling"),
            "untested": body["untested"],
        }
        for body in bodies
    ]


def _groups(body: Body, verdict: str) -> list[str]:
    return [item["group"] for item in body["contexts"] if item["verdict"] == verdict]


def rivals(bodies: Iterable[Body]) -> list[View]:
    """Per CCMOC the mechanisms beside it: interacting, counter, and its equals in the order."""
    return [
        {
            "id": body["id"],
            "theory": body["theory"],
            "outcome": body["outcome"],
            "role": body["role"],
            "mechanism": body["mechanism"],
            "interacting": body["interacting"],
            "counter": body["counter"],
            "leading_ties": body["leading_ties"],
            "near_tie": body["near_tie"],
        }
        for body in bodies
        if body["interacting"] or body["counter"] or body["leading_ties"] or body["near_tie"]
    ]


def unchecked_opposites(codebooks: Mapping[str, Codebook]) -> list[View]:
    """Codes that an import rule, and no person, reads in the opposite sense."""
    return [
        {"theory": theory, "role": group.role, "group": group.id, "code": member.code}
        for theory, codebook in sorted(codebooks.items())
        for group in codebook.groups
        for member in group.members
        if member.by_import_rule and member.sense == "opposite"
    ]


def groups_of(body: Body) -> frozenset[str]:
    """Every group a CCMOC names in its slots."""
    slots = body["slots"]
    named = [body["outcome"], body["mechanism"], slots["partner"], *slots["contexts"]]
    return frozenset(group for group in named if group)


def merge_offers(bodies: Sequence[Body]) -> list[View]:
    """Pairs of CCMOCs of one theory that share half of their groups or more, most alike first.

    An offer for people, who alone merge them, in words of their own.
    """
    offers = []
    for one, other in combinations(bodies, 2):
        if one["theory"] != other["theory"]:
            continue
        mine, theirs = groups_of(one), groups_of(other)
        common, whole = len(mine & theirs), len(mine | theirs)
        if whole and common / whole >= OFFERED:
            pair = sorted((str(one["id"]), str(other["id"])))
            offers.append({"theory": one["theory"], "ccmocs": pair, "jaccard": [common, whole]})
    return sorted(
        offers, key=lambda item: (-item["jaccard"][0] / item["jaccard"][1], item["ccmocs"])
    )
