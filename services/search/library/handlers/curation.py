"""What people do to records by hand: add, correct, annotate, flag, merge, split, assign."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.library.domain.dedup import Pair, Placement, pair
from services.search.library.domain.record import Bibliography, SourceRecord
from services.search.library.handlers.keep import KeptPage, RecordOrigin, keep_page
from services.search.library.handlers.placement import move, place_records, propose
from services.search.library.handlers.preparation import Prepared, identifies, prepare
from services.search.library.handlers.recompute import RecomputedRecord, refresh
from services.search.library.handlers.record_events import Changes, tell
from services.search.library.handlers.reviews import require_review
from services.search.library.store import placement, sources
from services.search.library.store import records as records_store
from services.search.library.store.content import decode
from shared.db import Tx
from shared.events.search import RecordAmended, RecordFlagged
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import stable_id


class UnknownRecord(NotFound):
    """No record, nor alias of one, has that id in the review."""

    title = "The review has no such record"


class UnknownProposal(NotFound):
    """No proposal of the review has that id."""

    title = "The review has no such proposal"


_STATES = {"merge": "merged", "distinct": "distinct"}
HAND = RecordOrigin(origin="hand", arm="other")


async def add_records(tx: Tx, review_id: str, page: Sequence[Prepared], arm: str) -> KeptPage:
    """Adds records that a person (or a loader) types in; repeats change nothing."""
    await require_review(tx, review_id)
    return await keep_page(
        tx, review_id, page, RecordOrigin(origin="hand", arm=arm), "added by hand"
    )


def by_hand(
    review_id: str, source: str, own_id: str | None, bibliography: Bibliography, label: str
) -> Prepared:
    """A record as typed in. Raises `Invalid` when nothing was."""
    if not identifies(bibliography) and not label and not own_id:
        raise Invalid("Give at least a title, an identifier or a label.", field="title")
    record = SourceRecord(source=source, own_id=own_id, bibliography=bibliography)
    return prepare(review_id, record, label)


async def standing_record(tx: Tx, review_id: str, record_id: str) -> Mapping[str, Any]:
    """The row of a record, aliases resolved. Raises `UnknownRecord`."""
    survivor = (await records_store.survivors(tx, review_id, [record_id]))[record_id]
    row = (await records_store.rows_of(tx, review_id, [survivor])).get(survivor)
    if row is None:
        raise UnknownRecord(f"'{record_id}' is no record of review '{review_id}'.")
    return row


async def lock_record(tx: Tx, review_id: str, record_id: str) -> Mapping[str, Any]:
    """The row of a record, which nobody else changes until the transaction ends."""
    await tx.lock(f"library/{review_id}")
    return await standing_record(tx, review_id, record_id)


async def amend_record(
    tx: Tx, review_id: str, record_id: str, corrections: Mapping[str, Any], reason: str
) -> None:
    """Corrects fields of a record; sources keep what they said, history keeps what was."""
    row = await lock_record(tx, review_id, record_id)
    before = decode(row["content"])
    amended = {**row["amended"], **corrections}
    changed = tuple(sorted(n for n, v in corrections.items() if row["amended"].get(n, ...) != v))
    if not changed:
        return
    await records_store.keep(tx, [dict(row) | {"amended": amended}])
    was = {name: _plain(getattr(before, name)) for name in changed}
    detail = {"was": was, "is": {n: corrections[n] for n in changed}, "reason": reason}
    await records_store.note(tx, review_id, row["id"], "amended", detail)
    written = (await refresh(tx, review_id, [row["id"]]))[row["id"]]
    tx.emit(
        RecordAmended(review_id=review_id, record=written.state, reason=reason, changed=changed)
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [getattr(item, "name", item) for item in value]
    return value


async def annotate_record(tx: Tx, review_id: str, record_id: str, text: str) -> None:
    """A note on a record, kept in its history."""
    row = await standing_record(tx, review_id, record_id)
    await records_store.note(tx, review_id, row["id"], "noted", {"note": text})


async def flag_record(tx: Tx, review_id: str, record_id: str, flag: str, notice: str) -> None:
    """Raises a flag by hand; `reinstatement` takes a retraction or concern away.

    Raising the same flag again changes nothing.
    """
    row = await lock_record(tx, review_id, record_id)
    flags = list(row["flags"])
    if any(one["kind"] == flag and one["notice"] == notice for one in flags):
        return
    raised = {"kind": flag, "notice": notice, "raised_at": tx.now().isoformat(), "by": "hand"}
    if flag == "reinstatement":
        if all(one["kind"] == "correction" for one in flags):
            return
        flags = [one for one in flags if one["kind"] == "correction"]
    left = [*(one for one in flags if one["kind"] != "reinstatement"), raised]
    await records_store.keep(tx, [dict(row) | {"flags": left}])
    await records_store.note(tx, review_id, row["id"], "flagged", {"flag": flag, "notice": notice})
    written: RecomputedRecord = (await refresh(tx, review_id, [row["id"]]))[row["id"]]
    tx.emit(RecordFlagged(review_id=review_id, record=written.state, flag=flag, notice=notice))


async def decide_proposal(
    tx: Tx, review_id: str, proposal_id: str, verdict: str, reason: str, person: str
) -> None:
    """A person says of two records whether they are one; remembered for ever."""
    await tx.lock(f"library/{review_id}")
    proposal = await placement.proposal(tx, review_id, proposal_id)
    if proposal is None:
        raise UnknownProposal(f"'{proposal_id}' is no proposal of review '{review_id}'.")
    if proposal["state"] == _STATES[verdict]:
        return
    couples = await _between(tx, review_id, proposal["one"], proposal["other"])
    await _decide(tx, review_id, couples, verdict, reason, person)
    await _settle_again(tx, review_id, (proposal["one"], proposal["other"]), reason)


async def _between(tx: Tx, review_id: str, one: str, other: str) -> list[Pair]:
    """Every pair between the two records that two source records stand in.

    Where they stand in one by now, its members go with the one that people
    joined them to the other by: a merge is undone between the same sides.
    """
    known = await sources.known(tx, review_id, [one, other])
    records = {known[name]["record_id"] for name in (one, other) if name in known}
    members = await sources.of_records(tx, review_id, records)
    everyone = {name for some in members.values() for name in some}
    sides = [{one}, {other}]
    if len(records) == 2:
        sides = [{name, *members.get(known[name]["record_id"], ())} for name in (one, other)]
    elif records:
        _apart, together = await placement.decisions(tx, review_id, everyone)
        mine = {name for name in everyone if pair(name, other) in together}
        theirs = {name for name in everyone if pair(one, name) in together}
        sides = [{one, *mine - theirs}, {other, *theirs - mine}]
    return [pair(a, b) for a in sorted(sides[0]) for b in sorted(sides[1])]


async def _decide(
    tx: Tx, review_id: str, couples: Sequence[Pair], verdict: str, reason: str, person: str
) -> None:
    """Remembers a person's word on every pair between two records, and ends what asks for it.

    Every pair, so that it holds when one of their sources is taken back, and
    so that the next word on the two replaces it whole.
    """
    said = "together" if verdict == "merge" else "apart"
    await placement.decide(tx, review_id, couples, said, reason, person)
    for couple in couples:
        name = stable_id(review_id, "proposal", *couple)
        state = _STATES[verdict]
        await placement.end_proposal(tx, review_id, name, state, reason, person, tx.now())


async def merge_records(
    tx: Tx, review_id: str, record_id: str, other_id: str, reason: str, person: str
) -> str:
    """Makes two records one, on a person's word; the id of the survivor."""
    await tx.lock(f"library/{review_id}")
    one = await standing_record(tx, review_id, record_id)
    other = await standing_record(tx, review_id, other_id)
    if one["id"] == other["id"]:
        return str(one["id"])
    members = await sources.of_records(tx, review_id, [one["id"], other["id"]])
    if len(members) < 2:
        raise Conflict("One of the two records was removed with its import; it has no sources.")
    couples = [pair(a, b) for a in members[one["id"]] for b in members[other["id"]]]
    await _decide(tx, review_id, couples, "merge", reason, person)
    await _settle_again(tx, review_id, couples[0], reason)
    return (await records_store.survivors(tx, review_id, [one["id"]]))[one["id"]]


async def split_record(
    tx: Tx, review_id: str, record_id: str, names: Sequence[str], reason: str, person: str
) -> None:
    """Takes source records out of a record again; the undo is remembered for ever."""
    row = await lock_record(tx, review_id, record_id)
    members = list((await sources.of_records(tx, review_id, [row["id"]])).get(row["id"], {}))
    out = [name for name in members if name in names]
    rest = [name for name in members if name not in names]
    if not out or not rest:
        raise Invalid(
            "Name some, but not all, of the record's source records: " + ", ".join(members),
            field="sources",
        )
    couples = [pair(a, b) for a in out for b in rest]
    await _decide(tx, review_id, couples, "distinct", reason, person)
    await _settle_again(tx, review_id, members, reason)


async def _settle_again(tx: Tx, review_id: str, names: Sequence[str], reason: str) -> Placement:
    """Places known source records afresh after a person's decision, and tells what moved."""
    placed = await place_records(tx, review_id, (), names)
    await move(tx, review_id, placed)
    await propose(tx, review_id, placed)
    await tell(tx, review_id, Changes(placement=placed.placement, reason=reason))
    return placed.placement


async def assign_records(tx: Tx, review_id: str, record_ids: Sequence[str], person: str) -> int:
    """Gives a batch of records to a person; how many were not theirs already."""
    standing = [await standing_record(tx, review_id, one) for one in record_ids]
    return await records_store.assign(tx, review_id, [row["id"] for row in standing], person)
