"""Keeping what a reply suggests, and counting what of it cannot be used."""

from collections.abc import Sequence
from typing import Any

from services.extraction.assistance import store
from services.extraction.assistance.domain import replies, runs
from services.extraction.assistance.domain.asking import tokens_about
from services.extraction.assistance.handlers.asking import Row, known_run
from services.extraction.assistance.handlers.questions import Question, left_out
from services.extraction.assistance.ports import Reply
from shared.db import Tx
from shared.db.rows import plain
from shared.ids import stable_id


async def keep_reply(review_id: str, run_id: str, asked: Question, reply: Reply, tx: Tx) -> None:
    """Keep what was suggested in a reply and count what was not; then the part is done.

    A reply that cannot be read is asked for once more.
    """
    row = await known_run(review_id, run_id, tx)
    entry = next(one for one in row["documents"] if one["document_id"] == asked.document_id)
    used = reply.tokens
    spent = tokens_about(asked.messages, reply.content) if used is None else used
    row["tokens"] = min(row["tokens"] + spent, runs.MOST_TOKENS)
    row["failures"] = 0
    found, dropped = _read(asked, reply)
    if replies.UNREADABLE in dropped and entry["tries"] + 1 < runs.TRIES:
        entry["tries"] += 1
        await store.keep_run(tx, row)
        return
    why_not = await left_out(tx, review_id, asked.document_id)
    if why_not and found:
        found, dropped = [], {**dropped, why_not: len(found)}
    kept, twins = await _keep(tx, row, asked, found)
    if twins:
        dropped[replies.KNOWN] = twins
    for why, number in dropped.items():
        row["dropped"][why] = row["dropped"].get(why, 0) + number
    entry |= {"done": asked.part + 1, "tries": 0, "suggested": entry["suggested"] + kept}
    row["suggested"] += kept
    await store.keep_run(tx, row)


def _read(asked: Question, reply: Reply) -> tuple[list[replies.SuggestedPassage], dict[str, int]]:
    if reply.declined:
        return [], {replies.DECLINED: 1}
    if reply.cut_off:
        return [], {replies.CUT_OFF: 1}
    try:
        return replies.read(reply.content, asked.codes, asked.text)
    except replies.Unreadable:
        return [], {replies.UNREADABLE: 1}


async def _keep(
    tx: Tx, run: Row, asked: Question, found: Sequence[replies.SuggestedPassage]
) -> tuple[int, int]:
    """Store the suggestions that are new; how many those are, and how many were known."""
    rows = dict(_row(tx, run, asked, one) for one in found)
    known = await store.known_among(tx, run["review_id"], rows)
    new = [row for name, row in rows.items() if name not in known]
    await store.keep_suggestions(tx, new)
    return len(new), len(found) - len(new)


def _row(
    tx: Tx, run: Row, asked: Question, one: replies.SuggestedPassage
) -> tuple[str, dict[str, Any]]:
    """A suggestion's id, the same for the same passage and codes of a model, and its row."""
    codes = sorted(f"{e.role}/{e.code_id}/{e.state}" for e in one.elements)
    about = (asked.document_id, str(asked.text_version), str(one.start), str(one.end))
    name = stable_id(run["review_id"], "suggestion", run["model"], *about, *codes)
    row = {
        "review_id": run["review_id"],
        "suggestion_id": name,
        "run_id": run["run_id"],
        "document_id": asked.document_id,
        "text_version": asked.text_version,
        "start_offset": one.start,
        "end_offset": one.end,
        "elements": plain(one.elements),
        "theories": list(one.theories),
        "rationale": one.rationale,
        "quote": None,
        "model": run["model"],
        "coder": run["coder"],
        "state": runs.PENDING,
        "reason": "",
        "fragment_id": None,
        "suggested_at": tx.now(),
        "judged_at": None,
        "judged_by": None,
    }
    return name, row
