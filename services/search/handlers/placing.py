"""Placing source records among a review's: reads the neighbourhood, asks the domain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.search.domain.dedup import (
    CROWDED,
    Features,
    Known,
    Placement,
    candidate_keys,
    place,
)
from services.search.store import placing, sources
from shared.db import Tx


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement, and where the neighbours stood before it."""

    placement: Placement
    before: Mapping[str, Known]


async def settle(
    tx: Tx, review_id: str, new: Sequence[tuple[str, Features]], held: bool = False
) -> Placed:
    """Places `new` source records, or places known ones afresh.

    `held` says that their keys are in the table already. Records that shared a
    key which has just become too common are placed afresh with them.
    """
    by_key, crowded = await _holders(tx, review_id, new)
    if not held:
        rows = [(key, name) for name, f in new for key in placing.hashes(f)]
        await placing.hold(tx, review_id, rows)
    lifted = [key for key, names in by_key.items() if key & 1 and len(names) > CROWDED]
    again = {name for key in lifted for name in by_key[key]} - {name for name, _ in new}
    await placing.crowd(tx, review_id, lifted)
    if again:
        known = await placing.bundles_of(tx, review_id, again)
        new = [*new, *((name, known[name].features) for name in sorted(again & known.keys()))]
    if lifted:
        by_key, crowded = await _holders(tx, review_id, new)
    names = {name for name, _ in new}
    before = await placing.bundles_of(tx, review_id, _near(by_key, names) | names)
    apart, together = await placing.decisions(tx, review_id, before.keys() | names)
    common = _named(new, crowded)
    return Placed(place(new, before, apart, together, common), before)


async def _holders(
    tx: Tx, review_id: str, new: Sequence[tuple[str, Features]]
) -> tuple[dict[int, list[str]], set[int]]:
    """Who holds each key of `new`, these included; and the keys that too many hold."""
    wanted = {key for _, features in new for key in placing.hashes(features)}
    crowded = await placing.crowded_among(tx, review_id, wanted)
    by_key = await placing.holders(tx, review_id, wanted - crowded)
    for name, features in new:
        for key in placing.hashes(features):
            if key not in crowded:
                holders = by_key.setdefault(key, [])
                if name not in holders:
                    holders.append(name)
    return by_key, crowded


def _near(by_key: Mapping[int, list[str]], names: Collection[str]) -> set[str]:
    """Everyone who shares a key; of twins (even keys) one known holder is enough."""
    near: set[str] = set()
    for key, found in by_key.items():
        if key & 1:
            near.update(found)
        else:
            near.update(next(([name] for name in found if name not in names), ()))
    return near


def _named(new: Sequence[tuple[str, Features]], crowded: Collection[int]) -> set[str]:
    """The keys of `new`, as words, that too many hold."""
    if not crowded:
        return set()
    return {
        key
        for _, features in new
        for key in candidate_keys(features)
        if placing.hashed(key) in crowded
    }


async def move(tx: Tx, review_id: str, placed: Placed) -> None:
    """Writes where known source records now stand, as far as it changed."""
    rows = []
    for name, record_id in placed.placement.records.items():
        known = placed.before.get(name)
        bundle = placed.placement.bundles[name]
        if known is not None and (known.record, known.bundle) != (record_id, bundle):
            rows.append({"id": name, "record_id": record_id, "bundle": bundle})
    await sources.change(tx, review_id, rows)


async def propose(tx: Tx, review_id: str, placed: Placed) -> int:
    """Queues what a person should look at; how many."""
    await placing.propose(tx, review_id, placed.placement.proposals)
    return len(placed.placement.proposals)
