"""What a command needs to find before it starts."""

from collections.abc import Iterable
from datetime import timedelta
from zlib import crc32

from services.screening.decisions.domain.entries import Basis, Entry
from services.screening.decisions.handlers.problems import NotInStage, UnknownStage
from services.screening.decisions.store import entries, records
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.workbench import Stage
from shared.http.problems import NotKnownYet

FOLLOW = "follow"
FOLLOW_DELAY = timedelta(seconds=1)


async def known_review(tx: Tx, review_id: str) -> Review:
    """The review; raises `NotKnownYet` (try again in a second)."""
    found = await reviews.review(tx, review_id)
    if found is None:
        raise NotKnownYet("review", review_id)
    return found


async def known_stage(tx: Tx, review_id: str, stage: str) -> tuple[Review, Stage]:
    """The review and its stage; raises `UnknownStage` naming the stages there are."""
    review = await known_review(tx, review_id)
    found = review.graph.by_name.get(stage)
    if found is None:
        names = ", ".join(s.name for s in review.graph.stages) or "none yet"
        raise UnknownStage(f"Review '{review_id}' has no stage '{stage}'; it has: {names}.")
    return review, found


async def known_records(tx: Tx, review_id: str, names: Iterable[str]) -> dict[str, str]:
    """Each name with the record it counts as; raises `NotKnownYet` for one unheard of."""
    stands = await records.survivors(tx, review_id, names)
    known = await records.standing_of(tx, review_id, stands.values())
    for record_id in stands.values():
        if record_id not in known:
            raise NotKnownYet("record", record_id)
    return stands


async def known_entries(
    tx: Tx, review_id: str, stage: Stage, names: Iterable[str]
) -> dict[str, Entry]:
    """Each name with its record's entry at the stage; raises `NotKnownYet` or `NotInStage`."""
    stands = await known_records(tx, review_id, names)
    found = await entries.entries(tx, review_id, stage.name, stands.values())
    for record_id in stands.values():
        if record_id not in found or not found[record_id].active:
            raise not_in_stage(stage, record_id)
    return {name: found[record_id] for name, record_id in stands.items()}


def not_in_stage(stage: Stage, record_id: str) -> NotInStage:
    """The problem that says by what the stage is fed."""
    return NotInStage(
        f"Record '{record_id}' is not in stage '{stage.name}', which is fed from "
        f"{stage.source or 'the library'}; include it there first.",
        record=record_id,
    )


async def basis(tx: Tx, review_id: str, criteria_version: int) -> Basis:
    """Under which criteria and theories a settlement is made now."""
    return Basis(
        at=tx.now(),
        criteria_version=criteria_version,
        theory_versions=await reviews.theory_versions(tx, review_id),
    )


async def follow(tx: Tx, review_id: str, stage: str) -> None:
    """Ask that counts, stopping rule and ranking follow what happened; waits a second for more."""
    await tx.enqueue(
        FOLLOW,
        key=f"{review_id}/{stage}",
        payload={"review_id": review_id, "stage": stage},
        not_before=tx.now() + FOLLOW_DELAY,
    )


async def lock_records(tx: Tx, review_id: str, stage: str, record_ids: Iterable[str]) -> None:
    """Hold records at a stage before their entries are read to be changed.

    Records share 256 locks, so that a batch of thousands needs few. Stages are
    locked in the order in which they feed each other.
    """
    shares = {crc32(record_id.encode()) % 256 for record_id in record_ids}
    if shares:
        await tx.lock(*(f"{review_id}/{stage}/{share}" for share in shares))
