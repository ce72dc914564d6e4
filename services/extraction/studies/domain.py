"""The study map: which reports belong to the same research.

A sibling link is an unordered pair of study ids. Linked studies are one study, whose canonical
id is the smallest of the linked set; a cycle of links changes nothing and is listed.
"""

from collections.abc import Iterable, Mapping

Pair = tuple[str, str]


def pair(a: str, b: str) -> Pair:
    """The two studies of a link in order; raises `ValueError` where they are the same."""
    if a == b:
        raise ValueError(f"study '{a}' cannot be linked with itself; name two studies")
    return (a, b) if a < b else (b, a)


def link_id(a: str, b: str) -> str:
    """`a|b`, sorted: the same for both orders."""
    return "|".join(pair(a, b))


def canonical_studies(links: Iterable[Pair]) -> dict[str, str]:
    """Every linked study with the smallest id of its linked set."""
    parents: dict[str, str] = {}
    for a, b in links:
        low, high = sorted((_root(parents, a), _root(parents, b)))
        parents[high] = low
        parents.setdefault(low, low)
    return {study: _root(parents, study) for study in sorted(parents)}


def siblings(links: Iterable[Pair]) -> dict[str, list[str]]:
    """Linked sets: the canonical study with all its members, itself included, sorted."""
    sets: dict[str, list[str]] = {}
    for study, canonical in canonical_studies(links).items():
        sets.setdefault(canonical, []).append(study)
    return sets


def cycles(links: Iterable[Pair]) -> list[list[str]]:
    """Linked sets held together by more links than they need: members, sorted.

    Harmless for counting, but a person may want to know: taking one link of a cycle away
    separates nothing.
    """
    distinct = {pair(a, b) for a, b in links}
    sets = siblings(distinct)
    canonical = canonical_studies(distinct)
    links_in: dict[str, int] = dict.fromkeys(sets, 0)
    for a, _ in distinct:
        links_in[canonical[a]] += 1
    return [members for study, members in sets.items() if links_in[study] >= len(members)]


def study_of(study: str, canonical: Mapping[str, str]) -> str:
    """The canonical id of a study; itself where it has no sibling."""
    return canonical.get(study, study)


def _root(parents: dict[str, str], study: str) -> str:
    parents.setdefault(study, study)
    while parents[study] != study:
        parents[study] = parents[parents[study]]
        study = parents[study]
    return study
