"""Records are put off, or given to a person."""

from collections.abc import Sequence

from services.screening.decisions.handlers.known import known_entries, known_stage
from services.screening.decisions.store import holds, records
from services.screening.merges.handlers.holds import as_they_count
from services.screening.queue import store as queue_store
from services.screening.stages.store import reviews
from shared.db import Tx
from shared.http.problems import Invalid


async def postpone(review_id: str, stage: str, record_id: str, person: str, tx: Tx) -> None:
    """Put a record behind everything else in the person's own queue.

    An assignment stays: the record is still theirs to read.
    """
    _, found = await known_stage(tx, review_id, stage)
    stands = await as_they_count(tx, review_id, stage, [record_id])
    await known_entries(tx, review_id, found, [record_id])
    record_id = stands[record_id]
    as_one = [record_id, *await records.absorbed_by(tx, review_id, record_id)]
    await holds.release(tx, review_id, stage, person, as_one)
    await holds.put(tx, review_id, stage, "postponed", [(record_id, person)])


async def assign(
    review_id: str, stage: str, person: str, record_ids: Sequence[str], count: int, tx: Tx
) -> list[str]:
    """Give a person these records, or the next `count` that nobody was given.

    Answers the records as they count now: for one that was absorbed, its survivor.
    """
    _, at = await known_stage(tx, review_id, stage)
    team = {m.person: m.present for m in await reviews.members(tx, review_id)}
    if not team.get(person, False):
        raise Invalid(f"'{person}' is not on the team; an owner adds members.", field="person")
    wanted = list(record_ids)
    if wanted:
        stands = await as_they_count(tx, review_id, stage, wanted)
        await known_entries(tx, review_id, at, wanted)
        wanted = list(dict.fromkeys(stands[record] for record in wanted))
    elif not count:
        raise Invalid("Say which 'records', or how many ('count') of the next.", field="count")
    else:
        wanted = await queue_store.unassigned(tx, review_id, stage, count)
    await holds.put(tx, review_id, stage, "assignments", [(r, person) for r in wanted])
    return wanted
