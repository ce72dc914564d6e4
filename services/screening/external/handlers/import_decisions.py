"""Decisions made elsewhere are brought in: matched to records, and taken as independent votes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.screening.decisions.domain.votes import first_reason, verdict_from
from services.screening.decisions.handlers.decide import decide
from services.screening.decisions.handlers.decisions import Decided, Decision
from services.screening.decisions.handlers.known import known_stage
from services.screening.decisions.handlers.vote_checks import not_on_the_team
from services.screening.decisions.store import records
from services.screening.external.domain.external_decisions import ExternalDecision
from services.screening.external.domain.matching import LibraryRecord, Matches, match_lines
from services.screening.stages.store import reviews
from shared.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to: answers per decision, and what in it nobody here knows.

    `several`: lines without a match since more than one record fits.
    """

    results: Sequence[Decided]
    unmatched: Sequence[ExternalDecision]
    several: frozenset[int]
    unknown_reasons: Sequence[str]
    unknown_people: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An export and how to read it: whose the nameless decisions are, and who is who."""

    tool: str
    decisions: Sequence[ExternalDecision]
    person: str
    people: Mapping[str, str]
    decided_at: datetime | None = None
    recorded_by: str | None = None
    vouched: bool = False


async def import_decisions(review_id: str, stage: str, wanted: Import, tx: Tx) -> Imported:
    """Take every decision whose record is found by DOI, PubMed id or title.

    A reason that is no criterion of the stage is kept in the note. The same
    import again changes nothing.
    """
    await known_stage(tx, review_id, stage)
    criteria = await reviews.criteria(tx, review_id, stage)
    by_text = {c.text.lower(): c.criterion_id for c in criteria.criteria}
    reasons = by_text | {c.criterion_id.lower(): c.criterion_id for c in criteria.criteria}
    matches = await _matches(tx, review_id, wanted.decisions)
    found = matches.found
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
    strangers = await _strangers(tx, review_id, decisions)
    return Imported(
        results=await _taken(tx, review_id, stage, decisions, strangers),
        unmatched=[d for d in wanted.decisions if d.line not in found],
        several=matches.several,
        unknown_reasons=sorted(unknown),
        unknown_people=strangers,
    )


async def _taken(
    tx: Tx, review_id: str, stage: str, decisions: Sequence[Decision], strangers: Sequence[str]
) -> list[Decided]:
    """What became of each decision; those of people who never joined are refused by line."""
    refused = [d.unseen and d.person in strangers for d in decisions]
    taken = [d for d, no in zip(decisions, refused, strict=True) if not no]
    done = iter(await decide(review_id, stage, taken, tx, lines=True) if taken else ())
    return [
        Decided(record=d.record, state="absent", changed=False, refused=not_on_the_team(d.person))
        if no
        else next(done)
        for d, no in zip(decisions, refused, strict=True)
    ]


def _criterion(said: str, reasons: Mapping[str, str], order: Sequence[str]) -> str | None:
    """The criterion that a reason names; of several reasons, the one that the stage lists first."""
    parts = [said, *re.split(r"[,;|]", said)]
    named = [reasons[p.strip().lower()] for p in parts if p.strip().lower() in reasons]
    return first_reason(named, order)


def _decision(
    wanted: Import, one: ExternalDecision, record: str, reason: str | None, now: datetime
) -> Decision:
    person = wanted.people.get(one.person, one.person) or wanted.person
    note = one.note if reason or not one.reason else f"{one.reason}. {one.note}".strip()
    return Decision(
        record=record,
        person=person,
        verdict=verdict_from(one.verdict, reason, []),
        note=note,
        decided_at=wanted.decided_at or one.decided_at or now,
        source=wanted.tool,
        recorded_by=None if person == wanted.recorded_by else wanted.recorded_by,
        vouched=wanted.vouched,
    )


async def _matches(tx: Tx, review_id: str, decisions: Sequence[ExternalDecision]) -> Matches:
    """Lines and the records that they are about; nothing that was taken out of the library."""
    rows = await records.identities(tx, review_id)
    stands = await records.survivors(tx, review_id, [row.record_id for row in rows])
    library = [
        LibraryRecord(
            counts_as=stands[row.record_id], title=row.title, doi=row.doi or "", pmid=row.pmid or ""
        )
        for row in rows
    ]
    return match_lines(decisions, library)


async def _strangers(tx: Tx, review_id: str, decisions: Sequence[Decision]) -> list[str]:
    """Who decided and never was on the team: a name that was written otherwise, most likely."""
    team = {member.person for member in await reviews.members(tx, review_id)}
    return sorted({d.person for d in decisions} - team)
