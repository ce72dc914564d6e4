"""The study map: siblings are one study, and a study is the unit of independence."""

from collections.abc import Iterable, Mapping

Pair = tuple[str, str]


def canonical_studies(links: Iterable[Pair]) -> dict[str, str]:
    """Every linked study with the smallest id of its linked set."""
    parents: dict[str, str] = {}
    for one, other in links:
        low, high = sorted((_root(parents, one), _root(parents, other)))
        parents[high] = low
        parents.setdefault(low, low)
    return {study: _root(parents, study) for study in sorted(parents)}


def study_of(study: str, canonical: Mapping[str, str]) -> str:
    """The canonical id of a study; itself where it has no sibling."""
    return canonical.get(study, study)


def siblings(links: Iterable[Pair]) -> dict[str, list[str]]:
    """Linked sets: the canonical study with all its members, itself included, sorted."""
    sets: dict[str, list[str]] = {}
    for study, canonical in canonical_studies(links).items():
        sets.setdefault(canonical, []).append(study)
    return sets


def cycles(links: Iterable[Pair]) -> dict[str, list[Pair]]:
    """Linked sets held together by more links than they need: canonical study, with the links.

    Harmless for counting, but a person may want to know: taking one link of a cycle away
    separates nothing.
    """
    pairs = sorted({(min(a, b), max(a, b)) for a, b in links if a != b})
    sets = siblings(pairs)
    canonical = canonical_studies(pairs)
    inside: dict[str, list[Pair]] = {study: [] for study in sets}
    for couple in pairs:
        inside[canonical[couple[0]]].append(couple)
    return {study: kept for study, kept in inside.items() if len(kept) >= len(sets[study])}


def _root(parents: dict[str, str], study: str) -> str:
    while parents.setdefault(study, study) != study:
        parents[study] = parents[parents[study]]
        study = parents[study]
    return study
