"""Rows as the values that the domain knows, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.screening.decisions.domain.entries import Entry, as_words, from_words
from services.screening.decisions.domain.votes import Verdict, Vote, verdict_from

Row = RowMapping | Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    """A vote as it was cast: the verdict and everything around it.

    `recorded_by` says who brought it in for the person, where that was somebody else.
    """

    stage: str
    record_id: str
    person: str
    round: int
    verdict: Verdict
    note: str
    decided_at: datetime
    criteria_version: int
    source: str = ""
    recorded_by: str | None = None

    @property
    def vote(self) -> Vote:
        """What of it counts."""
        return Vote(person=self.person, verdict=self.verdict)


def entry_of(row: Row) -> Entry:
    """An entry from its row."""
    return Entry(
        stage=row["stage"],
        record_id=row["record_id"],
        active=row["active"],
        standing=row["standing"],
        needed=row["needed"],
        round=row["round"],
        verdict=from_words(row["verdict"], row["reason"], row["theories"]),
        how=row["how"],
        criteria_version=row["criteria_version"],
        theory_versions=tuple((t, v) for t, v in row["theory_versions"]),
        settled_at=row["settled_at"],
        place=row["place"],
        closing=row["closing"],
    )


def entry_row(review_id: str, entry: Entry) -> dict[str, Any]:
    """The row of an entry (without its score and the reason for it)."""
    verdict, reason, theories = as_words(entry.verdict)
    return {
        "review_id": review_id,
        "stage": entry.stage,
        "record_id": entry.record_id,
        "active": entry.active,
        "standing": entry.standing,
        "needed": entry.needed,
        "round": entry.round,
        "verdict": verdict,
        "reason": reason,
        "theories": list(theories),
        "how": entry.how,
        "criteria_version": entry.criteria_version,
        "theory_versions": [list(pair) for pair in entry.theory_versions],
        "settled_at": entry.settled_at,
        "place": entry.place,
        "closing": entry.closing,
    }


def vote_of(row: Row) -> CastVote:
    """A vote from its row."""
    return CastVote(
        stage=row["stage"],
        record_id=row["record_id"],
        person=row["person"],
        round=row["round"],
        verdict=verdict_from(row["verdict"], row["reason"], row["theories"]),
        note=row["note"],
        decided_at=row["decided_at"],
        criteria_version=row["criteria_version"],
        source=row["source"],
        recorded_by=row.get("recorded_by"),
    )


def vote_row(review_id: str, vote: CastVote) -> dict[str, Any]:
    """The row of a vote."""
    verdict, reason, theories = as_words(vote.verdict)
    return {
        "review_id": review_id,
        "stage": vote.stage,
        "record_id": vote.record_id,
        "person": vote.person,
        "round": vote.round,
        "verdict": verdict,
        "reason": reason,
        "theories": list(theories),
        "note": vote.note,
        "decided_at": vote.decided_at,
        "criteria_version": vote.criteria_version,
        "source": vote.source,
        "recorded_by": vote.recorded_by,
    }


def entry_for_history(review_id: str, entry: Entry) -> dict[str, Any]:
    """An entry as JSON, from which `entry_from_history` makes it again."""
    row = entry_row(review_id, entry)
    return row | {"settled_at": entry.settled_at.isoformat() if entry.settled_at else None}


def entry_from_history(said: Mapping[str, Any]) -> Entry:
    """The entry that `entry_for_history` wrote down."""
    at = said["settled_at"]
    return entry_of({**said, "settled_at": datetime.fromisoformat(at) if at else None})
