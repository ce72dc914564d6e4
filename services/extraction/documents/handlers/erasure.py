"""Erasure: what is due by its retention date, and the proof that no word is left."""

from typing import Any

from services.extraction.documents import store as documents_store
from services.extraction.documents.handlers.documents import erase_source, known_document
from shared.db import Tx

REASON = "its retention date has passed"


async def erase_due(tx: Tx) -> list[tuple[str, str]]:
    """Erase every source whose retention date has passed; returns `(review, document)`s."""
    due = await documents_store.due_for_erasure(tx, tx.now())
    for review_id, document_id in due:
        await erase_source(review_id, document_id, REASON, tx)
    return due


async def erasure_of(review_id: str, document_id: str, tx: Tx) -> dict[str, Any]:
    """What is left of a source: rows that hold its words, by table, and its files.

    All are 0 once it is erased; `files` names those whose absence the caller can see on disk.
    """
    row = await known_document(tx, review_id, document_id)
    left = await documents_store.words_left(tx, review_id, document_id)
    return {"document": document_id, "erased": bool(row["erased"]), "left": left}
