"""Saying fragments in events: with their words, or without where a source is confidential."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.extraction.fragments.domain import counted, documents_of, must_withhold, withheld
from services.extraction.fragments.store import fragments
from services.extraction.fragments.store.memos import seal_memos_about
from services.extraction.rounds.domain import memos_on
from services.extraction.texts import store as texts_store
from shared.db import Tx
from shared.db.rows import Row
from shared.events.extraction import (
    FragmentAmended,
    FragmentCoded,
    FragmentState,
    FragmentWithdrawn,
)
from shared.ids import stable_id

Rows = Mapping[str, Mapping[str, Any]]
CONFIDENCE = ("confidential",)
_PSEUDONYM = re.compile("[0-9a-f]{32}")


async def withheld_ids(
    tx: Tx, review_id: str, states: Mapping[str, FragmentState]
) -> dict[str, bool]:
    """For each of these fragments, whether its words must stay here.

    `states` overlay what is stored: they may be about to be stored.
    """
    named = {document for state in states.values() for document in documents_of(state)}
    known = await texts_store.documents_by_id(tx, review_id, named)
    confidential = {document: bool(row["confidential"]) for document, row in known.items()}
    outside = {s.duplicate_of for s in states.values() if s.duplicate_of} - states.keys()
    stored = await fragments.fragments_by_id(tx, review_id, outside)
    decided = {fragment_id: bool(row["withheld"]) for fragment_id, row in stored.items()}
    for fragment_id in states:
        _decide(fragment_id, states, confidential, decided)
    return {fragment_id: decided[fragment_id] for fragment_id in states}


async def withheld_versions(
    tx: Tx, review_id: str, row: Mapping[str, Any], versions: Sequence[FragmentState]
) -> list[bool]:
    """For each version of a fragment, whether its words must stay here: of a confidential source
    that it has left, too.
    """
    if row["withheld"]:
        return [True] * len(versions)
    apart = {f"{row['fragment_id']}\0{n}": state for n, state in enumerate(versions)}
    return list((await withheld_ids(tx, review_id, apart)).values())


def _decide(
    fragment_id: str,
    states: Mapping[str, FragmentState],
    confidential: Mapping[str, bool],
    decided: dict[str, bool],
) -> None:
    """Follow `duplicate_of` to its end; fragments that repeat each other are withheld."""
    path: list[str] = []
    at: str | None = fragment_id
    while at is not None and at in states and at not in decided and at not in path:
        path.append(at)
        at = states[at].duplicate_of
    for one in reversed(path):
        state = states[one]
        repeated = decided.get(state.duplicate_of) if state.duplicate_of else None
        decided[one] = must_withhold(state, confidential, repeated)


def is_published(row: Row) -> bool:
    """Whether others hear of a fragment: a draft is told when it is done, and not withdrawn;
    what a round of blind coding holds back is not.
    """
    return not row["held"] and (not row["unpublished"] or row["status"] == "active")


def pseudonym(review_id: str, participant: str) -> str:
    """What events call a participant; again changes nothing."""
    if _PSEUDONYM.fullmatch(participant):
        return participant
    return stable_id(review_id, "participant", participant)


def nameless(review_id: str, state: FragmentState) -> FragmentState:
    """The fragment with participants told apart, but not named; again changes nothing."""
    sources = tuple(
        replace(s, participant=pseudonym(review_id, s.participant)) if s.participant else s
        for s in state.sources
    )
    return replace(state, sources=sources)


def say(
    tx: Tx,
    review_id: str,
    state: FragmentState,
    *,
    withhold: bool,
    is_new: bool,
    changed: tuple[str, ...] = (),
    reason: str = "",
) -> None:
    """Emit the event that a fragment's new state makes true; no event names a participant, and
    roles that nobody counts stay here.
    """
    said = counted(nameless(review_id, withheld(state) if withhold else state))
    if state.status == "withdrawn":
        tx.emit(
            FragmentWithdrawn(
                review_id=review_id,
                fragment=said,
                reason="" if withhold else reason,
                changed=changed,
            )
        )
    elif is_new:
        tx.emit(FragmentCoded(review_id=review_id, fragment=said))
    else:
        tx.emit(FragmentAmended(review_id=review_id, fragment=said, changed=changed))


async def seal_what_turned(tx: Tx, review_id: str, before: Rows, after: Sequence[Row]) -> None:
    """Seal, or open, what is said of fragments whose own change made them (not) confidential."""
    turned = [
        row["fragment_id"]
        for row in after
        if row["fragment_id"] in before
        and bool(before[row["fragment_id"]]["withheld"]) != row["withheld"]
    ]
    rows = await fragments.fragments_by_id(tx, review_id, turned)
    await fragments.seal_again(tx, list(rows.values()))
    await seal_memos_about(tx, review_id, memos_on("fragment", turned))


async def say_again(tx: Tx, review_id: str, fragment_ids: Collection[str]) -> None:
    """Say fragments anew whose confidence has changed, and those that repeat them.

    The fragment's own version stays: nobody coded anything.
    """
    waiting: Sequence[str] = sorted(fragment_ids)
    while waiting:
        rows = await fragments.fragments_by_id(tx, review_id, waiting)
        states = {f: fragments.state_of(row) for f, row in rows.items()}
        now = await withheld_ids(tx, review_id, states)
        moved = [f for f in sorted(rows) if now[f] != bool(rows[f]["withheld"])]
        await fragments.seal_again(tx, [{**rows[f], "withheld": now[f]} for f in moved])
        await seal_memos_about(tx, review_id, memos_on("fragment", moved))
        for f in (f for f in moved if not rows[f]["unpublished"]):
            say(tx, review_id, states[f], withhold=now[f], is_new=False, changed=CONFIDENCE)
        waiting = await fragments.repeating(tx, review_id, moved)
