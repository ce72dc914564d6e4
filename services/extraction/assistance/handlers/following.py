"""Suggestions follow the undoing of what was made of them."""

from collections.abc import Collection

from services.extraction.assistance import store
from services.extraction.assistance.domain import runs
from services.extraction.assistance.handlers.judging import Row, verdict_on
from services.extraction.assistance.handlers.telling import say_judged
from services.extraction.fragments.store import fragments
from services.extraction.texts import store as texts_store
from shared.db import Tx

WITHDRAWN = "withdrawn"


async def follow_undone(review_id: str, fragment_ids: Collection[str], tx: Tx) -> None:
    """Suggestions whose fragments an undoing withdrew wait again; those whose fragments came back
    by it are accepted again.
    """
    rows = await store.of_fragments(tx, review_id, fragment_ids)
    if not rows:
        return
    made = await fragments.fragments_by_id(tx, review_id, [row["fragment_id"] for row in rows])
    for row in rows:
        fragment = fragments.state_of(made[row["fragment_id"]])
        if fragment.status != WITHDRAWN and row["state"] == runs.PENDING:
            said = {"judged_at": tx.now(), "judged_by": fragment.coder}
            await _keep(tx, {**row, **said, "state": await verdict_on(row, fragment, tx)})
        elif fragment.status == WITHDRAWN and row["state"] in (runs.ACCEPTED, runs.CHANGED):
            unsaid = {"reason": "", "judged_at": None, "judged_by": None}
            await _keep(tx, {**row, **unsaid, "state": runs.PENDING})


async def _keep(tx: Tx, row: Row) -> None:
    known = await texts_store.documents_by_id(tx, row["review_id"], [row["document_id"]])
    closed = bool(known.get(row["document_id"], {"confidential": True})["confidential"])
    await store.keep_suggestions(tx, [row], confidential=closed)
    say_judged(tx, row)
