"""The counts of a review's flow, kept up to date, and the rows they are made from."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Table, delete, select

from shared.db import insert_ignoring_twins, upsert
from shared.db.among import among
from shared.db.rows import all_of
from shared.decoding import convert
from shared.kernel.tx import Tx
from shared.review.paths import Path
from workbench.projections.domain.flow_counts import FlowCounts, flow_counts, paths_by_record
from workbench.projections.store import projections
from workbench.tables import flow_kept, flow_paths, flow_sources, records, retrievals, settlements

Rows = list[dict[str, Any]]
FACTS = (records, settlements, retrievals)
"""What the flow is counted from."""


async def facts_of(tx: Tx, review_id: str, names: Collection[str] | None) -> dict[Table, Rows]:
    """Records, settlements and retrievals under these ids, or of the whole review."""
    return {table: await rows_of(tx, table, review_id, names) for table in FACTS}


def counts_of(facts: Mapping[Table, Rows], stands: Mapping[str, str]) -> FlowCounts:
    """What families of records add to the flow; `stands` leads to who stands for each id."""
    return flow_counts(facts[records], facts[settlements], facts[retrievals], stands)


async def counts_of_all(tx: Tx, review_id: str) -> FlowCounts:
    """The flow of a whole review, counted from scratch."""
    stands = await projections.survivors(tx, review_id)
    return counts_of(await facts_of(tx, review_id, None), stands)


async def paths_of(tx: Tx, review_id: str, record_ids: Collection[str]) -> dict[str, Path]:
    """The path of each of these records: that of the record which stands for it, if in play."""
    stands = await projections.names_of(tx, review_id, record_ids)
    facts = await facts_of(tx, review_id, stands.keys())
    paths = paths_by_record(facts[records], facts[settlements], facts[retrievals], stands)
    return {name: paths[stands[name]] for name in record_ids if stands[name] in paths}


async def rows_of(tx: Tx, table: Table, review_id: str, names: Collection[str] | None) -> Rows:
    """Rows of one of these tables under these ids, or of the whole review."""
    found = select(table).where(table.c.review_id == review_id)
    if names is not None:
        found = found.where(among(tx.dialect, table.c.record_id, names))
    return await all_of(tx, found)


async def is_kept(tx: Tx, review_id: str) -> bool:
    """Whether the review's counts are up to date; before its first event they are not."""
    found = select(flow_kept.c.review_id).where(flow_kept.c.review_id == review_id)
    return (await tx.execute(found)).first() is not None


async def recount(tx: Tx, review_id: str) -> None:
    """Count a review from scratch; from now on `add` keeps the counts."""
    for table in (flow_sources, flow_paths):
        await tx.execute(delete(table).where(table.c.review_id == review_id))
    await tx.execute(insert_ignoring_twins(tx.dialect, flow_kept).values(review_id=review_id))
    await add(tx, review_id, await counts_of_all(tx, review_id))


async def add(tx: Tx, review_id: str, more: FlowCounts) -> None:
    """Add to the counts; paths that nobody goes any more are forgotten."""
    sources = [
        {
            "review_id": review_id,
            "arm": source.arm,
            "source": source.source,
            "source_records": source.source_records,
            "records": source.records,
            "removed": source.removed,
        }
        for source in more.listed()
    ]
    paths = [
        {
            "review_id": review_id,
            "path_hash": sha256(msgspec.json.encode(path)).hexdigest(),
            "path": msgspec.to_builtins(path),
            "records": count,
        }
        for path, count in more.paths.items()
    ]
    await _raise(tx, flow_sources, sources, ("source_records", "records", "removed"))
    await _raise(tx, flow_paths, sorted(paths, key=lambda row: str(row["path_hash"])), ("records",))
    if any(count < 0 for count in more.paths.values()):
        empty = (flow_paths.c.review_id == review_id) & (flow_paths.c.records == 0)
        await tx.execute(delete(flow_paths).where(empty))


async def _raise(
    tx: Tx, table: Table, rows: Sequence[dict[str, Any]], figures: Sequence[str]
) -> None:
    if not rows:
        return
    stmt = upsert(tx.dialect, table)
    raised = {name: table.c[name] + stmt.excluded[name] for name in figures}
    keys = [column.name for column in table.primary_key]
    await tx.execute(stmt.on_conflict_do_update(index_elements=keys, set_=raised), rows)


async def kept_counts(tx: Tx, review_id: str) -> FlowCounts:
    """The counts as they are kept."""
    sources = select(flow_sources).where(flow_sources.c.review_id == review_id)
    paths = select(flow_paths).where(flow_paths.c.review_id == review_id)
    return FlowCounts(
        sources={
            (row.arm, row.source): (row.source_records, row.records, row.removed)
            for row in await tx.execute(sources)
        },
        paths={convert(row.path, Path): row.records for row in await tx.execute(paths)},
    )
