"""A stage as a table: every record, how it stands, and the votes of what is settled."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.screening.decisions.domain.entries import Entry, as_words
from services.screening.decisions.handlers.known import known_stage
from services.screening.decisions.handlers.vote_checks import state_of
from services.screening.decisions.store import entries
from services.screening.decisions.store.rows import CastVote, entry_of
from services.screening.external import store as external_store
from shared.db import Tx
from shared.spreadsheets import guarded

COLUMNS = (
    "record", "label", "title", "authors", "year", "journal", "doi", "pmid", "flags", "state",
    "verdict", "reason", "theories", "how", "settled_at", "criteria_version", "theory_versions",
    "resolved_by", "resolution_note", "votes",
)  # fmt: skip
ROWS_AT_ONCE = 1000


async def export_page(
    review_id: str, stage: str, after: str | None, tx: Tx
) -> tuple[str, str | None]:
    """Lines of CSV, and the record after which the next page begins (None: that was all).

    The first page begins with the names of the columns. Votes stand only with
    records that are settled or kept at maybe, all of a record together; what
    still gathers, or is in conflict, shows none, whoever asks.
    """
    await known_stage(tx, review_id, stage)
    rows = await external_store.stage_rows(tx, review_id, stage, after or "", ROWS_AT_ONCE)
    ids = [row["record_id"] for row in rows]
    votes = await entries.votes(tx, review_id, stage, ids)
    resolved = await entries.resolutions(tx, review_id, stage, ids)
    out = io.StringIO()
    writer = csv.writer(out)
    if after is None:
        writer.writerow(COLUMNS)
    for row in rows:
        record = row["record_id"]
        line = _line(row, votes.get(record, ()), resolved.get(record))
        writer.writerow(map(guarded, line))
    return out.getvalue(), ids[-1] if len(ids) == ROWS_AT_ONCE else None


def _line(row: Mapping[str, Any], votes: Sequence[CastVote], resolution: Any) -> list[Any]:
    entry = entry_of(dict(row))
    verdict, reason, theories = as_words(entry.verdict)
    by_person = resolution if entry.how == "resolution" else None
    return [
        entry.record_id, row["label"], row["title"], "; ".join(row["authors"]), row["year"],
        row["journal"], row["doi"], row["pmid"],
        "; ".join(str(flag["kind"]) for flag in row["flags"]), state_of(entry), verdict, reason,
        "; ".join(theories), entry.how,
        entry.settled_at.isoformat() if entry.settled_at else None, entry.criteria_version,
        "; ".join(f"{theory} v{version}" for theory, version in entry.theory_versions),
        by_person.person if by_person else None, by_person.said["note"] if by_person else None,
        json.dumps([_told(v) for v in votes if _is_over(entry, v)], ensure_ascii=False),
    ]  # fmt: skip


def _is_over(entry: Entry, vote: CastVote) -> bool:
    """Whether the vote belongs to a round whose verdict stands."""
    return entry.standing in ("settled", "maybe") and vote.round <= entry.round


def _told(vote: CastVote) -> dict[str, Any]:
    verdict, reason, theories = as_words(vote.verdict)
    return {
        "person": vote.person, "round": vote.round, "verdict": verdict, "reason": reason,
        "theories": list(theories), "note": vote.note, "decided_at": vote.decided_at.isoformat(),
        "criteria_version": vote.criteria_version, "source": vote.source,
        "recorded_by": vote.recorded_by,
    }  # fmt: skip
