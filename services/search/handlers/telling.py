"""Records as rows and as events: recomputed from their sources, said once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.search.domain.dedup import Placement, best
from services.search.domain.record import Author, Bibliography
from services.search.domain.retraction import Flag as Found
from services.search.domain.retraction import flags_of, what_happened
from services.search.store import library, sources
from services.search.store.content import decode, encode
from shared.db import Tx
from shared.events.search import (
    Flag,
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RecordState,
    Route,
)

Row = Mapping[str, Any]
MOST_AUTHORS = 20
LONGEST_ABSTRACT = 60_000
MOST_KEYWORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record as it was just written: its row, its state as event, and flags that are new."""

    row: Row
    state: RecordState
    raised: tuple[Found, ...] = ()
    known: bool = False


@dataclass(slots=True)
class Changes:
    """Why records are told: `routes` only got a further route, `reason` for people."""

    placement: Placement = field(default_factory=lambda: Placement(records={}, bundles={}))
    amended: Collection[str] = ()
    routes: Collection[str] = ()
    reason: str = ""


async def tell(tx: Tx, review_id: str, changes: Changes) -> dict[str, Written]:
    """Recomputes every record that `changes` touches, writes it, and emits its events."""
    placement = changes.placement
    await _move_names(tx, review_id, placement)
    touched = {*placement.added, *(record for record, _ in placement.joined)}
    touched |= {merged.survivor for merged in placement.merged}
    touched |= {name for split in placement.split for name in (split.origin, split.record)}
    touched |= {*changes.amended, *changes.routes}
    written = await refresh(tx, review_id, touched)
    said = _emit_moves(tx, review_id, placement, written, changes.reason)
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


async def _move_names(tx: Tx, review_id: str, placement: Placement) -> None:
    """Aliases and states of records that were merged or split."""
    await _inherit_flags(tx, review_id, placement)
    for merged in placement.merged:
        await library.set_alias(tx, review_id, merged.absorbed, merged.survivor)
        detail = {"into": merged.survivor}
        await library.note(tx, review_id, merged.absorbed, "merged", detail)
    await library.set_state(tx, review_id, {m.absorbed for m in placement.merged}, "absorbed")
    restored = {split.record for split in placement.split}
    await library.drop_aliases(tx, review_id, restored)
    for split in placement.split:
        await library.note(tx, review_id, split.record, "split", {"from": split.origin})


async def watch_flags(tx: Tx, review_id: str, flags: Mapping[str, tuple[Found, ...]]) -> None:
    """What PubMed says (PMID to flags) of records that came from elsewhere.

    Records with a standing PubMed source say it themselves and are left alone.
    """
    by_pmid = await library.by_pmid(tx, review_id, list(flags))
    members = await sources.of_records(tx, review_id, [row["id"] for row in by_pmid])
    changed: list[dict[str, Any]] = []
    for row in by_pmid:
        if any(member["source"] == "pubmed" for member in members.get(row["id"], {}).values()):
            continue
        kept = [flag for flag in row["flags"] if flag["by"] != "watch"]
        watched = [_watched(flag, tx.now().isoformat()) for flag in flags[row["pmid"]]]
        changed.append(dict(row) | {"flags": _keeping_dates([*kept, *watched], row["flags"])})
    before = {row["id"]: row["flags"] for row in by_pmid}
    await library.keep(tx, changed)
    written = await refresh(tx, review_id, [row["id"] for row in changed])
    for record_id, one in written.items():
        old, new = map(_found, before[record_id]), map(_found, one.row["flags"])
        _emit_flags(tx, review_id, [replace(one, raised=what_happened(old, new))])


def _watched(flag: Found, now: str) -> dict[str, Any]:
    notice = flag.notice or flag.citation
    return {"kind": flag.kind, "notice": notice, "raised_at": now, "by": "watch"}


async def _inherit_flags(tx: Tx, review_id: str, placement: Placement) -> None:
    """What people flagged stays with the record that absorbs the flagged one."""
    ids = {name for merged in placement.merged for name in (merged.absorbed, merged.survivor)}
    rows = {name: dict(row) for name, row in (await library.rows_of(tx, review_id, ids)).items()}
    heirs: dict[str, dict[str, Any]] = {}
    for merged in placement.merged:
        absorbed, heir = rows.get(merged.absorbed), rows.get(merged.survivor)
        by_hand = [flag for flag in absorbed["flags"] if flag["by"] == "hand"] if absorbed else []
        if heir is not None and by_hand:
            heir["flags"] = [*heir["flags"], *by_hand]
            heirs[merged.survivor] = heir
    await library.keep(tx, list(heirs.values()))


def _emit_moves(
    tx: Tx, review_id: str, placement: Placement, written: Mapping[str, Written], reason: str
) -> set[str]:
    """Events of added, merged and split records; the ids that have been told by them."""
    said: set[str] = set()
    for record_id in placement.added:
        tx.emit(RecordAdded(review_id=review_id, record=written[record_id].state))
        said.add(record_id)
    for merged in placement.merged:
        state = written[merged.survivor].state
        absorbed = merged.absorbed
        tx.emit(RecordMerged(review_id=review_id, record=state, absorbed=absorbed, reason=reason))
        said.add(merged.survivor)
    for split in placement.split:
        origin, restored = written.get(split.origin), written[split.record]
        tx.emit(
            RecordSplit(
                review_id=review_id,
                record=origin.state if origin else restored.state,
                restored=restored.state,
                reason=reason,
            )
        )
        said.add(split.origin)
    return said


def _emit_flags(tx: Tx, review_id: str, written: Iterable[Written]) -> None:
    for one in written:
        for flag in one.raised:
            notice = flag.notice or flag.citation
            tx.emit(
                RecordFlagged(review_id=review_id, record=one.state, flag=flag.kind, notice=notice)
            )


async def refresh(tx: Tx, review_id: str, ids: Collection[str]) -> dict[str, Written]:
    """Records recomputed from their sources and written; no events."""
    members = await sources.of_records(tx, review_id, ids)
    rows = await library.rows_of(tx, review_id, ids)
    every = [name for some in members.values() for name in some]
    routes = await sources.routes_of(tx, review_id, every)
    written: dict[str, Written] = {}
    for record_id in sorted(ids):
        known = rows.get(record_id)
        some = members.get(record_id, {})
        if some or known is not None:
            written[record_id] = _written(tx, review_id, record_id, some, known, routes)
    await library.keep(tx, [dict(one.row) for one in written.values()])
    await library.keep_texts(tx, [_text_row(one) for one in written.values()])
    return written


def _written(
    tx: Tx,
    review_id: str,
    record_id: str,
    members: Mapping[str, Row],
    known: Row | None,
    routes: Mapping[str, Sequence[Row]],
) -> Written:
    amended = known["amended"] if known else {}
    bibliography = _bibliography(members, known, amended)
    before = [_found(flag) for flag in (known["flags"] if known else ())]
    by_hand = [flag for flag in (known["flags"] if known else ()) if flag["by"] != "source"]
    from_sources = _standing(flags_of(bibliography), by_hand)
    hidden = {(flag["kind"], flag["notice"]) for flag in by_hand}
    now = tx.now().isoformat()
    flags = by_hand + [
        {"kind": f.kind, "notice": f.notice or f.citation, "raised_at": now, "by": "source"}
        for f in from_sources
        if (f.kind, f.notice or f.citation) not in hidden
    ]
    flags = _keeping_dates(flags, known["flags"] if known else ())
    label = _label(members, known)
    first = next(iter(members.values()), None)
    row = library.row_of(review_id, record_id, encode(bibliography), bibliography, tx.now()) | {
        "number": known["number"] if known else first["arrived"] if first else 0,
        "label": label,
        "state": "active" if members else "removed",
        "flags": flags,
        "amended": amended,
        "version": (known["version"] if known else 0) + 1,
    }
    state = state_of(row, bibliography, [r for name in members for r in routes.get(name, ())])
    raised = what_happened(before, [_found(flag) for flag in flags])
    return Written(row=row, state=state, raised=raised, known=known is not None)


def _bibliography(
    members: Mapping[str, Row], known: Row | None, amended: Mapping[str, Any]
) -> Bibliography:
    """The best of the sources, corrected by what people amended."""
    contents = sources.bibliographies(members)
    if not contents:
        return decode(known["content"]) if known else Bibliography()
    if len(contents) == 1:
        bibliography = next(iter(contents.values()))
    else:
        bibliography = best(contents)[0]
    return amend(bibliography, amended)


def amend(bibliography: Bibliography, amended: Mapping[str, Any]) -> Bibliography:
    """The bibliography with people's corrections (field to value, authors as names)."""
    if not amended:
        return bibliography
    values: dict[str, Any] = dict(amended)
    if "authors" in values:
        values["authors"] = tuple(author(name) for name in values["authors"])
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
    return replace(bibliography, **values)


def author(name: str) -> Author:
    """`Family, Given` or a group's name, as people type it."""
    family, comma, given = name.partition(",")
    if comma:
        return Author(family=family.strip(), given=given.strip())
    return Author(collective=name.strip()) if " " in name.strip() else Author(family=name.strip())


def _label(members: Mapping[str, Row], known: Row | None) -> str:
    told = [row["label"] for row in members.values() if row["label"]]
    return told[0] if told else (known["label"] if known else "")


def _standing(found: Sequence[Found], by_hand: Sequence[Row]) -> list[Found]:
    """What sources say of the article, less what people have reinstated."""
    if not any(flag["kind"] == "reinstatement" for flag in by_hand):
        return list(found)
    return [flag for flag in found if flag.kind == "correction"]


def _keeping_dates(flags: list[dict[str, Any]], before: Iterable[Row]) -> list[dict[str, Any]]:
    dates = {(flag["kind"], flag["notice"]): flag["raised_at"] for flag in before}
    return [
        flag | {"raised_at": dates.get((flag["kind"], flag["notice"]), flag["raised_at"])}
        for flag in flags
    ]


def _found(flag: Row) -> Found:
    return Found(kind=flag["kind"], notice=flag["notice"])


def _text_row(one: Written) -> dict[str, Any]:
    row = one.row
    bibliography = decode(row["content"])
    return {
        "review_id": row["review_id"],
        "record_id": row["id"],
        "number": row["number"],
        "folded": library.searchable(bibliography, row["label"]),
    }


def state_of(row: Row, bibliography: Bibliography, routes: Sequence[Row]) -> RecordState:
    """A record as its events carry it: text for screening, no affiliations, no references."""
    return RecordState(
        record_id=row["id"],
        title=bibliography.title,
        abstract=bibliography.abstract[:LONGEST_ABSTRACT],
        keywords=(*bibliography.keywords, *bibliography.mesh)[:MOST_KEYWORDS],
        year=bibliography.year,
        journal=bibliography.journal,
        authors=tuple(author.name for author in bibliography.authors[:MOST_AUTHORS]),
        doi=bibliography.doi,
        pmid=bibliography.pmid,
        language=bibliography.language,
        publication_types=bibliography.publication_types,
        routes=tuple(_route(route) for route in routes[:50]),
        flags=tuple(
            Flag(kind=flag["kind"], notice=flag["notice"], raised_at=flag["raised_at"])
            for flag in row["flags"]
            if flag["kind"] != "reinstatement"
        ),
        label=row["label"],
        removed=row["state"] == "removed",
    )


def _route(row: Row) -> Route:
    return Route(
        source=row["source"],
        arm=row["arm"],
        found_at=row["found_at"].isoformat(),
        search_id=row["search_id"],
        import_id=row["import_id"],
        source_record_id=row["source_record_id"],
    )
