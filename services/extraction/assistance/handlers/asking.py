"""Runs of asking for suggestions: begun, resumed and stopped by people, waiting for the service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.extraction.assistance import store
from services.extraction.assistance.domain import runs
from services.extraction.assistance.domain.asking import AskedCode
from services.extraction.assistance.handlers.codes import asked_codes
from services.extraction.assistance.handlers.secrets import SecretExamples
from services.extraction.assistance.handlers.telling import say_asked, say_made
from services.extraction.projections.handlers import require_review
from services.extraction.texts import store as texts_store
from shared.db import Tx
from shared.http.problems import Conflict, Invalid, NotFound

JOB = "suggest_passages"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A run as it is asked for: on these documents, with the codes of these theories (none: all).

    `coder` is the machine's name as an actor; `host` where texts go.
    """

    run_id: str
    documents: tuple[str, ...]
    theories: tuple[str, ...]
    coder: str
    model: str
    host: str
    budget: int


async def begin_run(review_id: str, wish: Wish, tx: Tx) -> Row:
    """Begin a run; the same run again changes nothing. Raises `Invalid`."""
    await require_review(tx, review_id)
    await tx.lock(f"assistance/{review_id}")
    before = await store.run_row(tx, review_id, wish.run_id)
    if before is not None:
        return before
    known = await texts_store.documents_by_id(tx, review_id, wish.documents)
    missing = [one for one in wish.documents if one not in known]
    if missing or not wish.documents:
        raise Invalid("Name documents of this review.", field="documents")
    codes = await asked_codes(tx, review_id, wish.theories, SecretExamples())
    if not codes:
        raise Invalid(
            "The codebook has no code to ask for; write codes with their definitions first.",
            field="theories",
        )
    row = _new_run(review_id, wish, codes, tx)
    await store.keep_run(tx, row)
    await _go_on(tx, row)
    say_asked(tx, row)
    return row


def _new_run(review_id: str, wish: Wish, codes: Sequence[AskedCode], tx: Tx) -> Row:
    blank = {"text_version": 0, "parts": 0, "done": 0, "suggested": 0, "tries": 0}
    return {
        "review_id": review_id,
        "run_id": wish.run_id,
        "state": runs.RUNNING,
        "reason": "",
        "coder": wish.coder,
        "model": wish.model,
        "host": wish.host,
        "theories": list(wish.theories),
        "codes": [[code.role, code.code_id] for code in codes],
        "documents": [
            {"document_id": one, "state": runs.OPEN, "reason": "", **blank}
            for one in dict.fromkeys(wish.documents)
        ],
        "dropped": {},
        "suggested": 0,
        "tokens": 0,
        "budget": wish.budget,
        "failures": 0,
        "asked_at": tx.now(),
        "asked_by": tx.actor,
    }


async def known_run(review_id: str, run_id: str, tx: Tx) -> Row:
    """A run, held against changes until the transaction ends; raises `NotFound`."""
    await require_review(tx, review_id)
    await tx.lock(f"assistance/{review_id}")
    row = await store.run_row(tx, review_id, run_id)
    if row is None:
        raise NotFound("There is no such run in this review.")
    return row


async def resume_run(review_id: str, run_id: str, budget: int, tx: Tx) -> Row:
    """Go on with a run that stopped or waits, within the budget that is set now."""
    row = await known_run(review_id, run_id, tx)
    if row["state"] == runs.DONE:
        return row
    row |= {"state": runs.RUNNING, "reason": "", "failures": 0, "budget": budget}
    await store.keep_run(tx, row)
    await _go_on(tx, row)
    return row


async def stop_run(review_id: str, run_id: str, reason: str, tx: Tx) -> Row:
    """Ask no more in this run; what was suggested stays, and it can be resumed."""
    row = await known_run(review_id, run_id, tx)
    if row["state"] == runs.DONE:
        raise Conflict("The run is done already.")
    if row["state"] != runs.STOPPED:
        row |= {"state": runs.STOPPED, "reason": reason}
        await store.keep_run(tx, row)
        say_made(tx, row)
    return row


async def wait_for(review_id: str, run_id: str, reason: str, seconds: float | None, tx: Tx) -> None:
    """The service cannot answer now: it is asked again by itself, or, after several failures in a
    row, when a person resumes the run.
    """
    row = await known_run(review_id, run_id, tx)
    if row["state"] not in (runs.RUNNING, runs.WAITING):
        return
    row["failures"] += 1
    wait = runs.wait_after(row["failures"])
    if wait is None:
        await stop_run(review_id, run_id, f"{reason} It was asked {row['failures']} times.", tx)
        return
    seconds = wait if seconds is None else seconds
    said = f"{reason} It is asked again in {_words(seconds)}."
    await store.keep_run(tx, {**row, "state": runs.WAITING, "reason": said})
    await _go_on(tx, row, tx.now() + timedelta(seconds=seconds))


def _words(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} seconds"
    return f"{round(seconds / 60)} minutes"


async def _go_on(tx: Tx, row: Row, not_before: datetime | None = None) -> None:
    payload = {"review_id": row["review_id"], "run_id": row["run_id"]}
    key = f"{row['review_id']}/{row['run_id']}"
    await tx.enqueue(JOB, key=key, payload=payload, not_before=not_before)
