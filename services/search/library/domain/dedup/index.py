"""De-duplication in memory: what a store does with rows, done with dicts.

Used by the benchmark and the tests, and as the model of a SQL-backed store.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from services.search.library.domain.dedup.compare import Outcome, Verdict, compare
from services.search.library.domain.dedup.components import Pair, clusters_of, pair
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.keys import OVERSIZED, TWIN, candidate_keys
from services.search.library.domain.dedup.place import PlacedSource, Placement, Proposal, place


def admit(hits: Mapping[str, Sequence[str]], fresh: Collection[str]) -> dict[str, list[str]]:
    """Of the holders of each key, those worth comparing with `fresh`, which are among them.

    A key with more than `OVERSIZED` holders tells nothing and is left out,
    whoever arrived first; twins (`=`) are equal, so one of the placed is enough.
    """
    met: dict[str, list[str]] = {}
    for key, holders in hits.items():
        if key.startswith(TWIN):
            placed = next((name for name in holders if name not in fresh), None)
            met[key] = [name for name in holders if name in fresh or name == placed]
        elif len(holders) <= OVERSIZED:
            met[key] = list(holders)
    return met


class Index:
    """Source records of one review, their keys, bundles and records."""

    def __init__(self) -> None:
        self.features: dict[str, Features] = {}
        self.records: dict[str, str] = {}
        self.proposed: dict[Pair, Proposal] = {}
        self.apart: set[Pair] = set()
        self.together: set[Pair] = set()
        self._keys: dict[str, tuple[str, ...]] = {}
        self._holders: dict[str, list[str]] = {}
        self._bundle: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._arrived: dict[str, int] = {}
        self._next = 0

    def add(self, page: Sequence[tuple[str, Features]]) -> Placement:
        """Place a page; ids already held are left alone."""
        new = [(name, features) for name, features in page if name not in self.features]
        again = self._hold(new)
        return self._place([*new, *((name, self.features[name]) for name in again)])

    def remove(self, name: str) -> Placement:
        """Take one source record out, and settle again what it held together."""
        del self.features[name]
        left = [member for member in self._members[self._bundle[name]] if member != name]
        eased = set()
        for key in self._keys.pop(name):
            self._holders[key].remove(name)
            if len(self._holders[key]) == OVERSIZED and not key.startswith(TWIN):
                eased.update(self._holders[key])
        self._forget(name)
        self.proposed = {s: p for s, p in self.proposed.items() if name not in s}
        return self._place([(n, self.features[n]) for n in dict.fromkeys([*left, *sorted(eased)])])

    def separate(self, one: str, other: str) -> Placement:
        """A person says: not the same. Remembered for ever."""
        self.together.discard(pair(one, other))
        self.apart.add(pair(one, other))
        return self._place([(n, self.features[n]) for n in (one, other)])

    def unite(self, one: str, other: str) -> Placement:
        """A person says: the same."""
        self.apart.discard(pair(one, other))
        self.together.add(pair(one, other))
        return self._place([(n, self.features[n]) for n in (one, other)])

    def partition(self) -> set[frozenset[str]]:
        """The clusters as sets of source ids."""
        clusters: dict[str, set[str]] = defaultdict(set)
        for source, record in self.records.items():
            clusters[record].add(source)
        return {frozenset(members) for members in clusters.values()}

    def proposals(self) -> dict[Pair, Proposal]:
        """Open proposals by pair of sources: whose records are two, and not told apart."""
        where = self.records
        told = {pair(where[a], where[b]) for a, b in self.apart if a in where and b in where}
        return {
            (one, other): proposal
            for (one, other), proposal in self.proposed.items()
            if where[one] != where[other] and pair(where[one], where[other]) not in told
        }

    def _hold(self, new: Iterable[tuple[str, Features]]) -> list[str]:
        """Store keys; return the ids whose key has just become crowded."""
        again: dict[str, None] = {}
        added = {name for name, _ in new}
        for name, features in new:
            self.features[name] = features
            self._arrived[name] = self._next
            self._next += 1
            self._keys[name] = candidate_keys(features)
            for key in self._keys[name]:
                holders = self._holders.setdefault(key, [])
                holders.append(name)
                if len(holders) == OVERSIZED + 1 and not key.startswith(TWIN):
                    again.update(dict.fromkeys(h for h in holders if h not in added))
        return list(again)

    def _place(self, some: Sequence[tuple[str, Features]]) -> Placement:
        """Place `some`; of those placed before, their whole bundles are settled again."""
        again = {self._bundle[name] for name, _ in some if name in self._bundle}
        new = [(name, features) for name, features in some if name not in self._bundle]
        new += [(m, self.features[m]) for bundle in sorted(again) for m in self._members[bundle]]
        names = {name for name, _ in new}
        hits = admit({k: self._holders[k] for n in names for k in self._keys[n]}, names)
        near = names.union(*hits.values())
        wanted = {self._bundle[name] for name in near if name in self._bundle}
        neighbours = {
            member: PlacedSource(
                self.features[member], self.records[member], bundle, self._arrived[member]
            )
            for bundle in wanted
            for member in self._members[bundle]
        }
        placement = place(new, neighbours, self.apart, self.together, hits=hits)
        self._keep(placement)
        return placement

    def _keep(self, placement: Placement) -> None:
        for source, bundle in placement.bundles.items():
            old = self._bundle.get(source)
            if old is not None and old != bundle:
                self._members[old].remove(source)
            if old != bundle:
                self._members.setdefault(bundle, []).append(source)
                self._bundle[source] = bundle
        self.records.update(placement.records)
        self.proposed.update({p.sources: p for p in placement.proposals})

    def _forget(self, name: str) -> None:
        self._members[self._bundle.pop(name)].remove(name)
        del self.records[name], self._arrived[name]


def batch(records: Mapping[str, Features]) -> tuple[list[tuple[str, ...]], dict[Pair, Verdict]]:
    """Everything at once: (clusters, open proposals between source records).

    The same partition as adding the records one by one, in less time.
    """
    links = _all_links(records)
    parent = {name: name for name in records}
    for (one, other), verdict in links.items():
        if verdict.outcome is Outcome.MERGE:
            low, high = sorted((_root(parent, one), _root(parent, other)))
            parent[high] = low
    bundles: dict[str, list[str]] = defaultdict(list)
    for name in records:
        bundles[_root(parent, name)].append(name)
    asked = {couple: v for couple, v in links.items() if v.outcome is Outcome.PROPOSE}
    clusters: list[tuple[str, ...]] = []
    for members in bundles.values():
        settled = clusters_of({name: records[name] for name in members})
        clusters += settled.clusters
        asked.update(settled.asked)
    where = {name: number for number, cluster in enumerate(clusters) for name in cluster}
    return clusters, {p: v for p, v in asked.items() if where[p[0]] != where[p[1]]}


def _root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        parent[name] = parent[parent[name]]
        name = parent[name]
    return name


def _all_links(records: Mapping[str, Features]) -> dict[Pair, Verdict]:
    blocks: dict[str, list[str]] = {}
    for name, features in records.items():
        for key in candidate_keys(features):
            blocks.setdefault(key, []).append(name)
    links: dict[Pair, Verdict] = {}
    seen: set[Pair] = set()
    for key, holders in blocks.items():
        if len(holders) < 2 or (len(holders) > OVERSIZED and not key.startswith(TWIN)):
            continue
        for couple in _couples(key, holders):
            if couple not in seen:
                seen.add(couple)
                verdict = compare(records[couple[0]], records[couple[1]])
                if verdict.outcome is not Outcome.DISTINCT:
                    links[couple] = verdict
    return links


def _couples(key: str, holders: list[str]) -> Iterable[Pair]:
    """All pairs of a block; a chain is enough for twins."""
    ordered = sorted(holders)
    if key.startswith(TWIN):
        return pairwise(ordered)
    return ((a, b) for i, a in enumerate(ordered) for b in ordered[i + 1 :])
