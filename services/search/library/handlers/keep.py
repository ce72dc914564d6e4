"""Keeping what a search or a file brought: one page, one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.search.library.domain.dedup import Placement
from services.search.library.handlers.placement import (
    Arrival,
    Placements,
    move,
    place_records,
    propose,
)
from services.search.library.handlers.preparation import Prepared
from services.search.library.handlers.record_events import Changes, tell
from services.search.library.store import blocking_keys, sources
from services.search.library.store import placement as placement_store
from shared.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOrigin:
    """What brings source records: an import, a search, a round, or a person's hand.

    `arm` is `database` or `other` (PRISMA); `how` says it in words, by source record.
    """

    origin: str
    arm: str = "database"
    import_id: str | None = None
    search_id: str | None = None
    how: Mapping[str, str] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """The columns of a sighting."""
        return {
            "origin": self.origin,
            "arm": self.arm,
            "import_id": self.import_id,
            "search_id": self.search_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """What became of a page: first sightings, new records, merged into known ones, seen before.

    `records` says for every source record of the page which record it belongs to,
    `entered` which of them were not there before, `new` the records that were not;
    `renewed` counts known source records that say something new.
    """

    source_records: int = 0
    added: int = 0
    merged: int = 0
    seen: int = 0
    records: dict[str, str]
    entered: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    renewed: int = 0

    def __add__(self, other: "KeptPage") -> "KeptPage":
        return KeptPage(
            source_records=self.source_records + other.source_records,
            added=self.added + other.added,
            merged=self.merged + other.merged,
            seen=self.seen + other.seen,
            renewed=self.renewed + other.renewed,
            records={},
        )


async def keep_page(
    tx: Tx, review_id: str, page: Sequence[Prepared], origin: RecordOrigin | None, reason: str = ""
) -> KeptPage:
    """Keeps source records, places them among the review's, and says what came of it.

    A repeat changes nothing and says nothing. A source that says something new
    of a record it brought before replaces what it said. Without an `origin`
    (a refetch) only that happens: unknown source records are left out.
    """
    await tx.lock(f"library/{review_id}")
    sorted_ = await _sort(tx, review_id, page, origin)
    if origin is not None:
        await _see(tx, review_id, sorted_.page, origin)
    entered = [*sorted_.new, *sorted_.back]
    placed = await _place(tx, review_id, sorted_)
    await propose(tx, review_id, placed)
    standing = dict(sorted_.records) | {one.id: one.id for one in entered}
    standing |= placed.placement.records
    placement = _with_nameless(placed.placement, entered)
    changes = Changes(
        placement=placement,
        amended={standing[one.id] for one in sorted_.changed},
        routes={standing[one.id] for one in sorted_.again},
        reason=reason,
    )
    await tell(tx, review_id, changes)
    return KeptPage(
        source_records=len(entered),
        added=len(placement.added),
        merged=len(entered) - len(placement.added),
        seen=len(page) - len(entered),
        records=standing,
        entered=frozenset(one.id for one in entered),
        new=frozenset(placement.added),
        renewed=len(sorted_.changed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """A page by what is known of it: `new`; `back` after a reversal; `changed` content;
    `again`, brought by a further origin. `records` are those of the known ones."""

    page: Sequence[Prepared]
    new: Sequence[Prepared]
    back: Sequence[Prepared]
    changed: Sequence[Prepared]
    again: Sequence[Prepared]
    records: Mapping[str, str]


async def _sort(
    tx: Tx, review_id: str, page: Sequence[Prepared], origin: RecordOrigin | None
) -> _Sorted:
    unique = {one.id: one for one in page}
    known = await sources.known(tx, review_id, list(unique))
    gone = {name for name, row in known.items() if row["withdrawn"]}
    if origin is None:
        unique = {name: one for name, one in unique.items() if name in known.keys() - gone}
        seen_here = set(unique)
    else:
        seen_here = await sources.seen_by(tx, review_id, origin.origin, list(unique))
    standing = [one for name, one in unique.items() if name in known.keys() - gone]
    return _Sorted(
        page=list(unique.values()),
        new=[one for name, one in unique.items() if name not in known],
        back=[one for name, one in unique.items() if name in gone],
        changed=[one for one in standing if known[one.id]["content"] != one.content],
        again=[one for one in standing if one.id not in seen_here],
        records={name: row["record_id"] for name, row in known.items()},
    )


def _with_nameless(placement: Placement, entered: Sequence[Prepared]) -> Placement:
    """Records that nothing identifies are added as they are."""
    nameless = tuple(one.id for one in entered if not one.keys)
    if not nameless:
        return placement
    return Placement(
        records=placement.records,
        bundles=placement.bundles,
        added=(*placement.added, *nameless),
        joined=placement.joined,
        merged=placement.merged,
        split=placement.split,
        proposals=placement.proposals,
        clusters=placement.clusters,
    )


async def _see(tx: Tx, review_id: str, page: Any, origin: RecordOrigin) -> None:
    found_at, row = tx.now(), origin.row()
    seen = [
        sources.sighting(review_id, one.id, row, found_at, one.line, origin.how.get(one.id))
        for one in page
    ]
    await sources.see(tx, seen)


async def _place(tx: Tx, review_id: str, page: _Sorted) -> Placements:
    """Writes the source records with the place that de-duplication gives them."""
    arriving = [*page.new, *page.back]
    first = await sources.next_arrival(tx, review_id)
    numbers = {one.id: first + n for n, one in enumerate(arriving)}
    numbers |= await _change(tx, review_id, page.changed)
    again = {one.id for one in page.changed}
    again |= await sources.standing_in(tx, review_id, [one.id for one in page.back])
    entering = [
        Arrival(one.id, one.features, numbers[one.id], one.keys)
        for one in (*arriving, *page.changed)
        if one.keys
    ]
    placed = await place_records(tx, review_id, entering, again)
    await move(tx, review_id, placed)
    rows = [_row(review_id, one, placed.placement, numbers[one.id]) for one in arriving]
    await sources.add(tx, rows[: len(page.new)])
    columns = ("id", "record_id", "bundle", "arrived", "content", "features", "withdrawn")
    returning = [{name: row[name] for name in columns} for row in rows[len(page.new) :]]
    await sources.change(tx, review_id, returning)
    return placed


async def _change(tx: Tx, review_id: str, changed: Sequence[Prepared]) -> dict[str, int]:
    """Writes what known source records say now, without their keys; returns their numbers."""
    if not changed:
        return {}
    before = await placement_store.bundles_of(tx, review_id, [one.id for one in changed])
    known = [before[one.id] for one in changed]
    await blocking_keys.remove_keys(tx, review_id, {one.arrived: one.features for one in known})
    await sources.change(tx, review_id, [_content(one) for one in changed])
    return {one.id: before[one.id].arrived for one in changed}


def _content(one: Prepared) -> dict[str, Any]:
    return {"id": one.id, "content": one.content, "features": one.features.encode()}


def _row(review_id: str, one: Prepared, placement: Placement, arrived: int) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "id": one.id,
        "source": one.source,
        "own_id": one.own_id,
        "label": one.label,
        "record_id": placement.records.get(one.id, one.id),
        "bundle": placement.bundles.get(one.id, one.id),
        "arrived": arrived,
        "content": one.content,
        "features": one.features.encode(),
        "withdrawn": False,
    }
