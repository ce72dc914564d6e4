"""Placing source records among a review's: reads the neighbourhood, asks the domain."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.search.library.domain.dedup import OVERSIZED, Features, PlacedSource, Placement, place
from services.search.library.store import blocking_keys, sources
from services.search.library.store import placement as placement_store
from shared.db import Tx

Hits = Mapping[int, Sequence[str]]
Keys = Sequence[int]


class Arrival(NamedTuple):
    """A source record to be placed: its place in the order of arrival, and its hashed keys.

    Keys that are not known yet are worked out.
    """

    id: str
    features: Features
    number: int
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Placements:
    """A placement, and where the neighbours stood before it."""

    placement: Placement
    before: Mapping[str, PlacedSource]


async def place_records(
    tx: Tx,
    review_id: str,
    new: Sequence[Arrival],
    again: Collection[str] = (),
) -> Placements:
    """Places `new` source records, and afresh the whole bundles of those named in `again`.

    The keys of `new` are written; those of the others are in the table.
    Records that shared a key which has just become too common are placed afresh
    with them.
    """
    fresh = {one.id: one.features for one in new}
    keys = {one.id: one.keys or blocking_keys.hashes(one.features) for one in new}
    arriving = _holders(keys)
    await _add_bundles(tx, review_id, fresh, again)
    while True:
        keys |= {name: blocking_keys.hashes(fresh[name]) for name in fresh.keys() - keys.keys()}
        hits, lifted = await _hits(tx, review_id, keys, arriving)
        if not lifted:
            break
        await blocking_keys.mark_oversized(tx, review_id, lifted.keys())
        sharing = {name for names in lifted.values() for name in names}
        await _add_bundles(tx, review_id, fresh, sharing - fresh.keys())
    rows = [(key, one.number) for one in new for key in keys[one.id]]
    await blocking_keys.add_keys(tx, review_id, rows)
    near = {name for names in hits.values() for name in names}
    before = await placement_store.bundles_of(tx, review_id, near | fresh.keys())
    apart, together = await placement_store.decisions(tx, review_id, before.keys() | fresh.keys())
    placed = await tx.compute(place, list(fresh.items()), before, apart, together, hits=hits)
    return Placements(placed, before)


def _holders(keys: Mapping[str, Keys]) -> dict[int, list[str]]:
    """Who has each of these keys."""
    holders: dict[int, list[str]] = {}
    for name, theirs in keys.items():
        for key in theirs:
            holders.setdefault(key, []).append(name)
    return holders


async def _add_bundles(
    tx: Tx, review_id: str, fresh: dict[str, Features], names: Collection[str]
) -> None:
    """Adds to `fresh` every standing member of the bundles of `names`."""
    if names:
        known = await placement_store.bundles_of(tx, review_id, names)
        for name in sorted(known.keys() - fresh.keys()):
            fresh[name] = known[name].features


async def _hits(
    tx: Tx, review_id: str, keys: Mapping[str, Keys], arriving: Mapping[int, Sequence[str]]
) -> tuple[Hits, Mapping[int, Sequence[str]]]:
    """Who shares the `keys` (by name): (keys that tell something, keys that became crowded).

    What only one record has is left out. Those that are `arriving` are not in the table yet,
    so that it is asked for others alone.
    """
    wanted = {key for theirs in keys.values() for key in theirs}
    wanted -= await blocking_keys.oversized_among(tx, review_id, wanted)
    held = await blocking_keys.lookup(tx, review_id, wanted)
    for key, names in arriving.items():
        if key in wanted and (key in held or len(names) > 1):
            known = held.setdefault(key, [])
            known += [name for name in names if name not in known]
    lifted = {key: names for key, names in held.items() if key & 1 and len(names) > OVERSIZED}
    return {
        key: names if key & 1 else _twins(names, keys)
        for key, names in held.items()
        if key not in lifted
    }, lifted


def _twins(names: Iterable[str], fresh: Container[str]) -> list[str]:
    """Of records that are equal in everything, the fresh ones and one other are enough."""
    others: list[str] = []
    mine: list[str] = []
    for name in names:
        (mine if name in fresh else others).append(name)
    return [*others[:1], *mine]


async def move(tx: Tx, review_id: str, placed: Placements) -> None:
    """Writes where known source records now stand, as far as it changed."""
    rows = []
    for name, record_id in placed.placement.records.items():
        known = placed.before.get(name)
        bundle = placed.placement.bundles[name]
        if known is not None and (known.record, known.bundle) != (record_id, bundle):
            rows.append({"id": name, "record_id": record_id, "bundle": bundle})
    await sources.change(tx, review_id, rows)


async def propose(tx: Tx, review_id: str, placed: Placements) -> int:
    """Queues what a person should look at; how many."""
    await placement_store.propose(tx, review_id, placed.placement.proposals)
    return len(placed.placement.proposals)
