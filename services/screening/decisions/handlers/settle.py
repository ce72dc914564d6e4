"""What follows when entries change: rows, events, and the stages that are fed from here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.screening.decisions.domain.entries import Entry, as_words, new_entry
from services.screening.decisions.handlers.known import follow, lock_records
from services.screening.decisions.store import entries
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.screening import ConflictOpened, RecordSettled, SettlementReopened
from shared.events.workbench import Stage


async def settle_entries(
    tx: Tx,
    review: Review,
    stage: str,
    before: Mapping[str, Entry],
    after: Sequence[Entry],
    reason: str = "",
) -> None:
    """Write entries, say what changed for others, and feed or starve the stages downstream.

    `reason` says why settlements no longer stand, where they do not.
    """
    changed = [entry for entry in after if before.get(entry.record_id) != entry]
    await entries.save_entries(tx, review.review_id, changed)
    settled = [entry.record_id for entry in changed if entry.stands]
    recorders = await entries.recorders(tx, review.review_id, stage, settled)
    for entry in changed:
        who = recorders.get((entry.record_id, entry.round), ())
        _tell(tx, review.review_id, before.get(entry.record_id), entry, reason, recorders=who)
    on = [e.record_id for e in changed if e.includes and not _included(before, e)]
    off = [e.record_id for e in changed if not e.includes and _included(before, e)]
    if on or off:
        for child in review.graph.fed_by(stage):
            await feed(tx, review, child, on, off, f"no longer included at stage {stage}")
    if any(_waits_anew(before.get(e.record_id), e) for e in changed):
        await _reopen_stage(tx, review.review_id, stage)
    if changed:
        await follow(tx, review.review_id, stage)


def _waits_anew(before: Entry | None, after: Entry) -> bool:
    """Whether a record waits that did not: reopened, back, or parted from another."""
    waited = before is not None and before.active and before.standing == "open"
    return after.active and after.standing == "open" and not waited


async def feed(
    tx: Tx,
    review: Review,
    stage: Stage,
    on: Sequence[str],
    off: Sequence[str] = (),
    reason: str = "",
) -> None:
    """Let records into a stage, and take others out of it.

    A record that comes back finds its entry as it left it.
    """
    await lock_records(tx, review.review_id, stage.name, [*on, *off])
    there = await entries.entries(tx, review.review_id, stage.name, [*on, *off])
    new = [new_entry(stage, r, review.seed) for r in on if r not in there]
    await entries.add_entries(tx, review.review_id, new)
    back = [replace(there[r], active=True) for r in on if r in there]
    out = [replace(there[r], active=False) for r in off if r in there]
    await settle_entries(tx, review, stage.name, there, [*back, *out], reason)
    if new:
        await _reopen_stage(tx, review.review_id, stage.name)
        await follow(tx, review.review_id, stage.name)


async def _reopen_stage(tx: Tx, review_id: str, stage: str) -> None:
    """A stage that was stopped goes on when records arrive or wait again."""
    state = await reviews.stage_state(tx, review_id, stage)
    if state["stopped"]:
        await reviews.keep_stage_state(tx, review_id, stage, stopped="")


def _included(before: Mapping[str, Entry], entry: Entry) -> bool:
    old = before.get(entry.record_id)
    return old is not None and old.includes


def _tell(
    tx: Tx,
    review_id: str,
    before: Entry | None,
    after: Entry,
    reason: str,
    *,
    recorders: Sequence[str],
) -> None:
    if before is not None and before.said == after.said:
        return
    about: dict[str, Any] = {
        "review_id": review_id,
        "settlement_id": f"{after.stage}/{after.record_id}",
        "record_id": after.record_id,
        "stage": after.stage,
    }
    match after.said[0]:
        case "open":
            if before is not None and before.said[0] != "open":
                tx.emit(SettlementReopened(**about, reason=reason))
        case "conflict":
            tx.emit(ConflictOpened(**about))
        case _:
            tx.emit(_settled(about | {"recorded_by": tuple(recorders)}, after))


def _settled(about: Mapping[str, Any], entry: Entry) -> RecordSettled:
    verdict, reason, theories = as_words(entry.verdict)
    return RecordSettled(
        **about,
        verdict=verdict or "",
        reason=reason,
        theories=theories,
        how=entry.how or "single",
        criteria_version=entry.criteria_version,
        theory_versions=entry.theory_versions,
        settled_at=entry.settled_at.isoformat() if entry.settled_at else "",
    )
