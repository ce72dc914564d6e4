"""Keeping the search agenda of a theory: what is new on it, open again, or closed is said."""

from collections.abc import Sequence
from typing import Any

from services.synthesis.configurations.store import ccmocs
from services.synthesis.engine import Gap
from shared.db import Tx
from shared.events.synthesis import GapFound
from shared.ids import stable_id


async def keep_gaps(tx: Tx, review_id: str, theory_id: str, gaps: Sequence[Gap]) -> None:
    """Store gaps; say those that are new, open again, or closed."""
    known = await ccmocs.gaps_of(tx, review_id, theory_id)
    now = {stable_id("gap", gap.kind, gap.about): gap for gap in gaps}
    key = {"review_id": review_id, "theory_id": theory_id}
    rows = {name: {**key, **_row(name, gap)} for name, gap in now.items()}
    closing = {name for name, row in known.items() if not row["closed"]} - now.keys()
    changed = [
        row
        for name, row in rows.items()
        if known.get(name) is None or any(known[name][key] != row[key] for key in row)
    ]
    closed = [{**known[name], "closed": True} for name in sorted(closing)]
    await ccmocs.keep_gaps(tx, changed + closed)
    for row in changed + closed:
        before = known.get(row["gap_id"])
        if before is None or before["closed"] != row["closed"]:
            tx.emit(GapFound(**{**row, "documents": tuple(row["documents"])}))


def _row(name: str, gap: Gap) -> dict[str, Any]:
    of_argument = gap.kind == "prediction_unobserved"
    return {
        "gap_id": name,
        "kind": gap.kind,
        "detail": gap.detail,
        "ccmoc_id": None if of_argument else gap.subject,
        "argument_id": gap.subject if of_argument else None,
        "documents": list(gap.documents),
        "closed": False,
    }
