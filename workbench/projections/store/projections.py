"""What workbench remembers of the other services' things: the newest version of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, func, or_, select, update

from shared.db import chunks, upsert
from shared.kernel.tx import Tx
from workbench.tables import (
    ccmoc_states,
    ccmocs,
    documents,
    groups,
    records,
    retrievals,
    settlements,
    study_links,
    theories,
)

IN_PLAY = records.c.alias_of.is_(None) & (records.c.version > 0) & records.c.removed.is_(False)
"""A record that counts: not absorbed by another, arrived, and not taken back."""


async def keep_newest(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows whose `version` is newer than what is there; older ones change nothing."""
    keys = [column.name for column in table.primary_key.columns]
    newest: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key not in newest or newest[key]["version"] <= row["version"]:
            newest[key] = row
    if not newest:
        return
    stmt = upsert(tx.dialect, table)
    given = next(iter(newest.values()))
    stmt = stmt.on_conflict_do_update(
        index_elements=keys,
        set_={name: stmt.excluded[name] for name in given if name not in keys},
        where=table.c.version < stmt.excluded.version,
    )
    await tx.execute(stmt, [newest[key] for key in sorted(newest)])


async def set_alias(
    tx: Tx, review_id: str, record_id: str, alias_of: str | None, version: int
) -> None:
    """An absorbed record is an alias of its survivor; None undoes it; newest wins."""
    row = {
        "review_id": review_id,
        "record_id": record_id,
        "version": 0,
        "source_records": 0,
        "arm": "",
        "source": "",
        "retracted": False,
        "removed": False,
    }
    await tx.execute(upsert(tx.dialect, records).values(row).on_conflict_do_nothing())
    mine = update(records).where(
        records.c.review_id == review_id,
        records.c.record_id == record_id,
        or_(records.c.alias_version.is_(None), records.c.alias_version < version),
    )
    await tx.execute(mine.values(alias_of=alias_of, alias_version=version))


async def identified(tx: Tx, review_id: str) -> Sequence[RowMapping]:
    """Per arm and source: source records, records in play, and removed ones."""
    play = records.c.alias_of.is_(None) & (records.c.version > 0)
    found = (
        select(
            records.c.arm,
            records.c.source,
            records.c.removed,
            func.sum(records.c.source_records).label("source_records"),
            func.count().label("records"),
        )
        .where(records.c.review_id == review_id, play)
        .group_by(records.c.arm, records.c.source, records.c.removed)
    )
    return (await tx.execute(found)).mappings().all()


async def settled(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Per stage, state and reason: how many records in play.

    A merged record stands as its survivor; an absorbed one's settlement counts
    only where the survivor has none. One that has not arrived yet does not count.
    """
    found = (
        select(
            settlements.c.stage,
            settlements.c.state,
            settlements.c.reason,
            func.count().label("records"),
        )
        .join(records, _of_record(settlements) & IN_PLAY)
        .where(settlements.c.review_id == review_id)
        .group_by(settlements.c.stage, settlements.c.state, settlements.c.reason)
    )
    counted = [dict(row) for row in (await tx.execute(found)).mappings()]
    return counted + await _settled_by_alias(tx, review_id)


def _of_record(table: Table) -> ColumnElement[bool]:
    return (records.c.review_id == table.c.review_id) & (records.c.record_id == table.c.record_id)


async def _settled_by_alias(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Settlements of absorbed records whose survivor has none of its own at the stage."""
    roots = await survivors(tx, review_id)
    if not roots:
        return []
    found = (
        select(settlements)
        .join(records, _of_record(settlements) & records.c.alias_of.is_not(None))
        .where(settlements.c.review_id == review_id)
        .order_by(settlements.c.record_id)
    )
    standing = {
        (row["stage"], roots[row["record_id"]]): dict(row)
        for row in (await tx.execute(found)).mappings()
    }
    own = await _own_settlements(tx, review_id, sorted({root for _, root in standing}))
    return [
        {"stage": stage, "state": row["state"], "reason": row["reason"], "records": 1}
        for (stage, root), row in standing.items()
        if (stage, root) not in own
    ]


async def _own_settlements(
    tx: Tx, review_id: str, record_ids: Sequence[str]
) -> set[tuple[str, str]]:
    """Stage and record of the settlements that these records have themselves."""
    own: set[tuple[str, str]] = set()
    for part in chunks(record_ids, 5000):
        found = select(settlements.c.stage, settlements.c.record_id).where(
            settlements.c.review_id == review_id, settlements.c.record_id.in_(part)
        )
        own |= {(row.stage, row.record_id) for row in await tx.execute(found)}
    return own


async def survivors(tx: Tx, review_id: str) -> dict[str, str]:
    """Every absorbed record with the record that stands for it now, however often merged."""
    found = select(records.c.record_id, records.c.alias_of).where(
        records.c.review_id == review_id, records.c.alias_of.is_not(None)
    )
    aliases: dict[str, str] = {row.record_id: row.alias_of for row in await tx.execute(found)}
    return {record_id: _root(aliases, record_id) for record_id in aliases}


def _root(aliases: Mapping[str, str], record_id: str) -> str:
    seen: set[str] = set()
    while record_id in aliases and record_id not in seen:
        seen.add(record_id)
        record_id = aliases[record_id]
    return record_id


async def retrieval_counts(tx: Tx, review_id: str) -> dict[str, int]:
    """Reports sought and not retrieved."""
    found = (
        select(retrievals.c.state, func.count())
        .where(retrievals.c.review_id == review_id)
        .group_by(retrievals.c.state)
    )
    return dict(tuple(row) for row in await tx.execute(found))


async def included_records(tx: Tx, review_id: str, stage: str) -> set[str]:
    """Records included at `stage` that count: in play and not retracted.

    A merged record stands as its survivor, whose own verdict goes before an absorbed one's.
    """
    roots = await survivors(tx, review_id)
    found = select(settlements.c.record_id, settlements.c.state).where(
        settlements.c.review_id == review_id, settlements.c.stage == stage
    )
    verdicts: dict[str, str] = {}
    for row in sorted(await tx.execute(found), key=lambda row: row.record_id not in roots):
        verdicts[roots.get(row.record_id, row.record_id)] = row.state
    gone = select(records.c.record_id).where(
        records.c.review_id == review_id,
        records.c.retracted.is_(True) | records.c.removed.is_(True),
    )
    not_counting = {row.record_id for row in await tx.execute(gone)}
    return {name for name, state in verdicts.items() if state == "include"} - not_counting


async def studies_of(tx: Tx, review_id: str, included: set[str]) -> list[str]:
    """Study of every document whose record, or its survivor, is among the included."""
    roots = await survivors(tx, review_id)
    found = select(documents.c.record_id, documents.c.study_id).where(
        documents.c.review_id == review_id, documents.c.record_id.is_not(None)
    )
    return [
        row.study_id
        for row in await tx.execute(found)
        if roots.get(row.record_id, row.record_id) in included
    ]


async def links(tx: Tx, review_id: str) -> list[tuple[str, str]]:
    """Sibling links that stand."""
    found = select(study_links.c.a, study_links.c.b).where(
        study_links.c.review_id == review_id, study_links.c.linked.is_(True)
    )
    return [(row.a, row.b) for row in await tx.execute(found)]


async def standing_ccmocs(
    tx: Tx, review_id: str, theory: str | None = None
) -> Sequence[RowMapping]:
    """CCMOCs with evidence, with what people say of them."""
    found = (
        select(ccmocs, ccmoc_states.c.state, ccmoc_states.c.recheck)
        .join(
            ccmoc_states,
            (ccmoc_states.c.review_id == ccmocs.c.review_id)
            & (ccmoc_states.c.ccmoc_id == ccmocs.c.ccmoc_id),
            isouter=True,
        )
        .where(ccmocs.c.review_id == review_id, ccmocs.c.lapsed.is_(False))
    )
    if theory:
        found = found.where(ccmocs.c.theory_id == theory)
    return (await tx.execute(found.order_by(ccmocs.c.ccmoc_id))).mappings().all()


async def ccmoc(tx: Tx, review_id: str, ccmoc_id: str) -> RowMapping | None:
    """One CCMOC, also when it lapsed."""
    found = select(ccmocs).where(ccmocs.c.review_id == review_id, ccmocs.c.ccmoc_id == ccmoc_id)
    return (await tx.execute(found)).mappings().first()


async def theory_states(tx: Tx, review_id: str) -> list[Mapping[str, Any]]:
    """Theories at their newest version, by number and id."""
    found = select(theories.c.state).where(theories.c.review_id == review_id)
    states: list[Mapping[str, Any]] = [row.state for row in await tx.execute(found)]
    return sorted(states, key=lambda s: (s.get("number") or 0, s["theory_id"]))


async def group_labels(tx: Tx, review_id: str) -> dict[str, str]:
    """The label of every group of the review's codebooks."""
    labels: dict[str, str] = {}
    for theory in (await labels_by_theory(tx, review_id)).values():
        labels.update(theory)
    return labels


async def labels_by_theory(tx: Tx, review_id: str) -> dict[str, Mapping[str, str]]:
    """Theory → group → label."""
    found = select(groups.c.theory_id, groups.c.labels).where(groups.c.review_id == review_id)
    return {row.theory_id: row.labels for row in await tx.execute(found)}


async def ccmoc_bodies(
    tx: Tx, review_id: str, ccmoc_ids: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """The bodies of these CCMOCs as last heard (empty of a lapsed one)."""
    bodies: dict[str, Mapping[str, Any]] = {}
    for part in chunks(ccmoc_ids, 5000):
        found = select(ccmocs.c.ccmoc_id, ccmocs.c.body).where(
            ccmocs.c.review_id == review_id, ccmocs.c.ccmoc_id.in_(part)
        )
        bodies |= {row.ccmoc_id: row.body for row in await tx.execute(found)}
    return bodies
