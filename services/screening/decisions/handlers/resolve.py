"""Conflicts are resolved, settlements overturned or reopened: by a person, with a reason."""

from services.screening.decisions.domain.entries import Entry, as_words, overturn, reopen
from services.screening.decisions.domain.votes import Verdict, may_resolve
from services.screening.decisions.handlers import problems
from services.screening.decisions.handlers.decision_batch import DecisionBatch, open_batch
from services.screening.decisions.handlers.decisions import Decided, Decision
from services.screening.decisions.handlers.settle import settle_entries
from services.screening.decisions.handlers.vote_checks import (
    ask_why,
    check_people,
    refusal,
    resolved,
    state_of,
)
from services.screening.decisions.store import entries, records
from services.screening.decisions.store.rows import CastVote
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.workbench import Stage


async def resolve_conflict(
    review_id: str, stage: str, decision: Decision, tx: Tx, *, owner: bool = False
) -> Decided:
    """Settle a conflict. The same resolution again changes nothing.

    `owner`: the person owns the review even if workbench lists no such member.
    """
    await check_people(tx, review_id, [decision])
    batch = await open_batch(tx, review_id, stage, [decision.record])
    record_id = batch.survivors[decision.record]
    entry = batch.entries.get(record_id)
    if entry is None or not entry.active:
        raise problems.NotInStage(f"Record '{record_id}' is not in stage '{stage}'.")
    if entry.how == "resolution" and entry.verdict == decision.verdict:
        return Decided(record=decision.record, state=state_of(entry), changed=False)
    if entry.standing != "conflict":
        raise problems.NoConflict(
            f"This record is {state_of(entry)}, not in conflict; to judge a settled record "
            "again, reopen its settlement and say why.",
            record=record_id,
        )
    voters = [v.person for v in await conflicting_votes(tx, review_id, entry)]
    if not await may(tx, batch.review, batch.stage, decision.person, voters, owner=owner):
        raise problems.NotYoursToResolve(
            f"'{decision.person}' may not resolve record '{record_id}': "
            "a resolver who did not vote on it does.",
            record=record_id,
        )
    _check(batch, decision)
    await _overturn(batch, entry, decision, resolved(entry, decision.verdict, batch.basis))
    return Decided(record=decision.record, state=state_of(batch.entries[record_id]))


async def may(
    tx: Tx, review: Review, stage: Stage, person: str, voters: list[str], *, owner: bool
) -> bool:
    """Whether the person may see and resolve a conflict between these voters."""
    team = await reviews.members(tx, review.review_id)
    able = {m.person for m in team if m.present and set(m.roles) & {"resolver", "owner"}}
    present = [m.person for m in team if m.present] + [person]
    if owner:
        able.add(person)
    return may_resolve(person, voters, present, able, stage.policy.resolution)


async def conflicting_votes(tx: Tx, review_id: str, entry: Entry) -> list[CastVote]:
    """The votes that differ: of the entry's round, and those that settled records merged in it."""
    found = await entries.votes(tx, review_id, entry.stage, [entry.record_id])
    votes = [v for v in found.get(entry.record_id, []) if v.round == entry.round]
    merges = await records.absorbed_into(tx, review_id, entry.record_id)
    twins = await entries.entries(tx, review_id, entry.stage, merges)
    for record_id, twin in twins.items():
        at = merges[record_id].get("rounds", {}).get(entry.stage, entry.round)
        if at == entry.round and twin.standing != "open":
            votes += await conflicting_votes(tx, review_id, twin)
    return votes


async def overturn_settlement(review_id: str, stage: str, decision: Decision, tx: Tx) -> Decided:
    """Give a record the team's verdict directly, whatever was voted (`how` resolution).

    The same verdict again changes nothing.
    """
    await check_people(tx, review_id, [decision])
    batch = await open_batch(tx, review_id, stage, [decision.record])
    record_id = batch.survivors[decision.record]
    entry = batch.entries.get(record_id)
    if entry is None or not entry.active:
        raise problems.NotInStage(f"Record '{record_id}' is not in stage '{stage}'.")
    if entry.stands and entry.verdict == decision.verdict:
        return Decided(record=decision.record, state=state_of(entry), changed=False)
    _check(batch, decision)
    await _overturn(batch, entry, decision, overturn(entry, decision.verdict, batch.basis))
    return Decided(record=decision.record, state=state_of(batch.entries[record_id]))


async def reopen_settlement(
    review_id: str, stage: str, record: str, person: str, reason: str, tx: Tx
) -> Decided:
    """Let a settled record wait again. Reopening what is open changes nothing."""
    batch = await open_batch(tx, review_id, stage, [record])
    record_id = batch.survivors[record]
    entry = batch.entries.get(record_id)
    if entry is None or not entry.active:
        raise problems.NotInStage(f"Record '{record_id}' is not in stage '{stage}'.")
    if entry.standing == "open":
        return Decided(record=record, state="waiting", changed=False)
    if entry.standing == "conflict":
        raise refusal("conflict", entry, person)
    line = {
        "record_id": record_id, "person": person, "what": "reopened",
        "said": {"reason": reason}, "blind": False,
    }  # fmt: skip
    await entries.note(tx, review_id, stage, [line])
    await records.close_offers(tx, review_id, stage, [record_id])
    before = {record_id: entry}
    await settle_entries(tx, batch.review, stage, before, [reopen(entry)], reason)
    return Decided(record=record, state="waiting")


def _check(batch: DecisionBatch, decision: Decision) -> None:
    """A verdict of the team has a written reason, and excludes for a criterion that there is."""
    batch.check_reason(decision)
    ask_why(decision.record, decision.note)


async def _overturn(batch: DecisionBatch, entry: Entry, decision: Decision, after: Entry) -> None:
    said = _words(decision.verdict) | {"note": decision.note, "by": decision.person}
    if decision.recorded_by:
        said["recorded_by"] = decision.recorded_by
    line = {
        "record_id": entry.record_id, "person": decision.person, "what": "resolution",
        "said": said, "blind": False,
    }  # fmt: skip
    tx, review_id = batch.tx, batch.review.review_id
    await entries.note(tx, review_id, entry.stage, [line])
    await records.close_offers(tx, review_id, entry.stage, [entry.record_id])
    batch.entries[entry.record_id] = after
    await settle_entries(tx, batch.review, entry.stage, {entry.record_id: entry}, [after])


def _words(verdict: Verdict) -> dict[str, object]:
    name, reason, theories = as_words(verdict)
    return {"verdict": name, "reason": reason, "theories": list(theories)}
