"""The queue as one person sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from services.screening import tables
from shared.db import Tx, database_now


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What part of a queue is wanted.

    `maybe`: records kept for later instead of the waiting ones; `assigned`:
    those assigned to the person; `held`: those the person holds already;
    `records`: none but these, `without`: all but these; `whoever_holds`: those
    that others hold as well; `titles`: titles and years alone;
    `sitter` is who sits for the person, and holds nothing against them;
    `after`: the sort key `(postponed, place, record)` of the page before.
    """

    person: str
    limit: int = 50
    after: tuple[Any, ...] | None = None
    text: str = ""
    maybe: bool = False
    assigned: bool = False
    year_from: int | None = None
    year_to: int | None = None
    closing: bool = False
    held: bool = False
    records: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    sitter: str = ""
    whoever_holds: bool = False
    titles: bool = False


async def queue(tx: Tx, review_id: str, stage: str, asked: QueueFilter) -> list[Any]:
    """Up to `limit + 1` waiting records: what the person has neither judged nor may collide on.

    What they postponed comes last. Nothing in it depends on other people's votes.
    """
    rows: list[Any] = []
    for later in (0, 1):
        wanted = asked.limit + 1 - len(rows)
        if wanted > 0 and (asked.after is None or asked.after[0] <= later):
            page = _page(tx.dialect, review_id, stage, asked, later).limit(wanted)
            names = _TITLES if asked.titles else _SHOWN
            rows += (await tx.execute(_shown(page, review_id, names))).all()
    return rows


async def count(tx: Tx, review_id: str, stage: str, asked: QueueFilter) -> int:
    """How many records `queue` would give in all, counted up to `limit`."""
    pages = [_page(tx.dialect, review_id, stage, asked, later) for later in (0, 1)]
    parts = [page.order_by(None).limit(asked.limit).subquery() for page in pages]
    counts = [await tx.execute(select(func.count()).select_from(part)) for part in parts]
    return min(asked.limit, sum(int(found.scalar_one()) for found in counts))


async def cast_since(tx: Tx, review_id: str, stage: str, person: str, moment: datetime) -> int:
    """How many records a person decided at or after a moment."""
    v = tables.votes
    found = select(func.count(func.distinct(v.c.record_id))).where(
        v.c.review_id == review_id, v.c.stage == stage, v.c.person == person,
        v.c.decided_at >= moment,
    )  # fmt: skip
    return int((await tx.execute(found)).scalar_one())


def _page(dialect: str, review_id: str, stage: str, asked: QueueFilter, later: int) -> Any:
    """Ids in order of place: those postponed by the person (`later` 1), or the others.

    Reads the index in its order and stops at the limit.
    """
    e = tables.entries
    is_postponed = _row_exists(tables.postponed, asked.person)
    page: Any = (
        select(e.c.record_id, e.c.place, e.c.score, e.c.why, literal(later).label("later"))
        .where(
            e.c.review_id == review_id, e.c.stage == stage, e.c.active.is_(True),
            e.c.standing == ("maybe" if asked.maybe else "open"),
            is_postponed if later else ~is_postponed,
            ~_has_voted(asked.person),
            or_(literal(asked.whoever_holds), ~_is_leased(dialect, asked)),
            or_(literal(asked.assigned), ~_is_given_to_others(asked.person)),
        )
        .order_by(e.c.place, e.c.record_id)
    )  # fmt: skip
    if asked.after is not None and asked.after[0] == later:
        _, place, record_id = asked.after
        page = page.where(
            or_(e.c.place > place, and_(e.c.place == place, e.c.record_id > record_id))
        ).where(e.c.place >= place)
    if asked.held:
        page = page.where(_row_exists(tables.leases, asked.person))
    if asked.records is not None:
        page = page.where(e.c.record_id.in_(asked.records))
    if asked.without:
        page = page.where(e.c.record_id.not_in(asked.without))
    return _filtered(page, asked)


def _shown(page: Any, review_id: str, names: Sequence[str]) -> Any:
    """The page with what is shown of its records."""
    r, ids = tables.records, page.subquery()
    return (
        select(ids, *(r.c[name] for name in names))
        .join(r, and_(r.c.review_id == review_id, r.c.record_id == ids.c.record_id))
        .order_by(ids.c.place, ids.c.record_id)
    )


_SHOWN = (
    "title", "abstract", "keywords", "authors", "year", "journal", "doi", "pmid", "label", "flags",
)  # fmt: skip
_TITLES = ("title", "year", "label")


def _row_exists(table: Any, person: str) -> Any:
    e = tables.entries
    return exists().where(
        table.c.review_id == e.c.review_id, table.c.stage == e.c.stage,
        table.c.record_id == e.c.record_id, table.c.person == person,
    )  # fmt: skip


def _has_voted(person: str) -> Any:
    e, v = tables.entries, tables.votes
    voting_round = e.c.round + case((e.c.standing == "maybe", 1), else_=0)
    return exists().where(
        v.c.review_id == e.c.review_id, v.c.stage == e.c.stage,
        v.c.record_id == e.c.record_id, v.c.person == person, v.c.round == voting_round,
    )  # fmt: skip


def _is_leased(dialect: str, asked: QueueFilter) -> Any:
    """Whether as many others hold the record as are needed to judge it."""
    e, held = tables.entries, tables.leases
    holders = (
        select(func.count())
        .select_from(held)
        .where(
            held.c.review_id == e.c.review_id, held.c.stage == e.c.stage,
            held.c.record_id == e.c.record_id, held.c.person.not_in((asked.person, asked.sitter)),
            held.c.until > database_now(dialect),
        )
        .scalar_subquery()
    )  # fmt: skip
    return holders >= case((e.c.needed < 1, 2), else_=e.c.needed)


def _is_given_to_others(person: str) -> Any:
    """Whether as many others as are needed were assigned the record, and the person was not."""
    e, a = tables.entries, tables.assignments
    given = (
        select(func.sum(case((a.c.person == person, -1000), else_=1)))
        .where(
            a.c.review_id == e.c.review_id, a.c.stage == e.c.stage,
            a.c.record_id == e.c.record_id,
        )
        .scalar_subquery()
    )  # fmt: skip
    return func.coalesce(given, 0) >= case((e.c.needed < 1, 2), else_=e.c.needed)


def _filtered(page: Any, asked: QueueFilter) -> Any:
    e, r = tables.entries, tables.records
    if asked.closing:
        page = page.where(e.c.closing.is_(True))
    if asked.assigned:
        page = page.where(_row_exists(tables.assignments, asked.person))
    wanted = []
    for word in asked.text.split():
        likes = [f"%{_escaped(form)}%" for form in _forms(word)]
        shown = [
            func.lower(column).like(like, escape="\\")
            for like in likes
            for column in (r.c.title, r.c.abstract)
        ]
        wanted.append(or_(*shown))
    if asked.year_from is not None:
        wanted.append(r.c.year >= asked.year_from)
    if asked.year_to is not None:
        wanted.append(r.c.year <= asked.year_to)
    if wanted:
        same = and_(r.c.review_id == e.c.review_id, r.c.record_id == e.c.record_id)
        page = page.join(r, same).where(*wanted)
    return page


def _forms(word: str) -> list[str]:
    """Ways in which a word may be written: SQLite takes É and é for two letters."""
    lower = word.lower()
    return [lower] if word.isascii() else [lower, word.upper(), lower.capitalize()]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def unassigned(tx: Tx, review_id: str, stage: str, count: int) -> list[str]:
    """The first waiting records that nobody was assigned.

    Whether the person has judged one is not asked: what were passed over would show it.
    """
    e, a = tables.entries, tables.assignments
    taken = exists().where(
        a.c.review_id == e.c.review_id, a.c.stage == e.c.stage, a.c.record_id == e.c.record_id
    )
    rows = (
        select(e.c.record_id)
        .where(
            e.c.review_id == review_id, e.c.stage == stage, e.c.active.is_(True),
            e.c.standing == "open", ~taken,
        )
        .order_by(e.c.place, e.c.record_id)
        .limit(count)
    )  # fmt: skip
    return [row.record_id for row in await tx.execute(rows)]
