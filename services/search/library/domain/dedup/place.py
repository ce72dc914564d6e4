"""Place a page of new source records among those a review already has."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

from services.search.library.domain.dedup.compare import Outcome, Verdict, compare
from services.search.library.domain.dedup.components import Pair, clusters_of, pair
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.keys import OVERSIZED


class PlacedSource(NamedTuple):
    """A source record that is already placed.

    `record` is the id of the record it belongs to, `bundle` its bundle's id,
    `arrived` its place in the order of arrival (smaller is older).
    """

    features: Features
    record: str
    bundle: str
    arrived: int


class Merged(NamedTuple):
    """`absorbed` is now an alias of `survivor`."""

    survivor: str
    absorbed: str


class Split(NamedTuple):
    """`record` left `origin` and stands by itself again."""

    origin: str
    record: str


class Proposal(NamedTuple):
    """Two records a person should look at, the source records that say so, and why."""

    records: Pair
    sources: Pair
    reason: str
    strength: int


@dataclass(frozen=True, slots=True)
class Placement:
    """What changed, as a function of the set of records.

    `records` and `bundles` say for every affected source record where it now
    stands; `added` are new records; `joined` new sources of older records, as
    (record, source).
    """

    records: Mapping[str, str]
    bundles: Mapping[str, str]
    added: tuple[str, ...] = ()
    joined: tuple[tuple[str, str], ...] = ()
    merged: tuple[Merged, ...] = ()
    split: tuple[Split, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    clusters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Links = Mapping[Pair, Verdict]


def place(
    new: Sequence[tuple[str, Features]],
    neighbours: Mapping[str, PlacedSource],
    apart: Collection[Pair] = frozenset(),
    together: Collection[Pair] = frozenset(),
    *,
    hits: Mapping[Any, Sequence[str]],
) -> Placement:
    """Place `new` source records; also re-place some after a removal or a decision.

    `new`: (id, features) in order of arrival. An id that is in `neighbours`
    too is placed afresh: its bundle is taken apart and settled again, which is
    how a removal, a person's `apart` or `together`, or a newly crowded key is
    worked in. `neighbours`: every placed source record that shares an
    uncrowded key with one of `new`, and all members of their bundles. `hits`:
    the holders of every uncrowded key of `new`, themselves included, in any
    spelling of the keys; more than `OVERSIZED` can only be twins.
    Returns the same partition for any order and any cutting into pages.
    """
    features = {name: known.features for name, known in neighbours.items()} | dict(new)
    again = {neighbours[name].bundle for name, _ in new if name in neighbours}
    fresh = [name for name, known in neighbours.items() if known.bundle in again]
    fresh += [name for name, _ in new if name not in neighbours]
    links = _links(set(fresh), features, hits)
    bundles = _bundles(fresh, neighbours, links, together)
    clusters: list[tuple[str, ...]] = []
    asked = {p: v for p, v in links.items() if v.outcome is Outcome.PROPOSE}
    for members in _touched(bundles, fresh):
        settled = clusters_of({name: features[name] for name in members}, apart, together)
        clusters += settled.clusters
        asked.update(settled.asked)
    order = _order(new, neighbours)
    placement = _placement(clusters, bundles, neighbours, order)
    where = {name: known.record for name, known in neighbours.items()}
    where |= placement.records
    return replace(placement, proposals=tuple(_proposals(asked, where, apart)))


def _links(
    fresh: Collection[str], features: Mapping[str, Features], hits: Mapping[Any, Sequence[str]]
) -> dict[Pair, Verdict]:
    """Every verdict but `distinct` between a fresh record and one that shares a key."""
    links: dict[Pair, Verdict] = {}
    seen: set[Pair] = set()
    for holders in hits.values():
        if len(holders) < 2:
            continue
        for couple in _couples([name for name in holders if name in features], fresh):
            if couple not in seen:
                seen.add(couple)
                verdict = compare(features[couple[0]], features[couple[1]])
                if verdict.outcome is not Outcome.DISTINCT:
                    links[couple] = verdict
    return links


def _couples(holders: Sequence[str], fresh: Collection[str]) -> Iterable[Pair]:
    """Pairs with a fresh one; of more than `OVERSIZED` holders, twins, a chain is enough."""
    if len(holders) > OVERSIZED:
        return pairwise(sorted(holders))
    mine = [name for name in holders if name in fresh]
    return (pair(name, other) for name in mine for other in holders if name != other)


def _bundles(
    fresh: Iterable[str],
    neighbours: Mapping[str, PlacedSource],
    links: Links,
    together: Collection[Pair],
) -> dict[str, str]:
    """The bundle of every source record: the smallest id among its members."""
    parent: dict[str, str] = {name: name for name in fresh}
    eldest: dict[str, str] = {}
    for name, known in neighbours.items():
        if name not in parent:
            parent[name] = eldest.setdefault(known.bundle, name)

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    joins = [p for p, v in links.items() if v.outcome is Outcome.MERGE]
    for one, other in [*joins, *together]:
        if one in parent and other in parent:
            low, high = sorted((root(one), root(other)))
            parent[high] = low
    return _named(parent, root)


def _named(parent: Iterable[str], root: Callable[[str], str]) -> dict[str, str]:
    least: dict[str, str] = {}
    for name in parent:
        top = root(name)
        least[top] = min(least.get(top, name), name)
    return {name: least[root(name)] for name in parent}


def _touched(bundles: Mapping[str, str], fresh: Iterable[str]) -> list[list[str]]:
    """The members of every bundle that holds a fresh record."""
    wanted = {bundles[name] for name in fresh}
    members: dict[str, list[str]] = defaultdict(list)
    for name, bundle in bundles.items():
        if bundle in wanted:
            members[bundle].append(name)
    return [members[bundle] for bundle in sorted(members)]


def _order(
    new: Sequence[tuple[str, Features]], neighbours: Mapping[str, PlacedSource]
) -> dict[str, int]:
    """Every source record's place in the order of arrival; new ones come last."""
    order = {name: known.arrived for name, known in neighbours.items()}
    latest = max(order.values(), default=-1)
    for position, (name, _) in enumerate(new, start=latest + 1):
        order.setdefault(name, position)
    return order


def _placement(
    clusters: Sequence[tuple[str, ...]],
    bundles: Mapping[str, str],
    neighbours: Mapping[str, PlacedSource],
    order: Mapping[str, int],
) -> Placement:
    """Name the clusters, and tell what changed against the records as they stood."""
    named = name_clusters(clusters, {n: k.record for n, k in neighbours.items()}, order)
    records = {source: record for record, members in named.items() for source in members}
    before = {source: neighbours[source].record for source in records if source in neighbours}
    stood = set(before.values())
    gone = stood - set(named)
    heirs = {before[s]: records[s] for s in sorted(before, key=order.__getitem__, reverse=True)}
    return Placement(
        records=records,
        bundles={source: bundles[source] for source in records},
        added=tuple(r for r, members in named.items() if not any(m in before for m in members)),
        joined=tuple(
            (records[s], s)
            for s in sorted(records, key=order.__getitem__)
            if s not in before and records[s] in stood
        ),
        merged=tuple(Merged(heirs[record], record) for record in sorted(gone)),
        split=tuple(_splits(named, before)),
        clusters=named,
    )


def name_clusters(
    clusters: Iterable[tuple[str, ...]], before: Mapping[str, str], order: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """Every cluster takes the id of its oldest source record.

    Where that source stood in a record named after a source that is in this
    cluster too, or that was removed since, the record keeps its name: nothing
    that people know it by changes. `order` has every source that is present.
    """
    aged = [tuple(sorted(c, key=lambda s: (order[s], s))) for c in clusters]
    named: dict[str, tuple[str, ...]] = {}
    for members in sorted(aged, key=lambda m: (order[m[0]], m[0])):
        wanted = before.get(members[0], members[0])
        keeps = wanted in members or wanted not in order
        named[wanted if keeps and wanted not in named else members[0]] = members
    return named


def _splits(named: Mapping[str, tuple[str, ...]], before: Mapping[str, str]) -> Iterable[Split]:
    known = set(before.values())
    for record, members in named.items():
        origins = [before[m] for m in members if m in before]
        if origins and record not in known:
            yield Split(origins[0], record)


def _proposals(
    asked: Links, where: Mapping[str, str], apart: Collection[Pair]
) -> Iterable[Proposal]:
    """Strongest first; several sources of two records may each propose them.

    Two records that a person told apart are not asked about again, whichever
    further source of the one resembles the other.
    """
    told = {pair(where[a], where[b]) for a, b in apart if a in where and b in where}
    for sources, verdict in sorted(asked.items(), key=lambda item: (-item[1].strength, item[0])):
        records = pair(where[sources[0]], where[sources[1]])
        if records[0] != records[1] and records not in told:
            yield Proposal(records, sources, verdict.reason, verdict.strength)
