"""Merges that change nothing but where a record counts: a batch in a bounded number of statements.

Nearly all merges are such: the absorbed record was never judged, nobody holds it, and the
survivor counts as itself. Whatever else a merge may bring about, `merge` does one by one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.screening.decisions.domain.entries import Entry, new_entry
from services.screening.decisions.handlers.known import lock_records
from services.screening.decisions.handlers.records import admit
from services.screening.decisions.handlers.settle import settle_entries
from services.screening.decisions.store import entries, holds, records
from services.screening.merges.handlers.merge_pair import merge_line
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.base import Received
from shared.events.search import RecordMerged
from shared.events.workbench import Stage
from shared.projections.records import alias_of, record_states

Merge = Received[RecordMerged]


def survivor_and_absorbed(one: Merge) -> tuple[str, str]:
    """The record that stands for both, and the one that is absorbed."""
    return one.event.record.record_id, one.event.absorbed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aliases:
    """What is known of the records of a run: alias rows, and who stands for whom."""

    rows: Mapping[str, Any]
    ends: Mapping[str, str]

    def is_new(self, one: Merge) -> bool:
        """Whether the merge is newer than what is known of its alias."""
        row = self.rows.get(one.event.absorbed)
        return row is None or row.version < alias_of(one).version

    def merged_before(self, one: Merge) -> Any:
        """The alias row of an absorbed record that counts as another already, or None."""
        row = self.rows.get(one.event.absorbed)
        return row if row is not None and row.merged else None

    def touched(self, one: Merge) -> set[str]:
        """The records whose entries a merge may change: also those of a survivor that is left."""
        before = self.merged_before(one)
        names = {*survivor_and_absorbed(one)} | ({before.survivor} if before is not None else set())
        return names | {self.ends[name] for name in names if name in self.ends}

    def is_plain(self, one: Merge) -> bool:
        """Whether the survivor counts as itself, and no other survivor is left for it."""
        survivor, _ = survivor_and_absorbed(one)
        before = self.merged_before(one)
        moves = before is not None and before.survivor != survivor and self.is_new(one)
        return self.ends[survivor] == survivor and not moves


async def merge_plain(tx: Tx, review: Review | None, run: Sequence[Merge]) -> list[Merge]:
    """Do the plain merges of a run of independent ones; returns the others, in their order.

    What touches a record that one of the others touches too is among the others.
    """
    review_id = run[0].review_id
    named = {name for one in run for name in survivor_and_absorbed(one)}
    aliases = _Aliases(
        rows=await records.aliases_of(tx, review_id, named),
        ends=await records.survivors(tx, review_id, named),
    )
    changing = _removed_or_back(run)
    odd = {
        one.id for one in run if not aliases.is_plain(one) or one.event.record.record_id in changing
    }
    plain = _untouched(run, odd, aliases)
    if review is not None and plain:
        judged = await _judged_or_held(tx, review, plain)
        odd |= {one.id for one in plain if one.event.absorbed in judged}
        plain = _untouched(run, odd, aliases)
    if plain:
        await _merge_all(tx, review, plain, aliases)
    done = {one.id for one in plain}
    return [one for one in run if one.id not in done]


def _untouched(run: Sequence[Merge], odd: Collection[str], aliases: _Aliases) -> list[Merge]:
    """The merges that share no record with those of the ids `odd`, nor with what these touch."""
    left = [one for one in run if one.id in odd]
    apart = [one for one in run if one.id not in odd]
    touched: set[str] = set()
    while left:
        touched |= {name for one in left for name in aliases.touched(one)}
        left = [one for one in apart if touched & {*survivor_and_absorbed(one)}]
        apart = [one for one in apart if not touched & {*survivor_and_absorbed(one)}]
    return apart


def _removed_or_back(run: Iterable[Merge]) -> set[str]:
    """Survivors that are taken out of the library, or return, between two merges of the run."""
    removed: dict[str, bool] = {}
    return {
        one.event.record.record_id
        for one in run
        if removed.setdefault(one.event.record.record_id, one.event.record.removed)
        != one.event.record.removed
    }


async def _judged_or_held(tx: Tx, review: Review, run: Sequence[Merge]) -> set[str]:
    """The absorbed records that are judged or held at any stage; all records are locked."""
    named = {name for one in run for name in survivor_and_absorbed(one)}
    absorbed = [one.event.absorbed for one in run]
    found: set[str] = set()
    for stage in review.graph.stages:
        at = (tx, review.review_id, stage.name)
        await lock_records(*at, named)
        there = await entries.entries(*at, absorbed)
        found |= {e.record_id for e in there.values() if _is_judged(e)}
        found |= await holds.held_by_anybody(*at, absorbed)
    return found


def _is_judged(entry: Entry) -> bool:
    return entry.active and (entry.standing != "open" or entry.closing)


async def _merge_all(
    tx: Tx, review: Review | None, run: Sequence[Merge], aliases: _Aliases
) -> None:
    review_id = run[0].review_id
    await records.keep_records(tx, review_id, [s for one in run for s in record_states(one)])
    causes = {one.event.record.record_id: one for one in reversed(run)}
    remembered = {one.id: _nothing_to_restore() for one in run}
    if review is not None:
        with tx.caused_by(causes):
            await admit(tx, review, causes)
            joining = [one for one in run if aliases.is_new(one) and not aliases.merged_before(one)]
            for stage in review.graph.stages:
                await _join_at(tx, review, stage, joining, remembered)
    for one in run:
        if (before := aliases.merged_before(one)) is not None:
            remembered[one.id] = before.restore
    await records.keep_aliases(tx, [(one, remembered[one.id]) for one in run])


def _nothing_to_restore() -> dict[str, Any]:
    return {"stages": [], "rounds": {}}


async def _join_at(
    tx: Tx,
    review: Review,
    stage: Stage,
    run: Sequence[Merge],
    remembered: Mapping[str, dict[str, Any]],
) -> None:
    """Let the absorbed records' waiting entries rest at a stage, and note it with the survivors."""
    named = {name for one in run for name in survivor_and_absorbed(one)}
    there = await entries.entries(tx, review.review_id, stage.name, named)
    fresh: list[Entry] = []
    lines, resting = [], []
    for one in run:
        survivor, absorbed = survivor_and_absorbed(one)
        gone = there.get(absorbed)
        if gone is None or not gone.active:
            continue
        if survivor not in there:
            there[survivor] = replace(new_entry(stage, survivor, review.seed), active=False)
            fresh.append(there[survivor])
        now = there[survivor]
        lines.append(merge_line(review.review_id, now, f"absorbed {absorbed}"))
        resting.append(replace(gone, active=False))
        remembered[one.id]["stages"].append(stage.name)
        remembered[one.id]["rounds"][stage.name] = now.round
    await entries.add_entries(tx, review.review_id, fresh)
    await entries.note(tx, review.review_id, stage.name, lines)
    await settle_entries(tx, review, stage.name, there, resting)
