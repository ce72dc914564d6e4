"""Records as rows and as events: recomputed from their sources, said once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.search.library.domain.dedup import Merged, Placement
from services.search.library.domain.retraction import RetractionFlag as Found
from services.search.library.domain.retraction import what_happened
from services.search.library.handlers.flags import found, keeping_dates
from services.search.library.handlers.recompute import RecomputedRecord, refresh
from services.search.library.store import records, sources
from shared.db import Tx
from shared.db.rows import Row
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
)


@dataclass(slots=True)
class Changes:
    """Why records are told: `routes` only got a further route, `reason` for people.

    `former` are the routes of records that may have lost all their sources: a
    removed record still says where it had come from.
    """

    placement: Placement = field(default_factory=lambda: Placement(records={}, bundles={}))
    amended: Collection[str] = ()
    routes: Collection[str] = ()
    reason: str = ""
    former: Mapping[str, Sequence[Row]] = field(default_factory=dict)


async def tell(tx: Tx, review_id: str, changes: Changes) -> dict[str, RecomputedRecord]:
    """Recomputes every record that `changes` touches, writes it, and emits its events."""
    placement, versions = await _move_names(tx, review_id, changes.placement)
    touched = {*placement.added, *(record for record, _ in placement.joined)}
    touched |= {merged.survivor for merged in placement.merged}
    touched |= {name for split in placement.split for name in (split.origin, split.record)}
    touched |= {*changes.amended, *changes.routes}
    written = await refresh(tx, review_id, touched, changes.former)
    said = _emit_moves(tx, review_id, placement, written, versions, changes.reason)
    for record_id in sorted(written.keys() - said):
        only_routes = record_id in changes.routes and record_id not in changes.amended
        tx.emit(
            RecordAmended(
                review_id=review_id,
                record=written[record_id].state,
                reason=changes.reason,
                changed=("routes",) if only_routes else (),
            )
        )
    _emit_flags(tx, review_id, written.values())
    return written


@dataclass(frozen=True, slots=True)
class _Versions:
    """Versions that events carry beside their subject's: of aliases, and of restored records."""

    aliases: Mapping[str, int]
    restored: Mapping[str, int]


async def _move_names(tx: Tx, review_id: str, placement: Placement) -> tuple[Placement, _Versions]:
    """Aliases and states of records that were merged or split; the placement with strays."""
    await _inherit_flags(tx, review_id, placement)
    into = {merged.absorbed: merged.survivor for merged in placement.merged}
    origins = {split.record: split.origin for split in placement.split}
    for absorbed, survivor in into.items():
        await records.note(tx, review_id, absorbed, "merged", {"into": survivor})
    for restored, origin in origins.items():
        await records.note(tx, review_id, restored, "split", {"from": origin})
    await records.set_state(tx, review_id, into, "absorbed")
    aliases = await records.keep_aliases(tx, review_id, into, merged=True)
    aliases |= await records.keep_aliases(tx, review_id, origins, merged=False)
    strays = await _strays(tx, review_id, placement)
    aliases |= await records.keep_aliases(tx, review_id, strays, merged=True)
    moved = tuple(Merged(survivor, absorbed) for absorbed, survivor in strays.items())
    raised = await tx.next_versions(review_id, [f"record/{name}" for name in origins])
    own = {subject.partition("/")[2]: version for subject, version in raised.items()}
    return replace(placement, merged=(*placement.merged, *moved)), _Versions(aliases, own)


async def _strays(tx: Tx, review_id: str, placement: Placement) -> dict[str, str]:
    """Absorbed records that a split would leave with the wrong one, each with its right one.

    C was merged into B, and B into A; when B is split off again, the source that C is named
    after may stay with A.
    """
    if not placement.split:
        return {}
    stands = await records.survivors(tx, review_id, placement.records)
    return {
        name: record
        for name, record in sorted(placement.records.items())
        if stands[name] not in (name, record)
    }


async def watch_flags(tx: Tx, review_id: str, flags: Mapping[str, tuple[Found, ...]]) -> None:
    """What PubMed says (PMID to flags) of records that came from elsewhere.

    Records with a standing PubMed source say it themselves and are left alone.
    """
    by_pmid = await records.by_pmid(tx, review_id, list(flags))
    members = await sources.of_records(tx, review_id, [row["id"] for row in by_pmid])
    changed: list[dict[str, Any]] = []
    for row in by_pmid:
        if any(member["source"] == "pubmed" for member in members.get(row["id"], {}).values()):
            continue
        kept = [flag for flag in row["flags"] if flag["by"] != "watch"]
        watched = [_watched(flag, tx.now().isoformat()) for flag in flags[row["pmid"]]]
        changed.append(dict(row) | {"flags": keeping_dates([*kept, *watched], row["flags"])})
    before = {row["id"]: row["flags"] for row in by_pmid}
    await records.keep(tx, changed)
    written = await refresh(tx, review_id, [row["id"] for row in changed])
    for record_id, one in written.items():
        old, new = map(found, before[record_id]), map(found, one.row["flags"])
        _emit_flags(tx, review_id, [replace(one, raised=what_happened(old, new))])


def _watched(flag: Found, now: str) -> dict[str, Any]:
    notice = flag.notice or flag.citation
    return {"kind": flag.kind, "notice": notice, "raised_at": now, "by": "watch"}


async def _inherit_flags(tx: Tx, review_id: str, placement: Placement) -> None:
    """What people flagged stays with the record that absorbs the flagged one."""
    ids = {name for merged in placement.merged for name in (merged.absorbed, merged.survivor)}
    rows = {name: dict(row) for name, row in (await records.rows_of(tx, review_id, ids)).items()}
    heirs: dict[str, dict[str, Any]] = {}
    for merged in placement.merged:
        absorbed, heir = rows.get(merged.absorbed), rows.get(merged.survivor)
        by_hand = [flag for flag in absorbed["flags"] if flag["by"] == "hand"] if absorbed else []
        if heir is not None and by_hand:
            heir["flags"] = [*heir["flags"], *by_hand]
            heirs[merged.survivor] = heir
    await records.keep(tx, list(heirs.values()))


def _emit_moves(
    tx: Tx,
    review_id: str,
    placement: Placement,
    written: Mapping[str, RecomputedRecord],
    versions: _Versions,
    reason: str,
) -> set[str]:
    """Events of added, merged and split records; the ids that have been told by them."""
    said: set[str] = set()
    for record_id in placement.added:
        tx.emit(RecordAdded(review_id=review_id, record=written[record_id].state))
        said.add(record_id)
    for merged in placement.merged:
        state = written[merged.survivor].state
        tx.emit(
            RecordMerged(
                review_id=review_id,
                record=state,
                absorbed=merged.absorbed,
                alias_version=versions.aliases[merged.absorbed],
                reason=reason,
            )
        )
        said.add(merged.survivor)
    for split in placement.split:
        origin, restored = written.get(split.origin), written[split.record]
        tx.emit(
            RecordSplit(
                review_id=review_id,
                record=origin.state if origin else restored.state,
                restored=restored.state,
                restored_version=versions.restored[split.record],
                alias_version=versions.aliases[split.record],
                reason=reason,
            )
        )
        said |= {split.origin, split.record}
    return said


def _emit_flags(tx: Tx, review_id: str, written: Iterable[RecomputedRecord]) -> None:
    for one in written:
        for flag in one.raised:
            notice = flag.notice or flag.citation
            tx.emit(
                RecordFlagged(review_id=review_id, record=one.state, flag=flag.kind, notice=notice)
            )
