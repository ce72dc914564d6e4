"""From requests to commands, and from rows to answers."""

from typing import Any

from services.screening.decisions.domain.criteria_verdict import verdict_of_criteria
from services.screening.decisions.domain.votes import Verdict, verdict_from
from services.screening.decisions.handlers.decisions import Decided, Decision
from services.screening.decisions.handlers.known import known_stage
from services.screening.decisions.handlers.vote_checks import check_ticked
from services.screening.decisions.schemas.models import (
    ChangeIn,
    CriterionIn,
    DecidedOut,
    DecisionIn,
    OfferOut,
    QueueItem,
    SettlementOut,
    VoteOut,
)
from services.screening.decisions.store.rows import CastVote
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import CriteriaVersion
from shared.db import Tx
from shared.http.auth import Principal
from shared.text import clean

VOTERS = ("reviewer", "resolver")


async def decisions_of(
    tx: Tx, review_id: str, stage: str, wanted: list[DecisionIn], principal: Principal
) -> list[Decision]:
    """The commands that a request body amounts to, with the rights of whoever sent it.

    Only an owner says when a decision was made: one from elsewhere meets what stands.
    """
    if any(one.decided_at is not None for one in wanted):
        principal.require(review_id)
    return [
        Decision(
            record=one.record,
            person=principal.acting_for(review_id, one.person),
            verdict=await _verdict(tx, review_id, stage, one),
            note=clean(one.note),
            decided_at=one.decided_at,
            criteria_version=one.criteria_version,
            for_another=one.person is not None and principal.has(review_id),
            recorded_by=_recorder(principal, one.person),
            vouched=principal.everywhere,
        )
        for one in wanted
    ]


async def _verdict(tx: Tx, review_id: str, stage: str, one: DecisionIn) -> Verdict:
    if one.verdict is not None:
        return verdict_from(one.verdict, one.reason, one.theories)
    _, found = await known_stage(tx, review_id, stage)
    criteria = await reviews.criteria(tx, review_id, stage)
    met = one.met or {}
    check_ticked(met, criteria.ids, stage)
    return verdict_of_criteria(met, criteria.criteria, found.policy.inclusion)


def change_of(record: str, change: ChangeIn, person: str, principal: Principal) -> Decision:
    """The command of a single verdict on the record that the path names."""
    verdict = verdict_from(change.verdict, change.reason, change.theories)
    return Decision(
        record=record,
        person=person,
        verdict=verdict,
        note=clean(change.note),
        recorded_by=_recorder(principal, person),
        vouched=principal.everywhere,
    )


def _recorder(principal: Principal, person: str | None) -> str | None:
    return None if person in (None, principal.person_id) else principal.person_id


def decided_out(decided: Decided) -> DecidedOut:
    """A line of the answer."""
    return DecidedOut(
        record=decided.record,
        state=decided.state,
        changed=decided.changed,
        refused=decided.refused.document() if decided.refused is not None else None,
    )


def criteria_out(found: CriteriaVersion) -> list[CriterionIn]:
    """The criteria of a version."""
    return [
        CriterionIn.model_validate({"id": c.criterion_id, "text": c.text, "kind": c.kind})
        for c in found.criteria
    ]


def queue_item(row: Any) -> QueueItem:
    """A row of the queue."""
    return QueueItem(
        record=row.record_id,
        title=row.title,
        abstract=row.abstract,
        keywords=row.keywords,
        authors=row.authors,
        year=row.year,
        journal=row.journal,
        doi=row.doi,
        pmid=row.pmid,
        label=row.label,
        flags=row.flags,
        score=row.score,
        why=row.why,
        postponed=bool(row.later),
    )


def vote_out(row: Any) -> VoteOut:
    """A vote from its row."""
    return VoteOut(
        record=row.record_id,
        stage=row.stage,
        person=row.person,
        round=row.round,
        verdict=row.verdict,
        reason=row.reason,
        theories=row.theories,
        note=row.note,
        decided_at=row.decided_at,
        criteria_version=row.criteria_version,
        source=row.source,
        recorded_by=row.recorded_by,
        title=getattr(row, "title", None) or "",
        label=getattr(row, "label", None) or "",
    )


def cast_out(vote: CastVote) -> VoteOut:
    """A vote from its value."""
    from services.screening.decisions.domain.entries import as_words

    verdict, reason, theories = as_words(vote.verdict)
    return VoteOut(
        record=vote.record_id,
        stage=vote.stage,
        person=vote.person,
        round=vote.round,
        verdict=verdict,
        reason=reason,
        theories=list(theories),
        note=vote.note,
        decided_at=vote.decided_at,
        criteria_version=vote.criteria_version,
        source=vote.source,
        recorded_by=vote.recorded_by,
    )


def settlement_out(row: Any, resolution: Any) -> SettlementOut:
    """A settlement from its row, and the line of the history that resolved it, if any did."""
    return SettlementOut(
        record=row.record_id,
        title=row.title,
        year=row.year,
        label=row.label,
        verdict=row.verdict,
        reason=row.reason,
        theories=row.theories,
        how=row.how,
        round=row.round,
        criteria_version=row.criteria_version,
        theory_versions=row.theory_versions,
        settled_at=row.settled_at,
        person=resolution.person if resolution is not None else None,
        note=resolution.said["note"] if resolution is not None else None,
        recorded_by=resolution.said.get("recorded_by") if resolution is not None else None,
    )


def offer_out(row: Any) -> OfferOut:
    """An excluded record that is offered again."""
    return OfferOut(
        record=row.record_id,
        title=row.title,
        abstract=row.abstract,
        cause=row.cause,
        words=row.words,
        offered_at=row.offered_at,
        excluded_for=row.reason,
        criteria_version=row.criteria_version,
        theory_versions=row.theory_versions,
    )
