"""Counts, lists and exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from services.screening import tables
from shared.db import Tx, chunks, upsert


async def flow(tx: Tx, review_id: str) -> list[Any]:
    """`(stage, standing, verdict, reason, how, times)` of everything active."""
    e = tables.entries
    columns = (e.c.stage, e.c.standing, e.c.verdict, e.c.reason, e.c.how)
    rows = (
        select(*columns, func.count().label("times"))
        .where(e.c.review_id == review_id, e.c.active.is_(True))
        .group_by(*columns)
    )
    return list((await tx.execute(rows)).all())


async def votes_per_person(tx: Tx, review_id: str, stage: str, person: str) -> list[Any]:
    """`(person, word, times)` of votes that may be shown: of complete rounds, and one's own.

    The word is the verdict, or `in_conflict` for others' votes on records that
    nobody has resolved yet: a count that grows would tell what they voted.
    """
    v, e = tables.votes, tables.entries
    differs = and_(v.c.round == e.c.round, e.c.standing == "conflict", v.c.person != person)
    word = case((differs, "in_conflict"), else_=v.c.verdict).label("word")
    rows = (
        select(v.c.person, word, func.count().label("times"))
        .join(e, _same(v, e))
        .where(v.c.review_id == review_id, v.c.stage == stage)
        .where(or_(_complete(v, e), _own(v, e, person)))
        .group_by(v.c.person, word)
    )
    return list((await tx.execute(rows)).all())


def _same(v: Any, e: Any) -> Any:
    return and_(
        v.c.review_id == e.c.review_id, v.c.stage == e.c.stage, v.c.record_id == e.c.record_id
    )


def _complete(v: Any, e: Any) -> Any:
    """The vote's round has led to a settlement or a conflict."""
    return or_(v.c.round < e.c.round, and_(v.c.round == e.c.round, e.c.standing != "open"))


def _own(v: Any, e: Any, person: str) -> Any:
    """The person's own; what waits on an absorbed record is counted with its survivor."""
    return and_(v.c.person == person, or_(e.c.active.is_(True), _complete(v, e)))


async def shown_votes(
    tx: Tx, review_id: str, stage: str, person: str, limit: int, after: Sequence[Any] | None,
    own: bool = False,
) -> list[Any]:  # fmt: skip
    """Votes that may leave: of records whose settlement stands, and the person's own (`own`:
    those alone).
    """
    v, e, r = tables.votes, tables.entries, tables.records
    settled = and_(_complete(v, e), e.c.standing.in_(("settled", "maybe")))
    earlier = and_(v.c.round < e.c.round, e.c.standing != "conflict")
    rows = (
        select(v, e.c.standing, r.c.title, r.c.label)
        .join(e, _same(v, e))
        .join(r, and_(r.c.review_id == v.c.review_id, r.c.record_id == v.c.record_id), isouter=True)
        .where(v.c.review_id == review_id, v.c.stage == stage)
        .where(_own(v, e, person) if own else or_(settled, earlier, _own(v, e, person)))
        .order_by(v.c.record_id, v.c.round, v.c.person)
        .limit(limit + 1)
    )
    if after is not None:
        record, round_, who = after
        rows = rows.where(
            or_(
                v.c.record_id > record,
                and_(v.c.record_id == record, v.c.round > round_),
                and_(v.c.record_id == record, v.c.round == round_, v.c.person > who),
            )
        )
    return list((await tx.execute(rows)).all())


async def settlements(
    tx: Tx, review_id: str, stage: str, *, limit: int, after: str | None, verdict: str | None,
    standing: Sequence[str] = ("settled", "maybe"), reason: str | None = None,
) -> list[Any]:  # fmt: skip
    """Settlements (or conflicts) of a stage with their records' titles, by record."""
    e, r = tables.entries, tables.records
    same = and_(r.c.review_id == e.c.review_id, r.c.record_id == e.c.record_id)
    rows = (
        select(e, r.c.title, r.c.abstract, r.c.authors, r.c.year, r.c.journal, r.c.label)
        .join(r, same)
        .where(e.c.review_id == review_id, e.c.stage == stage, e.c.active.is_(True))
        .where(e.c.standing.in_(standing))
        .order_by(e.c.record_id)
        .limit(limit + 1)
    )
    if verdict is not None:
        rows = rows.where(e.c.verdict == verdict)
    if reason is not None:
        rows = rows.where(e.c.reason == reason)
    if after is not None:
        rows = rows.where(e.c.record_id > after)
    return list((await tx.execute(rows)).all())


@dataclass(frozen=True, slots=True)
class Excluded:
    """An excluded record: its text, and the criterion for which it was excluded, if named."""

    record_id: str
    text: str
    reason: str | None


async def excluded_texts(
    tx: Tx, review_id: str, stage: str, after: str, limit: int
) -> list[Excluded]:
    """Excluded records after a record id, for offering again."""
    e, r = tables.entries, tables.records
    same = and_(r.c.review_id == e.c.review_id, r.c.record_id == e.c.record_id)
    rows = (
        select(e.c.record_id, e.c.reason, r.c.title, r.c.abstract, r.c.keywords)
        .join(r, same)
        .where(
            e.c.review_id == review_id, e.c.stage == stage, e.c.active.is_(True),
            e.c.standing == "settled", e.c.verdict == "exclude", e.c.record_id > after,
        )
        .order_by(e.c.record_id)
        .limit(limit)
    )  # fmt: skip
    return [
        Excluded(row.record_id, " ".join((row.title, row.abstract, *row.keywords)), row.reason)
        for row in await tx.execute(rows)
    ]


async def offer_again(
    tx: Tx, review_id: str, stage: str, cause: str, found: Sequence[tuple[str, tuple[str, ...]]]
) -> None:
    """Offer excluded records again: `(record, words)`, with the cause."""
    rows = [
        {
            "review_id": review_id, "stage": stage, "record_id": record, "cause": cause,
            "words": list(words), "offered_at": tx.now(), "open": True,
        }
        for record, words in found
    ]  # fmt: skip
    stmt = upsert(tx.dialect, tables.offers)
    keep = {k: stmt.excluded[k] for k in ("cause", "words", "offered_at", "open")}
    stmt = stmt.on_conflict_do_update(index_elements=["review_id", "stage", "record_id"], set_=keep)
    for part in chunks(rows, 1000):
        await tx.execute(stmt, part)


async def offered(tx: Tx, review_id: str, stage: str, limit: int, after: str | None) -> list[Any]:
    """Excluded records that are offered again, with the words that brought them back."""
    o, r, e = tables.offers, tables.records, tables.entries
    rows = (
        select(o, r.c.title, r.c.abstract, e.c.criteria_version, e.c.theory_versions, e.c.reason)
        .join(r, and_(r.c.review_id == o.c.review_id, r.c.record_id == o.c.record_id))
        .join(e, _same(o, e))
        .where(o.c.review_id == review_id, o.c.stage == stage, o.c.open.is_(True))
        .where(e.c.active.is_(True), e.c.standing == "settled", e.c.verdict == "exclude")
        .order_by(o.c.record_id)
        .limit(limit + 1)
    )
    if after is not None:
        rows = rows.where(o.c.record_id > after)
    return list((await tx.execute(rows)).all())


async def votes_of_open(tx: Tx, review_id: str, stage: str) -> list[str]:
    """Records of which a round is begun and not complete (for closing a stage; never shown)."""
    v, e = tables.votes, tables.entries
    rows = (
        select(e.c.record_id)
        .join(v, _same(v, e))
        .where(e.c.review_id == review_id, e.c.stage == stage, e.c.active.is_(True))
        .where(
            or_(
                and_(v.c.round > e.c.round, e.c.standing == "maybe"),
                and_(v.c.round == e.c.round, e.c.standing == "open"),
            )
        )
        .distinct()
    )
    return [row.record_id for row in await tx.execute(rows)]


async def keep_highlight(
    tx: Tx, review_id: str, name: str, terms: Sequence[str], colour: str
) -> None:
    """Keep a set of terms to be marked in texts."""
    row = {"review_id": review_id, "name": name, "terms": list(terms), "colour": colour}
    stmt = upsert(tx.dialect, tables.highlights).values(row)
    keep = {"terms": stmt.excluded.terms, "colour": stmt.excluded.colour}
    await tx.execute(stmt.on_conflict_do_update(index_elements=["review_id", "name"], set_=keep))


async def highlights(tx: Tx, review_id: str) -> list[Any]:
    """All highlight sets of a review."""
    t = tables.highlights
    rows = select(t).where(t.c.review_id == review_id).order_by(t.c.name)
    return list((await tx.execute(rows)).all())


async def pool_size(tx: Tx, review_id: str, stage: str) -> int:
    """How many records the stage was fed and still has."""
    e = tables.entries
    total = select(func.count()).where(
        e.c.review_id == review_id, e.c.stage == stage, e.c.active.is_(True)
    )
    return int((await tx.execute(total)).scalar_one())


async def settled_count(tx: Tx, review_id: str, stage: str) -> int:
    """How many records a ranking could learn from (maybe teaches nothing)."""
    e = tables.entries
    total = select(func.count()).where(
        e.c.review_id == review_id, e.c.stage == stage, e.c.standing == "settled",
        e.c.active.is_(True),
    )  # fmt: skip
    return int((await tx.execute(total)).scalar_one())
