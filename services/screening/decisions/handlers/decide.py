"""People decide: they vote, change a vote while that is still blind, and take one back."""

from collections.abc import Sequence

from services.screening.decisions.domain.entries import as_words, reopen
from services.screening.decisions.handlers import problems
from services.screening.decisions.handlers.decision_batch import DecisionBatch, open_batch
from services.screening.decisions.handlers.decisions import Decided, Decision
from services.screening.decisions.handlers.settle import settle_entries
from services.screening.decisions.handlers.vote_checks import answer, check_people, state_of
from services.screening.decisions.store import entries
from services.screening.decisions.store.rows import CastVote
from shared.db import Tx


async def decide(
    review_id: str, stage: str, decisions: Sequence[Decision], tx: Tx, *, lines: bool = False
) -> list[Decided]:
    """Take a batch of decisions, in their order, and settle what they settle.

    A single decision that cannot be taken is a problem of the whole request; in
    a longer batch (or with `lines`) its line says so and the others are taken. A record that
    no event has told screening of refuses the whole batch (`NotKnownYet`).
    """
    await check_people(tx, review_id, decisions)
    batch = await open_batch(tx, review_id, stage, [d.record for d in decisions])
    results = [answer(decision, batch.take(decision)) for decision in decisions]
    if not lines and len(results) == 1 and results[0].refused is not None:
        raise results[0].refused
    await batch.save()
    return results


async def change_vote(review_id: str, stage: str, decision: Decision, tx: Tx) -> Decided:
    """Change one's vote, which is possible until the other vote exists."""
    batch = await open_batch(tx, review_id, stage, [decision.record])
    result = batch.take(decision, changing=True)
    if result.refused is not None:
        raise result.refused
    await batch.save()
    return result


async def take_back_vote(review_id: str, stage: str, record: str, person: str, tx: Tx) -> Decided:
    """Undo: take back a vote that waits for another, or one that alone settled the record.

    Raises `NothingToUndo` once others' votes have made the verdict.
    """
    batch = await open_batch(tx, review_id, stage, [record])
    record_id = batch.survivors[record]
    entry = batch.entries.get(record_id)
    own = [v for v in batch.votes.get(record_id, []) if v.person == person]
    if entry is None or not own:
        raise problems.NothingToUndo(f"'{person}' has no vote on record '{record}' here.")
    last = max(own, key=lambda v: v.round)
    waits = last.round == entry.voting_round and entry.standing in ("open", "maybe")
    alone = entry.standing != "open" and entry.how == "single" and last.round == entry.round
    if not (waits or alone):
        raise problems.NothingToUndo(
            f"Record '{record}' was settled by more than your vote; reopen it with a reason.",
            record=record,
        )
    await _forget(batch, last)
    after = entry if waits else reopen(entry)
    reason = "taken back by its voter"
    await settle_entries(tx, batch.review, stage, {record_id: entry}, [after], reason)
    return Decided(record=record, state=state_of(after))


async def _forget(batch: DecisionBatch, vote: CastVote) -> None:
    tx, review_id = batch.tx, batch.review.review_id
    await entries.drop_vote(tx, review_id, vote)
    said = {"verdict": as_words(vote.verdict)[0], "round": vote.round}
    line = {
        "record_id": vote.record_id, "person": vote.person, "what": "vote taken back",
        "said": said, "blind": True,
    }  # fmt: skip
    await entries.note(tx, review_id, vote.stage, [line])
