"""The study map: siblings are one study, and a study is the unit of independence."""

from collections.abc import Iterable, Mapping


def canonical_studies(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For every linked study the smallest id of its linked set; others stand for themselves."""
    parent: dict[str, str] = {}
    for one, other in links:
        low, high = sorted((_root(parent, one), _root(parent, other)))
        parent[high] = low
        parent.setdefault(low, low)
    return {study: _root(parent, study) for study in list(parent)}


def _root(parent: dict[str, str], study: str) -> str:
    while parent.setdefault(study, study) != study:
        parent[study] = parent[parent[study]]
        study = parent[study]
    return study


def link_cycles(links: Iterable[tuple[str, str]]) -> list[dict[str, list[str] | list[list[str]]]]:
    """Linked sets in which a link could be taken away and all would stay one study.

    Harmless, and listed, because taking one link away then separates nothing.
    """
    pairs = sorted({link for link in links if link[0] != link[1]})
    studies = canonical_studies(pairs)
    return [
        {
            "studies": sorted(study for study, root in studies.items() if root == name),
            "links": [list(link) for link in inside],
        }
        for name, inside in _by_set(pairs, studies).items()
        if len(inside) >= sum(root == name for root in studies.values())
    ]


def _by_set(
    pairs: list[tuple[str, str]], studies: Mapping[str, str]
) -> dict[str, list[tuple[str, str]]]:
    sets: dict[str, list[tuple[str, str]]] = {}
    for link in pairs:
        sets.setdefault(studies[link[0]], []).append(link)
    return dict(sorted(sets.items()))
