"""What people see of assistance: suggestions with their passages, runs, and counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.extraction.assistance import store
from services.extraction.assistance.domain import runs
from services.extraction.assistance.handlers.measuring import measure
from services.extraction.codes.handlers.reading import all_codes
from services.extraction.fragments.domain import NOT_STATED
from services.extraction.projections.handlers import require_review
from services.extraction.texts import store as texts_store
from services.extraction.texts.domain import occurrences
from shared.actors import name_of_machine
from shared.db import Tx
from shared.db.rows import Row

AROUND = 160
"""Code points shown on either side of a suggested passage."""


async def shown_suggestions(tx: Tx, review_id: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Suggestions with their quotes, what stands around them, and the labels of their codes."""
    labels = {name: code.label for name, code in (await all_codes(tx, review_id)).items()}
    wanted = {(row["document_id"], row["text_version"]) for row in rows}
    texts = await store.texts_at(tx, review_id, wanted)
    names = {row["document_id"] for row in rows}
    newest = await texts_store.texts_by_id(tx, review_id, names)
    documents = await texts_store.documents_by_id(tx, review_id, names)
    return [
        _shown(
            row,
            texts.get((row["document_id"], row["text_version"]), ""),
            newest.get(row["document_id"]),
            documents.get(row["document_id"], {}).get("title") or "",
            labels,
        )
        for row in rows
    ]


def _stands(row: Row, quote: str, newest: Row | None) -> bool:
    """Whether a passage has one place in the text that its document has now."""
    if newest is None or not quote:
        return False
    if newest["text_version"] == row["text_version"]:
        return True
    return len(occurrences(newest["text"], quote)) == 1


def _shown(
    row: Row, text: str, newest: Row | None, title: str, labels: Mapping[str, str]
) -> dict[str, Any]:
    start, end = row["start_offset"], row["end_offset"]
    quote = runs.quote_of(row, text)
    return {
        "id": row["suggestion_id"],
        "run": row["run_id"],
        "document": row["document_id"],
        "title": title,
        "state": row["state"],
        "start": start,
        "end": end,
        "quote": quote,
        "stands": _stands(row, quote, newest),
        "before": text[max(0, start - AROUND) : start],
        "after": text[end : end + AROUND],
        "elements": [
            {
                "role": e["role"],
                "code": e["code_id"],
                "label": labels.get(e["code_id"], e["code_id"]),
                "state": e["state"] or NOT_STATED,
            }
            for e in row["elements"]
        ],
        "theories": row["theories"],
        "rationale": row["rationale"],
        "coder": name_of_machine(row["coder"]),
        "model": row["model"],
        "reason": row["reason"],
        "fragment": None if row["state"] == runs.PENDING else row["fragment_id"],
        "suggested_at": row["suggested_at"],
        "judged_at": row["judged_at"],
        "judged_by": row["judged_by"],
    }


async def overview(tx: Tx, review_id: str) -> dict[str, Any]:
    """Runs, counts of suggestions by what people made of them, and how well machines do."""
    await require_review(tx, review_id)
    counts = await store.counts(tx, review_id)
    rows = await store.run_rows(tx, review_id)
    return {
        "runs": [shown_run(row, counts) for row in rows],
        "suggested": sum(one["number"] for one in counts),
        "states": {
            state: sum(one["number"] for one in counts if one["state"] == state)
            for state in (runs.PENDING, *runs.VERDICTS)
        },
        "measured": await measure(tx, review_id),
    }


def shown_run(row: Row, counts: Sequence[Row]) -> dict[str, Any]:
    """A run in numbers: no title of a document, no word of a text."""
    plain = (
        *("state", "reason", "model", "host", "theories", "suggested", "dropped", "tokens"),
        *("budget", "asked_at", "asked_by", "changed_at"),
    )
    listed = row["documents"]
    mine = [one for one in counts if one["run_id"] == row["run_id"]]
    return {
        "id": row["run_id"],
        "coder": name_of_machine(row["coder"]),
        **{name: row[name] for name in plain},
        "documents": len(listed),
        "documents_done": sum(one["state"] != runs.OPEN for one in listed),
        "parts": sum(one["parts"] for one in listed),
        "parts_done": sum(one["done"] for one in listed),
        "left_out": [
            {"document": one["document_id"], "reason": one["reason"]}
            for one in listed
            if one["state"] == runs.LEFT_OUT
        ],
        "states": {one["state"]: one["number"] for one in mine},
    }
