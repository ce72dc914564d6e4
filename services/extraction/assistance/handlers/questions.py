"""What is asked next in a run, and which documents are left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extraction.assistance import store
from services.extraction.assistance.domain import runs
from services.extraction.assistance.domain.asking import (
    AskedCode,
    Message,
    messages_of,
    parts_of,
    schema_of,
    tokens_about,
)
from services.extraction.assistance.handlers.asking import Row, known_run, stop_run
from services.extraction.assistance.handlers.codes import asked_codes
from services.extraction.assistance.handlers.secrets import SecretExamples
from services.extraction.assistance.handlers.telling import say_made
from services.extraction.texts import store as texts_store
from shared.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked next: a part of a document's text at a version."""

    document_id: str
    text_version: int
    part: int
    text: str
    codes: tuple[AskedCode, ...]
    messages: Sequence[Message]
    schema: Mapping[str, Any]


async def next_question(
    review_id: str, run_id: str, secrets: SecretExamples, tx: Tx
) -> Question | None:
    """What is to be asked next; None where the run is over, or stopped.

    A document is looked at in the transaction before each of its parts is sent: one that became
    confidential meanwhile is sent no further.
    """
    row = await known_run(review_id, run_id, tx)
    if row["state"] not in (runs.RUNNING, runs.WAITING):
        return None
    codes = tuple(await asked_codes(tx, review_id, tuple(row["theories"]), secrets))
    for entry in row["documents"] if codes else ():
        found = await _next_of(tx, row, entry, codes)
        if found is not None:
            return await _affordable(tx, row, found)
    row |= {"state": runs.DONE, "reason": ""}
    await store.keep_run(tx, row)
    say_made(tx, row)
    return None


async def _affordable(tx: Tx, row: Row, found: Question) -> Question | None:
    if row["tokens"] + tokens_about(found.messages) > row["budget"]:
        await store.keep_run(tx, row)
        await stop_run(row["review_id"], row["run_id"], runs.SPENT, tx)
        return None
    await store.keep_run(tx, {**row, "state": runs.RUNNING, "reason": ""})
    return found


async def _next_of(tx: Tx, row: Row, entry: Row, codes: tuple[AskedCode, ...]) -> Question | None:
    """The next part of a document; None where it is done or left out (`entry` then says so)."""
    if entry["state"] != runs.OPEN:
        return None
    review_id, name = row["review_id"], entry["document_id"]
    why = await left_out(tx, review_id, name)
    texts = {} if why else await texts_store.texts_by_id(tx, review_id, [name])
    if why or name not in texts:
        entry |= {"state": runs.LEFT_OUT, "reason": why or runs.NO_TEXT}
        return None
    text, version = texts[name]["text"], texts[name]["text_version"]
    if version != entry["text_version"]:
        entry |= {"text_version": version, "done": 0, "tries": 0}
    parts = parts_of(text)
    entry["parts"] = len(parts)
    if entry["done"] >= len(parts):
        entry["state"] = runs.ASKED
        return None
    start, end = parts[entry["done"]]
    return Question(
        document_id=name,
        text_version=version,
        part=entry["done"],
        text=text,
        codes=codes,
        messages=messages_of(codes, text[start:end]),
        schema=schema_of(codes),
    )


async def left_out(tx: Tx, review_id: str, document_id: str) -> str:
    """Why a document is not sent; empty where it may be."""
    found = await texts_store.documents_by_id(tx, review_id, [document_id])
    row = found.get(document_id)
    if row is None or row["withdrawn"] or row["erased"]:
        return runs.GONE
    if row["confidential"]:
        return runs.CONFIDENTIAL
    if document_id in await store.blind_documents(tx, review_id):
        return runs.BLIND
    return "" if row["text_version"] else runs.NO_TEXT
