"""The history of searching out of one installation and into another, as it was kept there."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sqlalchemy import Table

from services.search.cluster.handlers.contacts import tell_contacts
from services.search.cluster.handlers.lexicon import tell_words
from services.search.cluster.handlers.relations import tell_brought
from services.search.cluster.store.tables import contacts, lexicons, relations
from services.search.connectors.domain.sources import LABELS
from services.search.exchange.store import kept
from services.search.exchange.store.rows import row_as_json, row_of_json
from services.search.library.domain.retraction import FlagKind
from services.search.library.handlers.retractions import bring_answers
from services.search.library.store import reviews
from services.search.library.store.retractions import retraction_answers
from services.search.living.handlers.searches import plan_review
from services.search.tables import steps
from shared.db import Tx
from shared.http.problems import Invalid, NotKnownYet

OF_THE_GAP = ("version", "changed_at")
"""Of a step these follow its gap's events here, and say nothing elsewhere."""


async def searching_of(review_id: str, tx: Tx) -> dict[str, list[dict[str, Any]]]:
    """Rows by table: searches, strategies, runs, what sources said became of articles, and the
    steps and rounds of CLUSTER searching.
    """
    await _require_review(review_id, tx)
    found = {}
    for name, table in kept.TABLES.items():
        rows = [row_as_json(row) for row in await kept.rows_of(tx, review_id, table)]
        if table is steps:
            rows = [{k: v for k, v in row.items() if k not in OF_THE_GAP} for row in rows]
        if rows:
            found[name] = rows
    return found


async def take_in_searching(
    review_id: str, name: str, rows: Sequence[Mapping[str, Any]], tx: Tx
) -> int:
    """Add rows of one table as they were kept elsewhere; returns how many are new.

    What is there stays as it is, but for a step on which nobody has decided here. Nothing is run:
    an active search waits for its next slot. Raises `Invalid` for a table or a value that cannot
    be.
    """
    await _require_review(review_id, tx)
    table = kept.TABLES.get(name)
    if table is None:
        known = ", ".join(kept.TABLES)
        raise Invalid(f"There is no table '{name}'; there are: {known}.", field="table")
    now = {"changed_at": tx.now().isoformat()} if table is steps else {}
    read = [
        row_of_json(table, review_id, {**now, **row}, f"row {number} of {name}")
        for number, row in enumerate(rows, start=1)
    ]
    if table is steps:
        return sum([await _decide(row, tx) for row in read])
    if table is relations:
        return sum([await _relate(row, tx) for row in read])
    if table in (lexicons, contacts):
        return sum([await _work(table, row, tx) for row in read])
    if table is retraction_answers:
        return await bring_answers(tx, review_id, [_answer(row) for row in read])
    added = await kept.add(tx, table, read)
    await plan_review(review_id, tx)
    return added


async def _work(table: Table, row: Mapping[str, Any], tx: Tx) -> bool:
    """Add a version of a theory's words or a message to an author, and tell it; True if new."""
    new = bool(await kept.add(tx, table, [row]))
    if new and table is lexicons:
        tell_words(row, tx)
    elif new:
        await tell_contacts([row], tx)
    return new


def _answer(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a source said of an article, if it is one that is asked here and says what one can."""
    if row["source"] not in LABELS:
        known = ", ".join(LABELS)
        raise Invalid(f"No source '{row['source']}' is asked; there are: {known}.", field="source")
    for flag in row["flags"]:
        texts = all(isinstance(flag.get(name), str) for name in ("kind", "notice", "citation"))
        if not texts or flag["kind"] not in get_args(FlagKind):
            kinds = ", ".join(get_args(FlagKind))
            raise Invalid(
                f"A flag has a kind ({kinds}), a notice and a citation, all texts.", field="flags"
            )
    return row


async def _relate(row: Mapping[str, Any], tx: Tx) -> bool:
    """Add what was proposed or decided of two records, and tell a decision; True if it is new."""
    new = bool(await kept.add(tx, relations, [row]))
    if new and row["state"] in ("confirmed", "refused"):
        await tell_brought(row, tx)
    return new


async def _decide(row: Mapping[str, Any], tx: Tx) -> bool:
    review_id, step_id = row["review_id"], row["id"]
    await tx.lock(f"step/{review_id}/{step_id}")
    known = await reviews.step_of(tx, review_id, step_id)
    if known is None:
        return bool(await kept.add(tx, steps, [row]))
    if known["state"] in kept.DECIDED or known["detail"].get("decision"):
        return False
    await kept.decide(tx, row)
    return True


async def _require_review(review_id: str, tx: Tx) -> None:
    if not await reviews.knows_review(tx, review_id):
        raise NotKnownYet("review", review_id)
