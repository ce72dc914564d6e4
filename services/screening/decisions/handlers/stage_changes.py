"""A changed stage, chunk by chunk: what it holds, and how many people judge each record.

A chunk reads what the review says now, so that it may be repeated, and a change that comes
while the chunks of an earlier one are still being done is never undone by them. The first
chunk is done with the change; a job does the rest, each chunk in its own transaction.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.screening.decisions.domain.entries import Entry, new_entry
from services.screening.decisions.handlers.known import lock_records
from services.screening.decisions.handlers.settle import feed
from services.screening.decisions.store import counts, entries, records
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.workbench import Stage

JOB = "follow_stage_change"
MEMBERSHIP, POLICY = "membership", "policy"
CHUNK = 500


async def follow_change(tx: Tx, review_id: str, stage: str, what: str) -> None:
    """Let the stage's first records follow its change now, and the others by a job."""
    after = await next_chunk(tx, review_id, stage, what, "")
    if after is not None:
        payload = {"review_id": review_id, "stage": stage, "what": what, "after": after}
        await tx.enqueue(JOB, key=f"{review_id}/{stage}/{what}", payload=payload)


async def next_chunk(tx: Tx, review_id: str, stage: str, what: str, after: str) -> str | None:
    """Let the records after `after` follow; the last of them, or None when there are no more."""
    review = await reviews.review(tx, review_id)
    found = review.graph.by_name.get(stage) if review is not None else None
    if review is None or found is None:
        return None
    ids = await records.ids_after(tx, review_id, after, CHUNK)
    if ids:
        await (_follow_policy if what == POLICY else _follow_source)(tx, review, found, ids)
    return ids[-1] if len(ids) == CHUNK else None


async def _follow_source(tx: Tx, review: Review, stage: Stage, ids: Sequence[str]) -> None:
    """The stage holds of these records what feeds it lets through, and no other."""
    for name in (stage.source, stage.name):
        if name is not None:
            await lock_records(tx, review.review_id, name, ids)
    wanted = await _let_through(tx, review, stage, ids)
    found = await entries.entries(tx, review.review_id, stage.name, ids)
    there = {record_id for record_id, entry in found.items() if entry.active}
    reason = f"stage {stage.name} is fed from {stage.source or 'the library'} now"
    await feed(tx, review, stage, sorted(wanted - there), sorted(there - wanted), reason)


async def _let_through(tx: Tx, review: Review, stage: Stage, ids: Sequence[str]) -> set[str]:
    if stage.source is None:
        removed = await records.standing_of(tx, review.review_id, ids)
        stands = await records.survivors(tx, review.review_id, ids)
        return {r for r in ids if not removed.get(r, True) and stands[r] == r}
    fed = await entries.entries(tx, review.review_id, stage.source, ids)
    return {r for r, e in fed.items() if e.active and e.standing == "settled" and e.includes}


async def _follow_policy(tx: Tx, review: Review, stage: Stage, ids: Sequence[str]) -> None:
    """Records without any vote need as many judges as the policy now says.

    Pairs that are begun are finished. Where two had to judge a record and one
    suffices now, its first vote tells: how many may hold a record would tell
    whether it has a vote.
    """
    review_id = review.review_id
    await lock_records(tx, review_id, stage.name, ids)
    voted = set(await counts.votes_of_open(tx, review_id, stage.name))
    changed: list[Entry] = []
    for entry in _waiting(await entries.entries(tx, review_id, stage.name, ids)):
        needed = new_entry(stage, entry.record_id, review.seed).needed
        needed = 0 if needed == 1 and entry.needed != 1 else needed
        if entry.record_id not in voted and entry.needed != needed:
            changed.append(replace(entry, needed=needed))
    await entries.save_entries(tx, review_id, changed)


def _waiting(found: dict[str, Entry]) -> list[Entry]:
    return [e for e in found.values() if e.active and e.standing in ("open", "maybe")]
