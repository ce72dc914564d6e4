"""Two records turn out to be one, and come apart again: entries and holds follow.

Votes that wait for others stay with the record on which they were cast, and rest with it:
if they followed, who merges two records could read how others voted on one of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.screening.decisions.domain.entries import Entry, merged, new_entry
from services.screening.decisions.handlers.known import lock_records
from services.screening.decisions.handlers.records import admit
from services.screening.decisions.handlers.settle import settle_entries
from services.screening.decisions.store import entries, records
from services.screening.decisions.store.rows import entry_from_history
from services.screening.merges.domain import independent_runs
from services.screening.merges.handlers import holds
from services.screening.merges.handlers.merge_batch import merge_plain, survivor_and_absorbed
from services.screening.merges.handlers.merge_pair import MergePair, as_the_policy_says, merge_line
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.base import Received
from shared.events.search import RecordMerged, RecordSplit
from shared.projections.records import alias_of, record_states

_JUDGED = ("vote", "resolution", "reopened")


async def on_records_merged(received: Sequence[Received[RecordMerged]], tx: Tx) -> None:
    """Two records are one: what the team settled on the absorbed one counts for the survivor.

    Nothing is re-keyed: the absorbed entries and their votes rest, and return
    when the merge is undone. Settled differently at a stage, the survivor is in
    conflict there. Open votes count for nothing but their own record.
    """
    by_review: dict[str, list[Received[RecordMerged]]] = {}
    for one in received:
        by_review.setdefault(one.review_id, []).append(one)
    for review_id, merges in by_review.items():
        await records.hold_sums(tx, review_id)
        review = await reviews.review(tx, review_id)
        for run in independent_runs(merges, survivor_and_absorbed):
            for one in await merge_plain(tx, review, run):
                await merge_one(tx, review, one)


async def merge_one(tx: Tx, review: Review | None, one: Received[RecordMerged]) -> None:
    """One merge, whatever it brings about."""
    await records.keep_records(tx, one.review_id, record_states(one))
    before = await records.alias(tx, one.review_id, one.event.absorbed)
    with tx.caused_by(one):
        if before is None or before.version < alias_of(one).version:
            await _merge(tx, review, one, before)
        if review is not None:
            await admit(tx, review, [one.event.record.record_id])


async def _merge(tx: Tx, review: Review | None, one: Received[RecordMerged], before: Any) -> None:
    """Let the survivor answer for the absorbed record, which may have counted as another."""
    survivor, absorbed = one.event.record.record_id, one.event.absorbed
    if before is not None and before.merged and before.survivor == survivor:
        await records.keep_alias(tx, one, before.restore)
        return
    if review is not None and before is not None and before.merged:
        await records.stand_alone(tx, one.review_id, absorbed)
        await _part_all(tx, review, before, absorbed)
    restore: dict[str, Any] = {"stages": [], "rounds": {}}
    if review is not None:
        await _join_all(tx, review, survivor, absorbed, restore)
    await records.keep_alias(tx, one, restore)


async def _join_all(
    tx: Tx, review: Review, survivor: str, absorbed: str, restore: dict[str, Any]
) -> None:
    await admit(tx, review, [survivor])
    for stage in review.graph.stages:
        await lock_records(tx, review.review_id, stage.name, [survivor, absorbed])
    gone = {e.stage: e for e in await entries.entries_of_record(tx, review.review_id, absorbed)}
    above = await records.survivors_above(tx, review.review_id, survivor)
    for stage in review.graph.stages:
        place = MergePair(tx=tx, review=review, stage=stage)
        if stage.name in gone and gone[stage.name].active:
            await _join(place, survivor, gone[stage.name], restore)
        await holds.follow_merge(place, [survivor, *above], absorbed)


async def _join(place: MergePair, survivor: str, absorbed: Entry, restore: dict[str, Any]) -> None:
    """Rest the absorbed entry and let the survivor's answer for both.

    A stage that feeds this one may have put the absorbed record out already,
    and may not let the survivor in (yet): it answers for both once it does.
    """
    before = await entries.entries(*place.at, [survivor, absorbed.record_id])
    if survivor not in before:
        fresh = replace(new_entry(place.stage, survivor, place.review.seed), active=False)
        await entries.add_entries(place.tx, place.review.review_id, [fresh])
        before[survivor] = fresh
    now = before[survivor]
    await _note(place, now, f"absorbed {absorbed.record_id}")
    waiting = replace(now, active=True) if now.standing == "open" else now
    entry = merged(waiting, absorbed)
    after = [replace(entry, active=now.active), replace(absorbed, active=False)]
    restore["stages"].append(place.stage.name)
    restore["rounds"][place.stage.name] = entry.round
    reason = f"merged into record {survivor}"
    await settle_entries(place.tx, place.review, place.stage.name, before, after, reason)


async def on_records_split(split: Sequence[Received[RecordSplit]], tx: Tx) -> None:
    """A merge was undone: each record gets its own standing and votes back."""
    for one in split:
        await records.keep_records(tx, one.review_id, record_states(one))
        review = await reviews.review(tx, one.review_id)
        absorbed, survivor = one.event.restored.record_id, one.event.record.record_id
        before = await records.alias(tx, one.review_id, absorbed)
        if before is None or before.version < alias_of(one).version:
            await records.keep_alias(tx, one, {})
            if review is not None and before is not None and before.merged:
                with tx.caused_by(one):
                    await _part_all(tx, review, before, absorbed)
        if review is not None:
            with tx.caused_by(one):
                await admit(tx, review, [absorbed, survivor])


async def _part_all(tx: Tx, review: Review, alias: Any, absorbed: str) -> None:
    """Wake the absorbed entries, and take their part off every record that it counted as."""
    restore, survivor = alias.restore, alias.survivor
    await _part(tx, review, restore, survivor, absorbed, f"parted from {absorbed}")
    above = await records.survivors_above(tx, review.review_id, survivor)
    for further in above:
        await _part(tx, review, restore, further, absorbed, f"{absorbed} parted from {survivor}")
    await holds.follow_split(tx, review, [survivor, *above], absorbed)


async def _part(
    tx: Tx, review: Review, restore: Mapping[str, Any], survivor: str, absorbed: str, what: str
) -> None:
    """Wake the absorbed entries; the survivor stands as it did before the merge."""
    for stage in (s for s in review.graph.stages if s.name in restore.get("stages", ())):
        place = MergePair(tx=tx, review=review, stage=stage)
        await lock_records(tx, review.review_id, stage.name, [survivor, absorbed])
        both = await entries.entries(*place.at, [survivor, absorbed])
        after = [replace(both[absorbed], active=True)] if absorbed in both else []
        after = [await as_the_policy_says(place, entry) for entry in after]
        if survivor in both:
            now = both[survivor]
            await _note(place, now, what)
            own = await as_the_policy_says(place, await _own(place, now))
            after.append(replace(own, active=now.active, place=now.place))
        reason = f"parted from record {absorbed}"
        await settle_entries(tx, review, stage.name, both, after, reason)


async def _own(place: MergePair, now: Entry) -> Entry:
    """The survivor's entry as it stood before its first merge, joined with those still absorbed.

    What was not settled before and is judged since keeps the judgement.
    """
    own, merges = now, 0
    for line in await entries.history(*place.at, now.record_id):
        if line.what.startswith("absorbed "):
            own = own if merges else entry_from_history(line.said)
            merges += 1
        elif line.what.startswith("parted "):
            merges -= 1
        elif line.what in _JUDGED and own.standing != "settled" and not _on_twins(line, own):
            own = now
    still = await records.absorbed_by(place.tx, place.review.review_id, now.record_id)
    for other in (await entries.entries(*place.at, still)).values():
        own = merged(own, replace(other, active=True))
    return own


def _on_twins(line: Any, own: Entry) -> bool:
    """Whether a vote joined the verdict on a twin, in a round that was closed here before."""
    return line.what == "vote" and int(line.said["round"]) <= own.closed_round


async def _note(place: MergePair, entry: Entry, what: str) -> None:
    """Note a merge or split, with the entry as it stood before, so that it can come back."""
    await entries.note(*place.at, [merge_line(place.review.review_id, entry, what)])
