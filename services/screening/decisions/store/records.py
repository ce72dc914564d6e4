"""Records as search published them, and what screening reads of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from services.screening import tables
from services.screening.stages.domain.record_text import RecordText
from shared.db import Tx, chunks, upsert
from shared.db.among import among
from shared.db.rows import tuples_of
from shared.events.base import Received
from shared.events.search import RecordState
from shared.projections import aliases as alias_rows
from shared.projections.newest import keep_newest, newest_of
from shared.projections.records import alias_row

_SLICE = 2000
_SUMS = ("records", "versions")


async def keep_records(tx: Tx, review_id: str, states: Sequence[tuple[RecordState, int]]) -> None:
    """Keep each record's newest state; older ones change nothing."""
    rows = [_row(review_id, state, version) for state, version in states]
    await _add_to_sums(tx, review_id, newest_of(rows, ("record_id",), "version"))
    await keep_newest(tx, tables.records, rows, "version")


async def _add_to_sums(tx: Tx, review_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to the review's sums what storing these rows is going to change.

    Whoever stores records of the review at the same time waits, so that no change counts twice.
    """
    await hold_sums(tx, review_id)
    known = await versions(tx, review_id, [row["record_id"] for row in rows])
    fresh = [row["version"] for row in rows if row["record_id"] not in known]
    grown = [max(0, row["version"] - known.get(row["record_id"], row["version"])) for row in rows]
    if not fresh and not any(grown):
        return
    stmt = upsert(tx.dialect, tables.library_sums).values(
        review_id=review_id, records=len(fresh), versions=sum(fresh) + sum(grown)
    )
    added = {name: tables.library_sums.c[name] + stmt.excluded[name] for name in _SUMS}
    await tx.execute(stmt.on_conflict_do_update(index_elements=["review_id"], set_=added))


def _row(review_id: str, state: RecordState, version: int) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "record_id": state.record_id,
        "version": version,
        "title": state.title,
        "abstract": state.abstract,
        "keywords": list(state.keywords),
        "authors": list(state.authors),
        "year": state.year,
        "journal": state.journal,
        "doi": state.doi.lower() if state.doi else None,
        "pmid": state.pmid,
        "label": state.label,
        "flags": [{"kind": f.kind, "notice": f.notice} for f in state.flags],
        "removed": state.removed,
    }


async def hold_sums(tx: Tx, review_id: str) -> None:
    """Hold the review's sums; before any of its entries, so that two batches make no circle."""
    await tx.lock(f"{review_id}/sums")


async def record(tx: Tx, review_id: str, record_id: str) -> Any:
    """One record's row, or None."""
    t = tables.records
    found = select(t).where(t.c.review_id == review_id, t.c.record_id == record_id)
    return (await tx.execute(found)).first()


async def records(tx: Tx, review_id: str, record_ids: Iterable[str]) -> dict[str, Any]:
    """Rows of these records, by id."""
    t = tables.records
    found: dict[str, Any] = {}
    for part in chunks(list(record_ids), _SLICE):
        rows = select(t).where(t.c.review_id == review_id, t.c.record_id.in_(part))
        found |= {row.record_id: row for row in await tx.execute(rows)}
    return found


async def standing_of(tx: Tx, review_id: str, record_ids: Iterable[str]) -> dict[str, bool]:
    """Which of these records are known, and whether each was removed again."""
    t = tables.records
    found: dict[str, bool] = {}
    for part in chunks(list(record_ids), _SLICE):
        rows = select(t.c.record_id, t.c.removed).where(
            t.c.review_id == review_id, t.c.record_id.in_(part)
        )
        found |= {row.record_id: row.removed for row in await tx.execute(rows)}
    return found


async def versions(
    tx: Tx, review_id: str, record_ids: Collection[str] | None = None
) -> dict[str, int]:
    """Versions of these records, or of every record of the review."""
    t = tables.records
    rows = select(t.c.record_id, t.c.version).where(t.c.review_id == review_id)
    if record_ids is not None:
        rows = rows.where(among(tx.dialect, t.c.record_id, record_ids))
    return dict(await tuples_of(tx, rows))


async def texts(
    tx: Tx, review_id: str, record_ids: Sequence[str]
) -> list[tuple[str, int, RecordText]]:
    """`(id, version, text)` of these records: what the ranking reads."""
    t = tables.records
    found: list[tuple[str, int, RecordText]] = []
    for part in chunks(record_ids, _SLICE):
        rows = select(t.c.record_id, t.c.version, t.c.title, t.c.abstract, t.c.keywords).where(
            t.c.review_id == review_id, t.c.record_id.in_(part)
        )
        found += [
            (
                row.record_id,
                row.version,
                RecordText(title=row.title, abstract=row.abstract, keywords=tuple(row.keywords)),
            )
            for row in await tx.execute(rows)
        ]
    return found


async def ids_after(tx: Tx, review_id: str, after: str, most: int) -> list[str]:
    """The next ids of the review's records, in the order of ids."""
    t = tables.records
    rows = select(t.c.record_id).where(t.c.review_id == review_id, t.c.record_id > after)
    rows = rows.order_by(t.c.record_id).limit(most)
    return list((await tx.execute(rows)).scalars())


async def identities(tx: Tx, review_id: str) -> list[Any]:
    """`record_id, title, doi, pmid` of every record that was not taken out again."""
    t = tables.records
    rows = select(t.c.record_id, t.c.title, t.c.doi, t.c.pmid).where(
        t.c.review_id == review_id, t.c.removed.is_(False)
    )
    return list((await tx.execute(rows)).all())


async def alias(tx: Tx, review_id: str, absorbed: str) -> Any:
    """The row that says what became of an absorbed record, or None."""
    t = tables.aliases
    found = select(t).where(t.c.review_id == review_id, t.c.record_id == absorbed)
    return (await tx.execute(found)).first()


async def aliases_of(tx: Tx, review_id: str, record_ids: Collection[str]) -> dict[str, Any]:
    """The rows that say what became of these records, of those that ever were absorbed."""
    t = tables.aliases
    here = (t.c.review_id == review_id) & among(tx.dialect, t.c.record_id, record_ids)
    return {row.record_id: row for row in await tx.execute(select(t).where(here))}


async def keep_alias(tx: Tx, received: Received[Any], restore: Mapping[str, Any]) -> None:
    """Keep that a record counts as another one, or no longer, newest first.

    `restore` is what undoing a merge needs.
    """
    await keep_aliases(tx, [(received, restore)])


async def keep_aliases(tx: Tx, received: Sequence[tuple[Received[Any], Mapping[str, Any]]]) -> None:
    """Keep aliases, newest first, each with what undoing its merge needs."""
    rows = [{**alias_row(one, "version"), "restore": dict(restore)} for one, restore in received]
    await keep_newest(tx, tables.aliases, rows, "version")


async def stand_alone(tx: Tx, review_id: str, absorbed: str) -> None:
    """Let a record count as itself while it leaves one survivor for another."""
    t = tables.aliases
    here = (t.c.review_id == review_id) & (t.c.record_id == absorbed)
    await tx.execute(update(t).where(here).values(merged=False))


async def close_offers(tx: Tx, review_id: str, stage: str, record_ids: Sequence[str]) -> None:
    """Records were looked at again (or need not be): take them off the list."""
    t = tables.offers
    for part in chunks(record_ids, _SLICE):
        await tx.execute(
            update(t)
            .where(t.c.review_id == review_id, t.c.stage == stage, t.c.record_id.in_(part))
            .values(open=False)
        )


async def survivors(tx: Tx, review_id: str, record_ids: Iterable[str]) -> dict[str, str]:
    """Each id with the record it now counts as (itself, unless absorbed)."""
    return await alias_rows.survivors(tx, tables.aliases, review_id, record_ids)


async def absorbed_by(tx: Tx, review_id: str, survivor: str) -> list[str]:
    """The records that now count as this one, through however many merges."""
    return sorted(await alias_rows.absorbed(tx, tables.aliases, review_id, [survivor]))


async def survivors_above(tx: Tx, review_id: str, record_id: str) -> list[str]:
    """The records that this one was absorbed by, nearest first; mostly none."""
    return await alias_rows.survivors_above(tx, tables.aliases, review_id, record_id)


async def absorbing(tx: Tx, review_id: str, record_ids: Sequence[str]) -> set[str]:
    """Those of these records that have absorbed another."""
    t = tables.aliases
    found: set[str] = set()
    for part in chunks(record_ids, _SLICE):
        rows = select(t.c.survivor).where(
            t.c.review_id == review_id, t.c.merged.is_(True), t.c.survivor.in_(part)
        )
        found |= {row.survivor for row in await tx.execute(rows)}
    return found


async def absorbed_into(tx: Tx, review_id: str, survivor: str) -> dict[str, Any]:
    """What was merged into this very record, each with what the merge remembers."""
    t = tables.aliases
    rows = select(t.c.record_id, t.c.restore).where(
        t.c.review_id == review_id, t.c.merged.is_(True), t.c.survivor == survivor
    )
    return {r.record_id: r.restore for r in await tx.execute(rows.order_by(t.c.record_id))}


async def stamp(tx: Tx, review_id: str) -> tuple[int, int]:
    """`(records, sum of their versions)`: changes whenever any text may have changed."""
    t = tables.library_sums
    found = await tx.execute(select(t.c.records, t.c.versions).where(t.c.review_id == review_id))
    row = found.first()
    return (int(row.records), int(row.versions)) if row is not None else (0, 0)
