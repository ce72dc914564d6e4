"""What accepting a project would do, before anybody accepts it."""

from collections import Counter
from typing import Any

from services.extraction.exchange import store
from services.extraction.exchange.domain.content import differences
from services.extraction.exchange.domain.mapping_losses import staying
from services.extraction.exchange.domain.tree_changes import tree_differences
from services.extraction.exchange.handlers.projects import (
    WAITING,
    Whole,
    known_project,
    whole_of,
)
from shared.db import Tx
from shared.db.rows import plain


async def changes_of(tx: Tx, review_id: str, project_id: str) -> list[dict[str, Any]]:
    """What accepting a project would do, each thing with a label; nothing for one's own export."""
    row = await known_project(tx, review_id, project_id)
    if row["state"] != WAITING:
        return []
    whole = await whole_of(tx, review_id, row)
    return _own_changes(whole) + await _kept_changes(tx, review_id, row, whole)


def _own_changes(whole: Whole) -> list[dict[str, Any]]:
    """What of the review itself would be other."""
    found = differences(whole.before, whole.content)
    return [plain(d) for d in found if whole.is_own or d.what != "removed"]


async def _kept_changes(
    tx: Tx, review_id: str, row: dict[str, Any], whole: Whole
) -> list[dict[str, Any]]:
    """What of the part that is kept as it came would be other."""
    trees = dict(await store.kept_trees(tx, review_id))
    return tree_differences(trees.get(row["replaces"] or ""), whole.left_over)


async def preview_of(tx: Tx, review_id: str, project_id: str, *, most: int) -> dict[str, Any]:
    """What would come or change (at most `most` of them, all counted by kind), what would stay
    as it came, and what would be lost.

    Of a project that waits no longer: what stays of it, and what was odd.
    """
    row = await known_project(tx, review_id, project_id)
    if row["state"] != WAITING:
        left, changes, losses, own = store.tree_of(row), [], [], False
    else:
        whole = await whole_of(tx, review_id, row)
        left, losses, own = whole.left_over, list(whole.losses), whole.is_own
        changes = _own_changes(whole)
        if row["replaces"]:
            changes += await _kept_changes(tx, review_id, row, whole)
    counted = Counter((one["kind"], one["what"]) for one in changes)
    counts: dict[str, dict[str, int]] = {}
    for (kind, what), times in counted.items():
        counts.setdefault(kind, {})[what] = times
    return {
        "own": own,
        "counts": counts,
        "changes": changes[:most],
        "total": len(changes),
        "stays": staying(left),
        "losses": [*row["losses"], *losses],
    }
