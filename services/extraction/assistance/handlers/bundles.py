"""Runs and suggestions out of one installation and into another, with what people said of them.

Texts travel in their newest version alone. A suggestion carries its quote, by which its place is
found again where the text is another one; where it does not stand there exactly once, the quote is
kept with the suggestion, which says so.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.extraction.assistance import store
from services.extraction.assistance.domain import runs
from services.extraction.assistance.handlers.telling import say_asked, say_judged, say_made
from services.extraction.projections.handlers import require_review
from services.extraction.texts import store as texts_store
from services.extraction.texts.domain import occurrences
from shared.db import Tx

Row = dict[str, Any]
AT_ONCE = 1_000
ELSEWHERE = "It was under way in another installation; resume it to go on here."
_OF_A_RUN = (
    *("state", "reason", "coder", "model", "host", "theories", "codes", "dropped", "suggested"),
    *("tokens", "budget", "failures", "asked_at", "asked_by"),
)
_OF_A_SUGGESTION = (
    *("theories", "rationale", "model", "coder", "state", "reason"),
    *("suggested_at", "judged_at", "judged_by"),
)


async def kept_assistance(tx: Tx, review_id: str) -> dict[str, list[Row]]:
    """Every run and suggestion, but for those on documents that are coded blindly now."""
    await require_review(tx, review_id)
    rows = await _suggestions(tx, review_id)
    texts = await store.texts_at(
        tx, review_id, {(row["document_id"], row["text_version"]) for row in rows}
    )
    asked = await store.run_rows(tx, review_id)
    names = {one["document_id"] for run in asked for one in run["documents"]}
    known = await texts_store.documents_by_id(tx, review_id, names)
    newest = {name: row["text_version"] for name, row in known.items()}
    return {
        "runs": [_run(row, newest) for row in reversed(asked)],
        "suggestions": [
            _suggestion(row, texts.get((row["document_id"], row["text_version"]), ""))
            for row in rows
        ],
    }


async def _suggestions(tx: Tx, review_id: str) -> list[Row]:
    found: list[Row] = []
    after, is_more = ("", -1, ""), True
    while is_more:
        page = await store.suggestion_page(tx, review_id, {}, after=after, limit=AT_ONCE)
        found += page
        is_more = len(page) == AT_ONCE
        if page:
            last = page[-1]
            after = (last["document_id"], last["start_offset"], last["suggestion_id"])
    return found


def _run(row: Row, newest: Mapping[str, int]) -> Row:
    documents = [
        {
            **{name: one[name] for name in ("state", "reason", "parts", "done", "suggested")},
            "document": one["document_id"],
            "is_newest": one["text_version"] == newest.get(one["document_id"]),
        }
        for one in row["documents"]
    ]
    return {"id": row["run_id"], **{n: row[n] for n in _OF_A_RUN}, "documents": documents}


def _suggestion(row: Row, text: str) -> Row:
    start, end = row["start_offset"], row["end_offset"]
    place = {"start": start, "end": end, "quote": runs.quote_of(row, text)}
    named = {"run": row["run_id"], "document": row["document_id"], "fragment": row["fragment_id"]}
    kept = {name: row[name] for name in _OF_A_SUGGESTION}
    kept["elements"] = [
        {name: one[name] for name in ("role", "code_id", "state")} for one in row["elements"]
    ]
    return {"id": row["suggestion_id"], **named, **place, **kept}


async def take_in_assistance(
    review_id: str, asked: Sequence[Row], suggested: Sequence[Row], tx: Tx
) -> int:
    """Add runs and suggestions as they were kept elsewhere; returns how many are new.

    What is here stays as it is. Nothing is asked: a run that was under way is stopped, and a
    person resumes it.
    """
    await require_review(tx, review_id)
    await tx.lock(f"assistance/{review_id}")
    names = {one["document"] for one in suggested}
    names |= {one["document"] for run in asked for one in run["documents"]}
    known = await texts_store.documents_by_id(tx, review_id, names)
    added = 0
    for run in asked:
        if await store.run_row(tx, review_id, run["id"]) is None:
            await _add_run(tx, review_id, run, known)
            added += 1
    here = await store.known_among(tx, review_id, [one["id"] for one in suggested])
    new = [one for one in suggested if one["id"] not in here]
    await _add_suggestions(tx, review_id, new, known)
    return added + len(new)


async def _add_run(tx: Tx, review_id: str, run: Row, known: Mapping[str, Row]) -> None:
    documents = [
        {
            **{name: one[name] for name in ("state", "reason", "parts", "done", "suggested")},
            "document_id": one["document"],
            "text_version": known.get(one["document"], {}).get("text_version", 0)
            if one["is_newest"]
            else 0,
            "tries": 0,
        }
        for one in run["documents"]
    ]
    row = {**{n: run[n] for n in _OF_A_RUN}, "review_id": review_id, "run_id": run["id"]}
    row["documents"] = documents
    if row["state"] in (runs.RUNNING, runs.WAITING):
        row |= {"state": runs.STOPPED, "reason": ELSEWHERE}
    await store.keep_run(tx, row)
    say_asked(tx, {**row, "state": runs.RUNNING})
    say_made(tx, row)


async def _add_suggestions(
    tx: Tx, review_id: str, new: Sequence[Row], known: Mapping[str, Row]
) -> None:
    texts = await texts_store.texts_by_id(tx, review_id, {one["document"] for one in new})
    for closed in (False, True):
        rows = [
            _row(review_id, one, texts.get(one["document"]))
            for one in new
            if bool(known.get(one["document"], {"confidential": True})["confidential"]) is closed
        ]
        await store.keep_suggestions(tx, rows, confidential=closed)
        for row in rows:
            if row["state"] != runs.PENDING:
                say_judged(tx, row)


def _row(review_id: str, one: Row, text: Row | None) -> Row:
    """The row of a suggestion; its text version is 0 where its place is in no text here."""
    start, version = one["start"], 0
    if text is not None and one["quote"]:
        found = _start(text["text"], start, one["quote"])
        if found is not None:
            start, version = found, text["text_version"]
    return {
        **{name: one[name] for name in _OF_A_SUGGESTION},
        "review_id": review_id,
        "suggestion_id": one["id"],
        "elements": one["elements"],
        "run_id": one["run"],
        "document_id": one["document"],
        "fragment_id": one["fragment"],
        "text_version": version,
        "quote": None if version else one["quote"] or None,
        "start_offset": start,
        "end_offset": start + (one["end"] - one["start"]),
    }


def _start(text: str, start: int, quote: str) -> int | None:
    """Where a quote stands: at its place, or where else it stands exactly once."""
    if text[start : start + len(quote)] == quote:
        return start
    places: Collection[int] = occurrences(text, quote)
    return next(iter(places)) if len(places) == 1 else None
