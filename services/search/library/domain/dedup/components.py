"""Clusters as a function of the set of records: no arrival order can show.

A *bundle* is what merge verdicts connect, directly or through others. Inside
a bundle the strongest pairs join first (Kruskal; ties by id), and a join is
refused when the two clusters hold records that must stay apart. Bundles never
touch one another, so each is settled by itself.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

from services.search.library.domain.dedup.agreement import pages, volumes
from services.search.library.domain.dedup.compare import Outcome, Verdict, compare
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.identifiers import same_doi

Pair = tuple[str, str]
VOUCHED = 900  # per mille: how sure a merge is that only the company of others forbids


def pair(one: str, other: str) -> Pair:
    """Two ids as one unordered pair."""
    return (one, other) if one < other else (other, one)


class Clusters(NamedTuple):
    """The clusters of one bundle (ids sorted), and what a person could still join.

    `asked`: pairs between two clusters whose verdict is to propose, or a merge
    that a veto between the clusters forbade.
    """

    clusters: tuple[tuple[str, ...], ...]
    asked: Mapping[Pair, Verdict]


class _Profile(NamedTuple):
    """What a cluster holds that another must not contradict."""

    ids: frozenset[str]
    dois: frozenset[str]
    pmids: frozenset[str]
    registrations: frozenset[str]
    notices: frozenset[str]
    parts: frozenset[tuple[str, ...]]

    def joined(self, other: "_Profile") -> "_Profile":
        return _Profile(
            self.ids | other.ids,
            self.dois | other.dois,
            self.pmids | other.pmids,
            self.registrations | other.registrations,
            self.notices | other.notices,
            self.parts | other.parts,
        )


def clusters_of(
    bundle: Mapping[str, Features],
    apart: Collection[Pair] = frozenset(),
    together: Collection[Pair] = frozenset(),
) -> Clusters:
    """The clusters of one bundle.

    `apart` and `together` are people's decisions as pairs of ids (`pair`);
    `apart` always holds, `together` overrides every veto but `apart`.
    """
    if not _contested(bundle, apart):
        return Clusters((tuple(sorted(bundle)),), {})
    profiles = {name: _profile(name, features) for name, features in bundle.items()}
    verdicts = _verdicts(bundle)
    for one, other in _joins(verdicts, bundle, together):
        mine, theirs = profiles[one], profiles[other]
        decided = pair(one, other) in together
        if mine is theirs or _divided(mine, theirs, apart):
            continue
        if decided or not _clash(mine, theirs, bundle):
            union = mine.joined(theirs)
            profiles.update(dict.fromkeys(union.ids, union))
    clusters = {profile.ids for profile in profiles.values()}
    return Clusters(
        tuple(sorted(tuple(sorted(cluster)) for cluster in clusters)),
        {p: _asked(v) for p, v in verdicts.items() if profiles[p[0]] is not profiles[p[1]]},
    )


def _profile(name: str, f: Features) -> _Profile:
    return _Profile(
        frozenset((name,)),
        frozenset((f.doi,)) if f.doi else frozenset(),
        frozenset((f.pmid,)) if f.pmid else frozenset(),
        frozenset((f.registration,)) if f.registration else frozenset(),
        frozenset((f.notice,)),
        frozenset((f.parts,)) if f.parts else frozenset(),
    )


def _contested(bundle: Mapping[str, Features], apart: Collection[Pair]) -> bool:
    """Could anything in the bundle be vetoed? Most bundles: nothing, and all is one cluster."""
    if len(bundle) < 2:
        return False
    distinct = {
        (f.doi, f.pmid, f.registration, f.notice, f.parts, f.first, f.volume)
        for f in bundle.values()
    }
    if len(distinct) > 1 and _quarrelling(bundle.values()):
        return True
    return bool(apart) and any(one in bundle and other in bundle for one, other in apart)


def _quarrelling(several: Iterable[Features]) -> bool:
    different = list(dict.fromkeys(several))
    return any(clashes(a, b) for a, b in combinations(different, 2))


def clashes(a: Features, b: Features) -> bool:
    """May these two never stand in one cluster, whoever vouches between them?"""
    if same_doi(a.doi, b.doi) is False or bool(a.pmid and b.pmid and a.pmid != b.pmid):
        return True
    if a.registration and b.registration and a.registration != b.registration:
        return True
    if a.parts != b.parts and a.parts and b.parts:
        return True
    if a.notice != b.notice and not (a.first and a.first == b.first):
        return True
    return _elsewhere(a, b)


def _elsewhere(a: Features, b: Features) -> bool:
    """Printed in two places: first pages differ, and volume, issue or year with them."""
    if (a.doi and a.doi == b.doi) or (a.pmid and a.pmid == b.pmid) or pages(a, b) is not False:
        return False
    if volumes(a, b) is False or bool(a.year and b.year and a.year != b.year):
        return True
    return bool(a.issue and b.issue and a.issue != b.issue)


def _verdicts(bundle: Mapping[str, Features]) -> dict[Pair, Verdict]:
    """Every verdict inside a bundle but `distinct`."""
    found = {
        couple: compare(bundle[couple[0]], bundle[couple[1]])
        for couple in combinations(sorted(bundle), 2)
    }
    return {p: v for p, v in found.items() if v.outcome is not Outcome.DISTINCT}


def _joins(
    verdicts: Mapping[Pair, Verdict], bundle: Mapping[str, Features], together: Collection[Pair]
) -> list[Pair]:
    """People's joins, then merges from the strongest; ties by ids alone."""
    decided = [p for p in together if p[0] in bundle and p[1] in bundle]
    merges = [p for p, v in verdicts.items() if v.outcome is Outcome.MERGE]
    return sorted(decided) + sorted(merges, key=lambda p: (-verdicts[p].strength, p))


def _asked(verdict: Verdict) -> Verdict:
    if verdict.outcome is Outcome.PROPOSE:
        return verdict
    reason = f"{verdict.reason}; but it would join records that must stay apart"
    return Verdict(Outcome.PROPOSE, reason, VOUCHED)


def _divided(mine: _Profile, theirs: _Profile, apart: Collection[Pair]) -> bool:
    if not apart:
        return False
    return any(pair(one, other) in apart for one in mine.ids for other in theirs.ids)


def _clash(mine: _Profile, theirs: _Profile, bundle: Mapping[str, Features]) -> bool:
    dois = {same_doi(one, other) for one in mine.dois for other in theirs.dois}
    if False in dois and True not in dois:
        return True
    for one, other in zip(mine[2:], theirs[2:], strict=True):
        if one and other and one.isdisjoint(other):
            return True
    if not (mine.dois.isdisjoint(theirs.dois) and mine.pmids.isdisjoint(theirs.pmids)):
        return False
    return any(_elsewhere(bundle[one], bundle[other]) for one in mine.ids for other in theirs.ids)
