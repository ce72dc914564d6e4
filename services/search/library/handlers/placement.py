"""Placing source records among a review's: reads the neighbourhood, asks the domain."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.search.library.domain.dedup import OVERSIZED, Features, PlacedSource, Placement, place
from services.search.library.store import placement as placement_store
from services.search.library.store import sources
from shared.db import Tx

Hits = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Placements:
    """A placement, and where the neighbours stood before it."""

    placement: Placement
    before: Mapping[str, PlacedSource]


async def place_records(
    tx: Tx, review_id: str, new: Sequence[tuple[str, Features]], again: Collection[str] = ()
) -> Placements:
    """Places `new` source records, and afresh the whole bundles of those named in `again`.

    The keys of `new` are written; those of the others are in the table already.
    Records that shared a key which has just become too common are placed afresh
    with them.
    """
    rows = [(key, name) for name, features in new for key in placement_store.hashes(features)]
    await placement_store.add_keys(tx, review_id, rows)
    fresh = dict(new)
    await _add_bundles(tx, review_id, fresh, again)
    while True:
        hits, lifted = await _hits(tx, review_id, fresh)
        if not lifted:
            break
        await placement_store.mark_oversized(tx, review_id, lifted.keys())
        sharing = {name for names in lifted.values() for name in names}
        await _add_bundles(tx, review_id, fresh, sharing - fresh.keys())
    near = {name for names in hits.values() for name in names}
    before = await placement_store.bundles_of(tx, review_id, near | fresh.keys())
    apart, together = await placement_store.decisions(tx, review_id, before.keys() | fresh.keys())
    placed = await tx.compute(place, list(fresh.items()), before, apart, together, hits=hits)
    return Placements(placed, before)


async def _add_bundles(
    tx: Tx, review_id: str, fresh: dict[str, Features], names: Collection[str]
) -> None:
    """Adds to `fresh` every standing member of the bundles of `names`."""
    if names:
        known = await placement_store.bundles_of(tx, review_id, names)
        for name in sorted(known.keys() - fresh.keys()):
            fresh[name] = known[name].features


async def _hits(
    tx: Tx, review_id: str, fresh: Mapping[str, Features]
) -> tuple[Hits, Mapping[int, Sequence[str]]]:
    """Who holds each key of `fresh`: (keys that tell something, keys that have become crowded)."""
    wanted = {key for features in fresh.values() for key in placement_store.hashes(features)}
    wanted -= await placement_store.oversized_among(tx, review_id, wanted)
    by_key = await placement_store.lookup(tx, review_id, wanted)
    lifted = {key: names for key, names in by_key.items() if key & 1 and len(names) > OVERSIZED}
    return {
        key: names if key & 1 else _twins(names, fresh)
        for key, names in by_key.items()
        if key not in lifted
    }, lifted


def _twins(names: Iterable[str], fresh: Mapping[str, Features]) -> list[str]:
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
