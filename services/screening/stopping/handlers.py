"""May the team stop? Targets fixed in advance, the rule's answer, and an orderly end."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from services.screening.decisions.domain.entries import Entry
from services.screening.decisions.handlers.known import follow, known_stage
from services.screening.decisions.store import counts, entries, records
from services.screening.stages.domain.order import shuffle_key
from services.screening.stages.store import reviews
from services.screening.stopping.domain.stopping import (
    Assessment,
    RandomCheck,
    Target,
    random_check,
)
from shared.db import Tx
from shared.events.screening import StoppingAssessed
from shared.http.problems import Conflict, Invalid

_WAITING = ("open", "maybe")
LEAST_COMPANY = 10
"""Records without a vote that are finished with half-screened pairs, so that none can be told."""


class TargetIsFixed(Conflict):
    """The target was to be fixed before screening began."""

    title = "The target is fixed"


async def stopping_facts(
    review_id: str, stage: str, tx: Tx
) -> tuple[list[int], int, Target, dict[str, Any]]:
    """`(labels in order, size of the pool, target, state)`: what the rule looks at.

    Records that stand at maybe count as unread.
    """
    await known_stage(tx, review_id, stage)
    state = await reviews.stage_state(tx, review_id, stage)
    settled = await entries.settled_in_order(tx, review_id, stage)
    labels = [int(verdict == "include") for _, verdict, _ in settled if verdict != "maybe"]
    pool = await counts.pool_size(tx, review_id, stage)
    return labels, pool, Target(**state["target"]), state


async def is_assessment_due(tx: Tx, review_id: str, stage: str) -> bool:
    """Whether half a per cent more was read since the last look, or all, or records came."""
    state = await reviews.stage_state(tx, review_id, stage)
    last = state["assessed"]
    read = await counts.settled_count(tx, review_id, stage)
    if not read or not last:
        return bool(read)
    pool = await counts.pool_size(tx, review_id, stage)
    known = last["read"] + last["unread"]
    return pool != known or read - last["read"] >= (read // 200 or 1) or read == pool


async def note_assessment(tx: Tx, review_id: str, stage: str, seen: Assessment) -> None:
    """Keep what the rule answered and say it, if it is news."""
    state = await reviews.stage_state(tx, review_id, stage)
    found = asdict(seen)
    if state["assessed"] == found:
        return
    await reviews.keep_stage_state(tx, review_id, stage, assessed=found)
    tx.emit(
        StoppingAssessed(
            review_id=review_id,
            stage=stage,
            rule=f"{seen.rule} {seen.rule_version}",
            estimable=seen.state != "not_estimable",
            may_stop=seen.state in ("may_stop", "finished"),
            read=seen.read,
            included=seen.includes,
            waiting=seen.unread,
            p_value=seen.p,
            recall_lower_bound=seen.recall_at_least,
        )
    )


async def fix_target(review_id: str, stage: str, target: Target, tx: Tx) -> None:
    """Fix recall and confidence, which is possible until the first decision."""
    await known_stage(tx, review_id, stage)
    state = await reviews.stage_state(tx, review_id, stage)
    if Target(**state["target"]) == target:
        return
    if await reviews.decisions_so_far(tx, review_id, stage):
        raise TargetIsFixed(
            f"Screening of stage '{stage}' has begun; a target chosen now would fit the result. "
            "Report it beside the one that was fixed."
        )
    await reviews.keep_stage_state(tx, review_id, stage, target=asdict(target))
    await follow(tx, review_id, stage)


async def draw_check(review_id: str, stage: str, size: int, tx: Tx) -> list[str]:
    """Draw a random sample of what is unread, to be read in full.

    The same wish gives the same sample until it is read, or records came.
    """
    review, _ = await known_stage(tx, review_id, stage)
    state = await reviews.stage_state(tx, review_id, stage)
    pool = await counts.pool_size(tx, review_id, stage)
    if state["check"].get("size") == size and state["check"].get("pool", pool) >= pool:
        sample, left = await _sample(tx, review_id, stage, state["check"])
        if left or not sample:
            return await _as_they_count(tx, review_id, state["check"]["records"])
    unread = [e.record_id for e in await entries.entries_of_stage(tx, review_id, stage, "open")]
    if not 0 < size <= len(unread):
        raise Invalid(f"{len(unread)} records are unread; ask for 1 to as many.", field="size")
    drawn = sorted(unread, key=lambda r: shuffle_key(review.seed + 1, r))[:size]
    check = {
        "size": size, "records": drawn, "unread": len(unread), "pool": pool,
        "at": tx.now().isoformat(),
    }  # fmt: skip
    await reviews.keep_stage_state(tx, review_id, stage, check=check)
    return drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSeen:
    """What the random sample says once it is read in full, how many of it are unread,
    and how many records came to the stage after it was drawn, of which it says nothing.
    """

    result: RandomCheck | None = None
    unread: int = 0
    came_since: int = 0


async def check_result(review_id: str, stage: str, tx: Tx) -> CheckSeen:
    """What the last random sample says."""
    check = (await reviews.stage_state(tx, review_id, stage))["check"]
    if not check.get("records"):
        return CheckSeen()
    sample, unread = await _sample(tx, review_id, stage, check)
    pool = await counts.pool_size(tx, review_id, stage)
    came = max(0, pool - check.get("pool", pool))
    if unread or not sample:
        return CheckSeen(unread=unread, came_since=came)
    drawn_from = check["unread"] - (len(check["records"]) - len(sample))
    found = random_check(len(sample), sum(e.includes for e in sample), drawn_from)
    return CheckSeen(result=found, came_since=came)


async def _as_they_count(tx: Tx, review_id: str, drawn: Sequence[str]) -> list[str]:
    """A sample with the survivors of what was absorbed since, each once."""
    stands = await records.survivors(tx, review_id, drawn)
    return list(dict.fromkeys(stands[record_id] for record_id in drawn))


async def _sample(
    tx: Tx, review_id: str, stage: str, check: Mapping[str, Any]
) -> tuple[list[Entry], int]:
    """What is left of a sample at the stage, and how many of it are unread.

    An absorbed record is answered for by its survivor. One that was taken out
    of the stage cannot be read, and one whose twin had been read before the
    draw was none of the unread: neither counts, in the sample or in what it was
    drawn from.
    """
    units = await _as_they_count(tx, review_id, check["records"])
    found = await entries.entries(tx, review_id, stage, units)
    twins = await records.absorbing(tx, review_id, units)
    at = datetime.fromisoformat(check["at"]) if "at" in check else None
    left = [
        entry
        for record_id, entry in found.items()
        if entry.active and not (record_id in twins and _was_read(entry, at))
    ]
    return left, sum(not e.stands for e in left)


def _was_read(entry: Entry, at: datetime | None) -> bool:
    return at is not None and entry.settled_at is not None and entry.settled_at < at


async def stop_screening(review_id: str, stage: str, person: str, reason: str, tx: Tx) -> str:
    """End a stage in order: `closing` while begun pairs are finished, then `stopped`.

    With them as many records without a vote are finished, at least ten, so that
    the queue does not tell which records have one.
    """
    review, _ = await known_stage(tx, review_id, stage)
    begun = set(await counts.votes_of_open(tx, review_id, stage))
    if not begun:
        await reviews.keep_stage_state(tx, review_id, stage, stopped="stopped")
        return "stopped"
    closing: list[Entry] = []
    for standing in _WAITING:
        waiting = await entries.entries_of_stage(tx, review_id, stage, standing)
        closing += _in_company(waiting, begun, review.seed)
    await entries.save_entries(tx, review_id, [replace(e, closing=True) for e in closing])
    await reviews.keep_stage_state(tx, review_id, stage, stopped="closing")
    said = {"reason": reason, "records": len(closing)}
    line = {"record_id": "", "person": person, "what": "closing", "said": said, "blind": False}
    await entries.note(tx, review_id, stage, [line])
    return "closing"


def _in_company(waiting: Sequence[Entry], begun: set[str], seed: int) -> list[Entry]:
    """What of these is begun, among as many that are not."""
    halves = [e for e in waiting if e.record_id in begun]
    others = sorted(
        (e for e in waiting if e.record_id not in begun),
        key=lambda e: shuffle_key(seed + 2, e.record_id),
    )
    return halves + others[: max(len(halves), LEAST_COMPANY)] if halves else []


async def finish_closing(tx: Tx, review_id: str, stage: str) -> None:
    """A closing stage is stopped once everything that was begun is settled."""
    state = await reviews.stage_state(tx, review_id, stage)
    if state["stopped"] == "closing" and not await counts.votes_of_open(tx, review_id, stage):
        await reviews.keep_stage_state(tx, review_id, stage, stopped="stopped")
        await _calm(tx, review_id, stage)


async def resume_screening(review_id: str, stage: str, tx: Tx) -> None:
    """Take a stop back: the whole queue is offered again."""
    await known_stage(tx, review_id, stage)
    await _calm(tx, review_id, stage)
    await reviews.keep_stage_state(tx, review_id, stage, stopped="")


async def _calm(tx: Tx, review_id: str, stage: str) -> None:
    """Nothing is being finished any more."""
    left = await entries.entries_of_stage(tx, review_id, stage, *_WAITING)
    calm = [replace(e, closing=False) for e in left if e.closing]
    await entries.save_entries(tx, review_id, calm)
