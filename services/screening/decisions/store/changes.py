"""How often entries of a stage were rewritten, by which a list of them is known to be current.

New entries are not counted: they are those without a place. A counter grows in the transaction
of the change, so that whoever reads it beside the entries knows which of them it covers.
"""

from collections.abc import Iterable

from sqlalchemy import select

from services.screening import tables
from shared.db import Tx, upsert


async def count_changes(tx: Tx, review_id: str, stages: Iterable[str]) -> None:
    """Entries of these stages change in this transaction."""
    t = tables.entry_changes
    stmt = upsert(tx.dialect, t)
    grown = {"changes": t.c.changes + stmt.excluded.changes}
    stmt = stmt.on_conflict_do_update(index_elements=["review_id", "stage"], set_=grown)
    rows = [{"review_id": review_id, "stage": s, "changes": 1} for s in sorted(set(stages))]
    await tx.execute(stmt, rows)


async def changes(tx: Tx, review_id: str, stage: str) -> int:
    """How often entries of the stage changed so far."""
    t = tables.entry_changes
    rows = select(t.c.changes).where(t.c.review_id == review_id, t.c.stage == stage)
    return int((await tx.execute(rows)).scalar() or 0)
