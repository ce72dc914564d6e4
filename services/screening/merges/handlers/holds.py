"""Leases, assignments and postponements follow when records merge, and return when they part."""

from collections.abc import Iterable, Sequence

from services.screening.decisions.domain.entries import Entry, new_entry
from services.screening.decisions.domain.holds import Hold, following, leases_following
from services.screening.decisions.handlers.known import lock_records
from services.screening.decisions.store import entries, holds, records
from services.screening.merges.handlers.merge_pair import MergePair
from services.screening.stages.store.reviews import Review
from shared.db import Tx


async def as_they_count(
    tx: Tx, review_id: str, stage: str, record_ids: Sequence[str]
) -> dict[str, str]:
    """Each record with the one that it counts as, all of them locked against merges."""
    await lock_records(tx, review_id, stage, record_ids)
    stands = await records.survivors(tx, review_id, record_ids)
    await lock_records(tx, review_id, stage, sorted(set(stands.values()) - set(record_ids)))
    return stands


async def follow_merge(place: MergePair, survivors: Iterable[str], absorbed: str) -> None:
    """Let what people hold of the absorbed record be held of those that it counts as now.

    A lease moves while the survivor is free, else it ends there. A postponement
    follows for who has judged neither. Whether a lease or an assignment follows
    depends on nobody's vote: others' queues would show that there is one.
    """
    counted = list(survivors)
    await lock_records(*place.at, [*counted, absorbed])
    await place.tx.lock(f"{place.review.review_id}/{place.stage.name}/leases")
    for survivor in counted:
        await _assignments(place, survivor, absorbed)
        await _open_holds(place, survivor, absorbed)


async def follow_split(tx: Tx, review: Review, survivors: Iterable[str], absorbed: str) -> None:
    """Each record has its own again; what was given or put off since stays with the survivor.

    What another record that is absorbed still has in common with this one follows from there.
    """
    with_it = [absorbed, *await records.absorbed_by(tx, review.review_id, absorbed)]
    await holds.give_back(tx, review.review_id, with_it)
    for survivor in survivors:
        for other in await records.absorbed_by(tx, review.review_id, survivor):
            for stage in review.graph.stages:
                place = MergePair(tx=tx, review=review, stage=stage)
                await follow_merge(place, [survivor], other)


async def _assignments(place: MergePair, survivor: str, absorbed: str) -> None:
    found = await holds.held(*place.at, "assignments", [survivor, absorbed])
    new = following(absorbed, found[absorbed], found[survivor])
    await holds.carry(*place.at, "assignments", survivor, new)
    await _note(place, survivor, "assignment of the twin counts here", new, None)


async def _open_holds(place: MergePair, survivor: str, absorbed: str) -> None:
    """Leases and postponements, which mean something only while the survivor waits."""
    both = [survivor, absorbed]
    there = await entries.entries(*place.at, both)
    entry = there.get(survivor) or new_entry(place.stage, survivor, place.review.seed)
    if entry.standing not in ("open", "maybe"):
        return
    leases = await holds.held(*place.at, "leases", both)
    moved = leases_following(absorbed, leases[absorbed], leases[survivor], entry.needed)
    await holds.carry(*place.at, "leases", survivor, moved)
    later = await holds.held(*place.at, "postponed", both)
    judges = await _judges(place, there)
    new = following(absorbed, later[absorbed], later[survivor], without=judges)
    await holds.carry(*place.at, "postponed", survivor, new)
    await _note(place, survivor, "put off as its twin was", new, entry.voting_round)


async def _judges(place: MergePair, there: dict[str, Entry]) -> set[str]:
    """Who has judged one of these records since it last waited anew."""
    votes = await entries.votes(*place.at, there)
    return {
        vote.person
        for record_id, cast in votes.items()
        for vote in cast
        if vote.round >= there[record_id].round
    }


async def _note(
    place: MergePair, record_id: str, what: str, new: Sequence[Hold], blind_in: int | None
) -> None:
    """Note whose hold follows; in a round that is blind, for that person's eyes."""
    lines = [
        {
            "record_id": record_id, "person": one.person, "what": what,
            "said": {"from": one.carried_from, **({"round": blind_in} if blind_in else {})},
            "blind": blind_in is not None,
        }
        for one in new
    ]  # fmt: skip
    await entries.note(*place.at, lines)
