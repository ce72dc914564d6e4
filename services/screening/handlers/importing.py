"""Decisions made elsewhere are brought in: matched to records, and taken as independent votes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.screening.domain.elsewhere import DecisionElsewhere
from services.screening.domain.votes import first_reason, verdict_from
from services.screening.handlers.deciding import decide
from services.screening.handlers.decisions import Decided, Decision
from services.screening.handlers.known import known_stage
from services.screening.store import records, reviews
from shared.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to: answers per decision, and lines that match no record."""

    results: Sequence[Decided]
    unmatched: Sequence[DecisionElsewhere]
    unknown_reasons: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An export and how to read it: whose the nameless decisions are, and who is who."""

    tool: str
    decisions: Sequence[DecisionElsewhere]
    person: str
    people: Mapping[str, str]
    decided_at: datetime | None = None


async def import_decisions(review_id: str, stage: str, wanted: Import, tx: Tx) -> Imported:
    """Take every decision whose record is found by DOI, PubMed id or title.

    A reason that is no criterion of the stage is kept in the note. The same
    import again changes nothing.
    """
    await known_stage(tx, review_id, stage)
    criteria = await reviews.criteria(tx, review_id, stage)
    by_text = {c.text.lower(): c.criterion_id for c in criteria.criteria}
    reasons = by_text | {c.criterion_id.lower(): c.criterion_id for c in criteria.criteria}
    found = await _matches(tx, review_id, wanted.decisions)
    decisions: list[Decision] = []
    unknown: set[str] = set()
    for one in wanted.decisions:
        record = found.get(one.line)
        if record is None:
            continue
        reason = _criterion(one.reason, reasons, criteria.ids)
        if one.reason and reason is None:
            unknown.add(one.reason)
        decisions.append(_decision(wanted, one, record, reason, tx.now()))
    results = await decide(review_id, stage, decisions, tx, lines=True) if decisions else []
    return Imported(
        results=results,
        unmatched=[d for d in wanted.decisions if d.line not in found],
        unknown_reasons=sorted(unknown),
    )


def _criterion(said: str, reasons: Mapping[str, str], order: Sequence[str]) -> str | None:
    """The criterion that a reason names; of several reasons, the one that the stage lists first."""
    parts = [said, *re.split(r"[,;|]", said)]
    named = [reasons[p.strip().lower()] for p in parts if p.strip().lower() in reasons]
    return first_reason(named, order)


def _decision(
    wanted: Import, one: DecisionElsewhere, record: str, reason: str | None, now: datetime
) -> Decision:
    note = one.note if reason or not one.reason else f"{one.reason}. {one.note}".strip()
    return Decision(
        record=record,
        person=wanted.people.get(one.person, one.person) or wanted.person,
        verdict=verdict_from(one.verdict, reason, []),
        note=note,
        decided_at=wanted.decided_at or now,
        source=wanted.tool,
    )


async def _matches(
    tx: Tx, review_id: str, decisions: Sequence[DecisionElsewhere]
) -> dict[int, str]:
    """`line → record`: by DOI, else PubMed id, else title."""
    found: dict[int, str] = {}
    for column in ("doi", "pmid", "title"):
        keys = {d.line: str(getattr(d, column)).lower() for d in decisions if d.line not in found}
        values = sorted({key for key in keys.values() if key})
        hits = await records.matching(tx, review_id, column, values)
        found |= {line: hits[key] for line, key in keys.items() if key in hits}
    return found
