"""What people hold of a queue: leases, assignments, and what they put off."""

from collections.abc import Collection, Sequence
from typing import Any, Literal

from sqlalchemy import bindparam, delete, exists, select

from services.screening import tables
from services.screening.decisions.domain.holds import Hold
from shared.db import Tx, database_now, upsert
from shared.db.among import among

LEASE_SECONDS = 600.0

Kind = Literal["leases", "assignments", "postponed"]

_TABLES: dict[Kind, Any] = {
    "leases": tables.leases,
    "assignments": tables.assignments,
    "postponed": tables.postponed,
}
_KEY = ("review_id", "stage", "record_id", "person")


async def lease(tx: Tx, review_id: str, stage: str, person: str, ids: Sequence[str]) -> None:
    """Hold these records for the person for ten minutes by the database's clock."""
    if not ids:
        return
    stmt = upsert(tx.dialect, tables.leases).values(
        review_id=bindparam("b_review"),
        stage=bindparam("b_stage"),
        record_id=bindparam("b_record"),
        person=bindparam("b_person"),
        until=database_now(tx.dialect) + LEASE_SECONDS,
        carried_from="",
    )
    stmt = stmt.on_conflict_do_update(
        index_elements=_KEY, set_={"until": stmt.excluded.until, "carried_from": ""}
    )
    common = {"b_review": review_id, "b_stage": stage, "b_person": person}
    await tx.execute(stmt, [{**common, "b_record": record_id} for record_id in ids])


async def forget_leases(tx: Tx, review_id: str, stage: str) -> None:
    """Sweep leases that have run out."""
    t = tables.leases
    gone = t.c.until <= database_now(tx.dialect)
    await tx.execute(delete(t).where(t.c.review_id == review_id, t.c.stage == stage, gone))


async def put(
    tx: Tx, review_id: str, stage: str, kind: Kind, pairs: Sequence[tuple[str, str]]
) -> None:
    """Note `(record, person)` pairs as `postponed` or in `assignments`; twins change nothing."""
    values = [
        {"review_id": review_id, "stage": stage, "record_id": r, "person": p, "carried_from": ""}
        for r, p in pairs
    ]
    if values:
        stmt = upsert(tx.dialect, _TABLES[kind])
        own = stmt.on_conflict_do_update(index_elements=_KEY, set_={"carried_from": ""})
        await tx.execute(own, values)


async def held(
    tx: Tx, review_id: str, stage: str, kind: Kind, record_ids: Sequence[str]
) -> dict[str, list[Hold]]:
    """What people hold of these records, by record; leases that have run out are none."""
    t = _TABLES[kind]
    rows = select(t).where(
        t.c.review_id == review_id, t.c.stage == stage, t.c.record_id.in_(record_ids)
    )
    if kind == "leases":
        rows = rows.where(t.c.until > database_now(tx.dialect))
    found: dict[str, list[Hold]] = {record_id: [] for record_id in record_ids}
    for row in await tx.execute(rows.order_by(t.c.record_id, t.c.person)):
        until = row.until if kind == "leases" else 0.0
        one = Hold(person=row.person, carried_from=row.carried_from, until=until)
        found[row.record_id].append(one)
    return found


async def held_by_anybody(
    tx: Tx, review_id: str, stage: str, record_ids: Collection[str]
) -> set[str]:
    """Those of these records that anybody holds in any way; a lease that has run out is none."""
    found: set[str] = set()
    for kind, t in _TABLES.items():
        rows = select(t.c.record_id).where(
            t.c.review_id == review_id, t.c.stage == stage,
            among(tx.dialect, t.c.record_id, record_ids),
        )  # fmt: skip
        if kind == "leases":
            rows = rows.where(t.c.until > database_now(tx.dialect))
        found |= set((await tx.execute(rows)).scalars())
    return found


async def carry(
    tx: Tx, review_id: str, stage: str, kind: Kind, record_id: str, new: Sequence[Hold]
) -> None:
    """Let what is held of a twin be held of this record; a lease that has run out makes way."""
    t = _TABLES[kind]
    values = [
        {
            "review_id": review_id, "stage": stage, "record_id": record_id, "person": one.person,
            "carried_from": one.carried_from, **({"until": one.until} if kind == "leases" else {}),
        }
        for one in new
    ]  # fmt: skip
    if values:
        stmt = upsert(tx.dialect, t)
        keep = {name: stmt.excluded[name] for name in values[0] if name not in _KEY}
        await tx.execute(stmt.on_conflict_do_update(index_elements=_KEY, set_=keep), values)


async def give_back(tx: Tx, review_id: str, record_ids: Sequence[str]) -> None:
    """Take what was carried from these records off all others; they have their own still."""
    for t in _TABLES.values():
        await tx.execute(
            delete(t).where(
                t.c.review_id == review_id, t.c.carried_from.in_(record_ids),
                t.c.record_id.not_in(record_ids),
            )
        )  # fmt: skip


async def release(
    tx: Tx,
    review_id: str,
    stage: str,
    person: str,
    record_ids: Sequence[str],
    kinds: Sequence[Kind] = ("leases", "postponed"),
) -> None:
    """Let go of records that a person reads or has put off; what is assigned stays so."""
    for t in (_TABLES[kind] for kind in kinds):
        await tx.execute(
            delete(t).where(
                t.c.review_id == review_id, t.c.stage == stage,
                t.c.person == person, t.c.record_id.in_(record_ids),
            )
        )  # fmt: skip


async def release_judged(tx: Tx, review_id: str, stage: str) -> None:
    """Forget postponements of records that their people have judged meanwhile.

    Done in the background: a vote already keeps a record out of the voter's
    queue. Leases run out by themselves and assignments stay: if they ended with
    the vote, others' queues would show that there is one.
    """
    v, e, t = tables.votes, tables.entries, tables.postponed
    judged = (
        exists()
        .where(*(v.c[name] == t.c[name] for name in _KEY))
        .where(*(e.c[name] == t.c[name] for name in _KEY[:3]), v.c.round >= e.c.round)
    )
    await tx.execute(delete(t).where(t.c.review_id == review_id, t.c.stage == stage, judged))


async def release_all(tx: Tx, review_id: str, person: str) -> None:
    """Let go of everything that a leaver held."""
    for t in _TABLES.values():
        await tx.execute(delete(t).where(t.c.review_id == review_id, t.c.person == person))
