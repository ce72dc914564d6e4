"""What may be shown of votes, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.screening.decisions.domain.entries import as_words
from services.screening.decisions.handlers.known import known_stage
from services.screening.decisions.handlers.problems import NotInStage
from services.screening.decisions.handlers.resolve import conflicting_votes, may
from services.screening.decisions.handlers.vote_checks import state_of
from services.screening.decisions.store import counts, entries, records
from services.screening.decisions.store.rows import CastVote, entry_of
from shared.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConflict:
    """A conflict as one person sees it: `votes` is None unless they may resolve it."""

    record: str
    title: str
    label: str
    abstract: str
    year: int | None
    votes: Sequence[CastVote] | None


async def conflicts(
    review_id: str, stage: str, person: str, limit: int, after: str | None, tx: Tx, *, owner: bool
) -> list[ShownConflict]:
    """A page of conflicts (one more than asked for, if there is more)."""
    review, found = await known_stage(tx, review_id, stage)
    rows = await counts.settlements(
        tx, review_id, stage, limit=limit, after=after, verdict=None, standing=("conflict",)
    )
    shown = []
    for row in rows:
        votes = await conflicting_votes(tx, review_id, entry_of(row._mapping))
        voters = [v.person for v in votes]
        sees = await may(tx, review, found, person, voters, owner=owner)
        shown.append(
            ShownConflict(
                record=row.record_id,
                title=row.title,
                label=row.label,
                abstract=row.abstract,
                year=row.year,
                votes=votes if sees else None,
            )
        )
    return shown


async def settlements(
    review_id: str,
    stage: str,
    asked: tuple[str | None, str | None],
    limit: int,
    after: str | None,
    tx: Tx,
) -> tuple[list[Any], dict[str, Any]]:
    """A page of settlements, and by record the line that resolved those which a person did.

    `asked` are the verdict and the reason that they are to have; None is any.
    """
    await known_stage(tx, review_id, stage)
    verdict, reason = asked
    rows = await counts.settlements(
        tx, review_id, stage, limit=limit, after=after, verdict=verdict, reason=reason
    )
    by_people = [row.record_id for row in rows if row.how == "resolution"]
    return rows, await entries.resolutions(tx, review_id, stage, by_people)


async def record_history(
    review_id: str, stage: str, record: str, person: str, tx: Tx
) -> dict[str, Any]:
    """How a record stands, and its history. Votes of a round that still gathers are the voter's."""
    await known_stage(tx, review_id, stage)
    record_id = (await records.survivors(tx, review_id, [record]))[record]
    entry = (await entries.entries(tx, review_id, stage, [record_id])).get(record_id)
    if entry is None:
        raise NotInStage(f"Record '{record_id}' is not in stage '{stage}'.", record=record_id)
    verdict, reason, theories = as_words(entry.verdict)
    shown_to = entry.round - (entry.standing in ("open", "conflict"))
    lines = [
        {"at": line.at, "person": line.person, "what": line.what, "said": _shown(line)}
        for line in await entries.history(tx, review_id, stage, record_id)
        if not line.blind or line.person == person or int(line.said.get("round", 0)) <= shown_to
    ]
    return {
        "record": record_id,
        "stage": stage,
        "state": state_of(entry) if entry.active else "absent",
        "verdict": verdict,
        "reason": reason,
        "theories": list(theories),
        "how": entry.how,
        "criteria_version": entry.criteria_version,
        "theory_versions": [list(pair) for pair in entry.theory_versions],
        "history": lines,
    }


def _shown(line: Any) -> dict[str, Any]:
    """What a line says; of a merge or split how the record stood, not what it was waiting for."""
    said: dict[str, Any] = line.said
    return {name: said[name] for name in _STOOD if name in said} if "standing" in said else said


_STOOD = ("record_id", "standing", "verdict", "reason", "theories", "how", "criteria_version")
