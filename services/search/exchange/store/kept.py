"""Which tables go out with a review as they are, read and written whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select, update

from services.search.cluster.domain.round import ENDED
from services.search.cluster.store import tables as cluster_tables
from services.search.library.store.retractions import retraction_answers
from services.search.living.store.tables import hits, searches
from services.search.strategies.store import tables as strategy_tables
from services.search.tables import metadata, runs, steps
from shared.db import Tx, insert_ignoring_twins
from shared.db.rows import Row, all_of
from shared.db.types import chunks

AT_ONCE = 500
CLUSTER = "cluster_"
FROM_EVENTS = frozenset(
    ("cluster_documents", "cluster_fragments", "cluster_causes", "cluster_changes",
     "cluster_appraisals")
)  # fmt: skip
"""What CLUSTER searching keeps of other services' events; it comes with those events again."""
DECIDED = ("approved", "done", "dismissed")


def _of_clusters() -> tuple[Table, ...]:
    """Every table of CLUSTER searching, also those that come later, but for what events bring."""
    return tuple(
        table
        for table in metadata.sorted_tables
        if table.name.startswith(CLUSTER) and table.name not in FROM_EVENTS
    )


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        searches,
        runs,
        hits,
        strategy_tables.strategies,
        strategy_tables.strategy_versions,
        strategy_tables.strategy_runs,
        steps,
        retraction_answers,
        *_of_clusters(),
    )
}
"""Definitions and history of searching, and what sources said became of articles. Records go out by
themselves.
"""


async def rows_of(tx: Tx, review_id: str, table: Table) -> list[dict[str, Any]]:
    """The rows of a review that stand, by key: no run or round that is still open, no step that
    nobody has decided on (its gap brings it).
    """
    query = select(table).where(table.c.review_id == review_id)
    if table in (runs, cluster_tables.rounds):
        query = query.where(table.c.state.in_(ENDED))
    if table is steps:
        query = query.where(table.c.state.in_(DECIDED))
    return await all_of(tx, query.order_by(*table.primary_key.columns))


async def add(tx: Tx, table: Table, rows: Sequence[Row]) -> int:
    """Add rows; those whose keys are there stay as they are. Returns how many are new."""
    added = 0
    for some in chunks(rows, AT_ONCE):
        statement = insert_ignoring_twins(tx.dialect, table).returning(*table.primary_key.columns)
        added += len((await tx.execute(statement, [dict(row) for row in some])).all())
    return added


async def decide(tx: Tx, row: Row) -> None:
    """Say what was decided on a step that its gap brought; the gap's version stays."""
    kept = {name: row[name] for name in ("state", "detail", "changed_at")}
    here = (steps.c.review_id == row["review_id"]) & (steps.c.id == row["id"])
    await tx.execute(update(steps).where(here).values(**kept))
