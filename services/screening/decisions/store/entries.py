"""Entries, votes and history: what stands, and how it came to stand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, func, or_, select, update

from services.screening import tables
from services.screening.decisions.domain.entries import Entry
from services.screening.decisions.store.changes import count_changes
from services.screening.decisions.store.rows import CastVote, entry_of, entry_row, vote_of, vote_row
from shared.db import Tx, chunks, upsert
from shared.db.bulk import insert_rows
from shared.db.rows import tuples_of

_KEY = ("review_id", "stage", "record_id")
_SLICE = 2000


async def entries(
    tx: Tx, review_id: str, stage: str, record_ids: Iterable[str]
) -> dict[str, Entry]:
    """The entries of these records at the stage, by record."""
    t = tables.entries
    found: dict[str, Entry] = {}
    for part in chunks(list(dict.fromkeys(record_ids)), _SLICE):
        rows = select(t).where(
            t.c.review_id == review_id, t.c.stage == stage, t.c.record_id.in_(part)
        )
        for row in (await tx.execute(rows)).mappings():
            found[row["record_id"]] = entry_of(row)
    return found


async def entries_of_record(tx: Tx, review_id: str, record_id: str) -> list[Entry]:
    """The record's entries at every stage that it ever reached."""
    rows = (await tx.execute(reached_by(review_id, record_id))).mappings()
    return [entry_of(row) for row in rows]


def reached_by(review_id: str, record_id: str) -> Select[Any]:
    """The query of `entries_of_record`: the primary key is searched once for each stage.

    Stages with entries, those that left the review too, are found by a loose index scan of
    the key, so that no index by record is needed, which would take a page for every record.
    """
    t, other = tables.entries, tables.entries.alias("other")
    stages = (
        select(func.min(t.c.stage).label("stage"))
        .where(t.c.review_id == review_id)
        .cte("stages", recursive=True)
    )
    following = select(func.min(other.c.stage)).where(
        other.c.review_id == review_id, other.c.stage > stages.c.stage
    )
    stages = stages.union_all(
        select(following.scalar_subquery()).where(stages.c.stage.is_not(None))
    )
    return (
        select(t)
        .where(
            t.c.review_id == review_id,
            t.c.stage.in_(select(stages.c.stage)),
            t.c.record_id == record_id,
        )
        .order_by(t.c.stage)
    )


async def entries_of_stage(
    tx: Tx, review_id: str, stage: str, *standings: str, inactive: bool = False
) -> list[Entry]:
    """All entries of a stage (of these standings), in reading order."""
    t = tables.entries
    rows = select(t).where(t.c.review_id == review_id, t.c.stage == stage)
    if standings:
        rows = rows.where(t.c.standing.in_(standings))
    if not inactive:
        rows = rows.where(t.c.active.is_(True))
    rows = rows.order_by(t.c.place, t.c.record_id)
    return [entry_of(row) for row in (await tx.execute(rows)).mappings()]


async def save_entries(tx: Tx, review_id: str, changed: Sequence[Entry]) -> None:
    """Write what changed; the ranking's own columns are left alone."""
    t = tables.entries
    rows = [entry_row(review_id, entry) for entry in changed]
    if not rows:
        return
    stmt = (
        update(t)
        .where(*(t.c[name] == bindparam(f"k_{name}") for name in _KEY))
        .values({name: bindparam(name) for name in rows[0] if name not in (*_KEY, "place")})
    )
    keyed = [
        {k: v for k, v in row.items() if k not in (*_KEY, "place")}
        | {f"k_{name}": row[name] for name in _KEY}
        for row in rows
    ]
    await tx.execute(stmt, keyed)
    await count_changes(tx, review_id, [entry.stage for entry in changed])


async def add_entries(tx: Tx, review_id: str, new: Sequence[Entry]) -> None:
    """Write new entries; those that are there already stay as they are."""
    rows = [{**entry_row(review_id, e), "score": None, "why": None} for e in new]
    await insert_rows(tx, tables.entries, rows, " ON CONFLICT DO NOTHING")


async def votes(
    tx: Tx, review_id: str, stage: str, record_ids: Iterable[str]
) -> dict[str, list[CastVote]]:
    """Every vote of every round on these records, in order of time."""
    t = tables.votes
    found: dict[str, list[CastVote]] = {}
    for part in chunks(list(dict.fromkeys(record_ids)), _SLICE):
        rows = select(t).where(
            t.c.review_id == review_id, t.c.stage == stage, t.c.record_id.in_(part)
        )
        for row in (await tx.execute(rows.order_by(t.c.decided_at, t.c.person))).mappings():
            found.setdefault(row["record_id"], []).append(vote_of(row))
    return found


async def recorders(
    tx: Tx, review_id: str, stage: str, record_ids: Sequence[str]
) -> dict[tuple[str, int], list[str]]:
    """Who recorded votes for others, by record and round."""
    t = tables.votes
    found: dict[tuple[str, int], list[str]] = {}
    for part in chunks(list(record_ids), _SLICE):
        rows = select(t.c.record_id, t.c.round, t.c.recorded_by).where(
            t.c.review_id == review_id, t.c.stage == stage, t.c.record_id.in_(part),
            t.c.recorded_by.is_not(None),
        )  # fmt: skip
        for row in await tx.execute(rows.distinct().order_by(t.c.recorded_by)):
            found.setdefault((row.record_id, row.round), []).append(row.recorded_by)
    return found


async def keep_votes(tx: Tx, review_id: str, cast: Sequence[CastVote]) -> None:
    """Write votes over the same person's earlier ones of the same round."""
    rows = [vote_row(review_id, vote) for vote in cast]
    if not rows:
        return
    stmt = upsert(tx.dialect, tables.votes)
    keep = {name: stmt.excluded[name] for name in rows[0] if name not in (*_KEY, "person", "round")}
    stmt = stmt.on_conflict_do_update(index_elements=[*_KEY, "person", "round"], set_=keep)
    await tx.execute(stmt, rows)


async def drop_vote(tx: Tx, review_id: str, vote: CastVote) -> None:
    """Take a vote back (the history keeps that it was cast)."""
    t = tables.votes
    await tx.execute(
        delete(t).where(
            t.c.review_id == review_id, t.c.stage == vote.stage, t.c.record_id == vote.record_id,
            t.c.person == vote.person, t.c.round == vote.round,
        )
    )  # fmt: skip


async def note(tx: Tx, review_id: str, stage: str, lines: Sequence[Mapping[str, Any]]) -> None:
    """Add to the history: `record_id, person, what, said, blind` each."""
    if lines:
        common = {"review_id": review_id, "stage": stage, "at": tx.now()}
        await tx.execute(tables.history.insert(), [{**common, **line} for line in lines])


async def history(tx: Tx, review_id: str, stage: str, record_id: str) -> list[Any]:
    """What happened to a record at a stage, oldest first."""
    t = tables.history
    rows = select(t).where(
        t.c.review_id == review_id, t.c.stage == stage, t.c.record_id == record_id
    )
    return list((await tx.execute(rows.order_by(t.c.position))).all())


async def resolutions(
    tx: Tx, review_id: str, stage: str, record_ids: Sequence[str]
) -> dict[str, Any]:
    """`record → the last line` by which a person gave it the team's verdict."""
    t = tables.history
    found: dict[str, Any] = {}
    for part in chunks(record_ids, _SLICE):
        rows = select(t.c.record_id, t.c.person, t.c.said).where(
            t.c.review_id == review_id, t.c.stage == stage, t.c.what == "resolution",
            t.c.record_id.in_(part),
        )  # fmt: skip
        found |= {row.record_id: row for row in await tx.execute(rows.order_by(t.c.position))}
    return found


async def settled_in_order(tx: Tx, review_id: str, stage: str) -> list[tuple[str, str, datetime]]:
    """`(record, verdict, when)` of a stage's settlements in the order they were made.

    They are sorted here, so that what is looked at are the settled alone, however many wait.
    """
    rows = await tuples_of(tx, settled_of(review_id, stage))
    return sorted(rows, key=itemgetter(2, 0))


def settled_of(review_id: str, stage: str) -> Select[Any]:
    """The query of `settled_in_order`."""
    t = tables.entries
    return select(t.c.record_id, t.c.verdict, t.c.settled_at).where(
        t.c.review_id == review_id, t.c.stage == stage, t.c.active.is_(True),
        t.c.standing.in_(("settled", "maybe")),
    )  # fmt: skip


async def first_rounds(tx: Tx, review_id: str, stage: str) -> list[tuple[dict[str, str], bool]]:
    """`person → verdict` per record of the first, independent round, where it is complete.

    With each whether it led to a conflict that nobody has resolved yet. A round
    is complete once it led to a settlement or a conflict; one that still
    gathers votes is left out, so that no figure shows an open vote.
    """
    t, e = tables.votes, tables.entries
    complete = or_(e.c.round > t.c.round, and_(e.c.round == t.c.round, e.c.standing != "open"))
    same = and_(
        e.c.review_id == t.c.review_id, e.c.stage == t.c.stage, e.c.record_id == t.c.record_id
    )
    rows = (
        select(t.c.record_id, t.c.person, t.c.verdict, e.c.standing, e.c.round)
        .join(e, same)
        .where(t.c.review_id == review_id, t.c.stage == stage, t.c.round == 1, complete)
        .where(e.c.active.is_(True))
    )
    records: dict[str, dict[str, str]] = {}
    differing: set[str] = set()
    for row in await tx.execute(rows):
        records.setdefault(row.record_id, {})[row.person] = row.verdict
        if row.standing == "conflict" and row.round == 1:
            differing.add(row.record_id)
    return [(votes, record_id in differing) for record_id, votes in records.items()]
