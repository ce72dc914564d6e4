"""Messages, relations and steps as people see them: records by what people call them."""

from collections.abc import Collection, Sequence
from typing import Any

from services.search.cluster.domain.terms import said
from services.search.cluster.handlers.relations import bibliographies
from services.search.cluster.store import contacts, evidence
from services.search.library.store import records
from shared.db import Tx
from shared.db.rows import Row

UNKNOWN = "a record that is no longer there"
MOST_NAMED = 20
Shown = dict[str, Any]


async def labels_of(tx: Tx, review_id: str, ids: Collection[str]) -> dict[str, str]:
    """What people call these records, those that were absorbed by the name of their survivor."""
    stands = await records.survivors(tx, review_id, ids)
    known = await bibliographies(tx, review_id, set(stands.values()))
    called = {name: said(one) for name, one in known.items()}
    return {name: called.get(now, UNKNOWN) for name, now in stands.items()}


async def shown_contacts(tx: Tx, review_id: str, rows: Sequence[Row]) -> list[Shown]:
    """Messages with their logs and the names of their pearls."""
    logs = await contacts.log_of(tx, review_id, [row["id"] for row in rows])
    labels = await labels_of(tx, review_id, {row["record_id"] for row in rows})
    return [{**row, "log": logs[row["id"]], "pearl": labels[row["record_id"]]} for row in rows]


async def shown_relations(tx: Tx, review_id: str, rows: Sequence[Row]) -> list[Shown]:
    """Relations with the names of both records."""
    labels = await labels_of(tx, review_id, {row[side] for row in rows for side in ("a", "b")})
    return [{**row, "a_label": labels[row["a"]], "b_label": labels[row["b"]]} for row in rows]


async def evidence_of(tx: Tx, review_id: str, steps: Sequence[Row]) -> dict[str, list[str]]:
    """Step → what people call the records of the documents and cases that it names."""
    named = {str(one) for step in steps for one in step["detail"].get("documents", ())}
    if not named:
        return {}
    rows = await evidence.documents_named(tx, review_id, named)
    labels = await labels_of(tx, review_id, {row["record_id"] for row in rows})
    by_name: dict[str, list[str]] = {}
    for row in rows:
        for name in row["names"]:
            by_name.setdefault(name, []).append(labels[row["record_id"]])
    return {
        step["id"]: list(
            dict.fromkeys(
                label
                for name in step["detail"].get("documents", ())
                for label in by_name.get(name, ())
            )
        )[:MOST_NAMED]
        for step in steps
    }
