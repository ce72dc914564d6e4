"""Records come, change, go and turn out to be one and the same."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from services.screening.domain.entries import Entry, merged
from services.screening.handlers.known import follow, lock_records
from services.screening.handlers.settling import feed, settle_entries
from services.screening.store import entries as store
from services.screening.store import records, reviews
from services.screening.store.reviews import Review
from services.screening.store.rows import entry_for_history, entry_from_history
from shared.db import Tx
from shared.events.base import Received
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RecordState,
)

State = tuple[RecordState, int]
_JUDGED = ("vote", "resolution", "reopened")


async def on_records_added(added: Sequence[Received[RecordAdded]], tx: Tx) -> None:
    """New records enter the stages that the library feeds."""
    await _keep(tx, added, lambda e: [(e.event.record, e.subject_version)])


async def on_records_amended(amended: Sequence[Received[RecordAmended]], tx: Tx) -> None:
    """A record's text changed, or every import that brought it was reversed."""
    await _keep(tx, amended, lambda e: [(e.event.record, e.subject_version)])


async def on_records_flagged(flagged: Sequence[Received[RecordFlagged]], tx: Tx) -> None:
    """A retraction or the like is shown with the record; it decides nothing."""
    await _keep(tx, flagged, lambda e: [(e.event.record, e.subject_version)])


async def _keep(
    tx: Tx, received: Sequence[Received[Any]], states: Callable[[Received[Any]], list[State]]
) -> None:
    """Keep the states, per review, and let the records into or out of the stages."""
    by_review: dict[str, list[State]] = defaultdict(list)
    for one in received:
        by_review[one.review_id] += states(one)
    for review_id, listed in by_review.items():
        await records.keep_records(tx, review_id, listed)
        review = await reviews.review(tx, review_id)
        if review is not None:
            await admit(tx, review, [state.record_id for state, _ in listed])


async def admit(tx: Tx, review: Review, record_ids: Iterable[str]) -> None:
    """Let records into the first stages; those that were removed again leave every stage."""
    ids = list(dict.fromkeys(record_ids))
    removed = await records.standing_of(tx, review.review_id, ids)
    absorbed = await store.survivors(tx, review.review_id, ids)
    on = [r for r in ids if not removed.get(r, True) and absorbed[r] == r]
    off = [r for r in ids if removed.get(r, False)]
    for stage in review.graph.fed_by(None):
        await feed(tx, review, stage, on, off, "the record was removed from the library")
        await follow(tx, review.review_id, stage.name)


async def on_records_merged(received: Sequence[Received[RecordMerged]], tx: Tx) -> None:
    """Two records are one: the absorbed one's entries count for the survivor.

    Nothing is re-keyed: the absorbed entries rest, and return when the merge
    is undone. Settled differently at a stage, the survivor is in conflict there.
    """
    for one in received:
        event, review_id = one.event, one.review_id
        await records.keep_records(tx, review_id, [(event.record, one.subject_version)])
        alias = await records.alias(tx, review_id, event.absorbed)
        if alias is not None and alias.version >= one.subject_version:
            continue
        await _merge(tx, review_id, event.record.record_id, event.absorbed, one.subject_version)


async def _merge(tx: Tx, review_id: str, survivor: str, absorbed: str, version: int) -> None:
    review = await reviews.review(tx, review_id)
    restore: dict[str, list[str]] = {"stages": []}
    if review is not None:
        await admit(tx, review, [survivor])
        for stage in review.graph.stages:
            await lock_records(tx, review_id, stage.name, [survivor, absorbed])
            both = await store.entries(tx, review_id, stage.name, [survivor, absorbed])
            gone = both.get(absorbed)
            if gone is None or not gone.active:
                continue
            restore["stages"].append(stage.name)
            if survivor not in both:
                await feed(tx, review, stage, [survivor])
                both |= await store.entries(tx, review_id, stage.name, [survivor])
            await _join(tx, review, stage.name, both[survivor], gone)
    await records.keep_alias(
        tx, review_id, absorbed, survivor, version, merged=True, restore=restore
    )


async def _join(tx: Tx, review: Review, stage: str, survivor: Entry, absorbed: Entry) -> None:
    """Rest the absorbed entry and let the survivor's answer for both."""
    before = {survivor.record_id: survivor, absorbed.record_id: absorbed}
    after = [merged(survivor, absorbed), replace(absorbed, active=False)]
    await _note(tx, review.review_id, stage, survivor, f"absorbed {absorbed.record_id}")
    await settle_entries(
        tx, review, stage, before, after, f"merged into record {survivor.record_id}"
    )


async def on_records_split(split: Sequence[Received[RecordSplit]], tx: Tx) -> None:
    """A merge was undone: each record gets its own standing back."""
    for one in split:
        event, review_id = one.event, one.review_id
        states = [(event.record, one.subject_version), (event.restored, one.subject_version)]
        await records.keep_records(tx, review_id, states)
        absorbed, survivor = event.restored.record_id, event.record.record_id
        alias = await records.alias(tx, review_id, absorbed)
        if alias is not None and alias.version >= one.subject_version:
            continue
        await records.keep_alias(
            tx, review_id, absorbed, survivor, one.subject_version, merged=False, restore={}
        )
        review = await reviews.review(tx, review_id)
        if review is not None:
            stages = alias.restore.get("stages", []) if alias is not None else []
            await _part(tx, review, stages, survivor, absorbed)
            await admit(tx, review, [absorbed, survivor])


async def _part(
    tx: Tx, review: Review, stages: Sequence[str], survivor: str, absorbed: str
) -> None:
    """Wake the absorbed entries; the survivor stands as it did before the merge."""
    for stage in (s.name for s in review.graph.stages if s.name in stages):
        await lock_records(tx, review.review_id, stage, [survivor, absorbed])
        both = await store.entries(tx, review.review_id, stage, [survivor, absorbed])
        after = [replace(both[absorbed], active=True)] if absorbed in both else []
        if survivor in both:
            now = both[survivor]
            await _note(tx, review.review_id, stage, now, f"parted from {absorbed}")
            own = await _own(tx, review.review_id, now)
            after.append(replace(own, active=now.active, place=now.place))
        await settle_entries(tx, review, stage, both, after, f"parted from record {absorbed}")


async def _own(tx: Tx, review_id: str, now: Entry) -> Entry:
    """The survivor's entry as it stood before its first merge, joined with those still absorbed.

    What was open before and judged since keeps the judgement.
    """
    own, merges = now, 0
    for line in await store.history(tx, review_id, now.stage, now.record_id):
        if line.what.startswith("absorbed "):
            own = own if merges else entry_from_history(line.said)
            merges += 1
        elif line.what.startswith("parted "):
            merges -= 1
        elif line.what in _JUDGED and own.standing == "open":
            own = now
    still = await records.absorbed_by(tx, review_id, now.record_id)
    for other in (await store.entries(tx, review_id, now.stage, still)).values():
        own = merged(own, replace(other, active=True))
    return own


async def _note(tx: Tx, review_id: str, stage: str, entry: Entry, what: str) -> None:
    """Note a merge or split, with the entry as it stood before, so that it can come back."""
    line = {
        "record_id": entry.record_id, "person": None, "what": what,
        "said": entry_for_history(review_id, entry), "blind": False,
    }  # fmt: skip
    await store.note(tx, review_id, stage, [line])
