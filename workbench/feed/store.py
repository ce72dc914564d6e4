"""The feed: every event of a review at a gap-free position, given by one writer at a time."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, literal, null, or_, select, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement

from shared.db import JsonB, chunks, upsert
from shared.db.bulk import insert_rows, is_one_of
from shared.events import Received, type_name
from shared.kernel.tx import Tx
from workbench.tables import acts, event_counts, feed, feed_heads, members


async def append(tx: Tx, received: Sequence[Received[Any]]) -> None:
    """Put events at the end of their reviews' feeds; known ones are skipped.

    The lock on a review makes its writer the only one, so no reader's cursor
    can skip a position that is committed late.
    """
    by_review: dict[str, list[Received[Any]]] = {}
    for event in received:
        by_review.setdefault(event.review_id, []).append(event)
    await tx.lock(*(f"feed/{review_id}" for review_id in by_review))
    for review_id, events in sorted(by_review.items()):
        await _append_to(tx, review_id, events)


async def _append_to(tx: Tx, review_id: str, events: Sequence[Received[Any]]) -> None:
    ids = [event.id for event in events]
    known_rows = select(feed.c.event_id).where(is_one_of(tx.dialect, feed.c.event_id, ids))
    known = {row.event_id for row in await tx.execute(known_rows)}
    new = list({event.id: event for event in events if event.id not in known}.values())
    if not new:
        return
    last = await head(tx, review_id)
    rows = [_row(event, last + n) for n, event in enumerate(new, start=1)]
    await insert_rows(tx, feed, rows)
    stmt = upsert(tx.dialect, feed_heads).values(review_id=review_id, position=last + len(new))
    moved = {"position": stmt.excluded.position}
    await tx.execute(stmt.on_conflict_do_update(index_elements=["review_id"], set_=moved))
    await _count(tx, review_id, Counter(type_name(type(e.event)) for e in new))


def _row(received: Received[Any], position: int) -> dict[str, Any]:
    return {
        "review_id": received.review_id,
        "position": position,
        "event_id": received.id,
        "type": type_name(type(received.event)),
        "subject": received.subject,
        "subject_version": received.subject_version,
        "at": received.time,
        "actor_id": received.actor_id,
        "actor_kind": received.actor_kind,
        "causation_id": received.causation_id,
        "data": received.event,
    }


async def _count(tx: Tx, review_id: str, counts: Counter[str]) -> None:
    rows = [{"review_id": review_id, "type": t, "count": n} for t, n in sorted(counts.items())]
    stmt = upsert(tx.dialect, event_counts)
    stmt = stmt.on_conflict_do_update(
        index_elements=["review_id", "type"],
        set_={"count": event_counts.c.count + stmt.excluded.count},
    )
    await tx.execute(stmt, rows)


async def head(tx: Tx, review_id: str) -> int:
    """The last position of a review's feed, 0 before the first event."""
    found = select(feed_heads.c.position).where(feed_heads.c.review_id == review_id)
    return (await tx.execute(found)).scalar_one_or_none() or 0


async def heads(tx: Tx, review_ids: Sequence[str]) -> dict[str, int]:
    """The last positions of several reviews."""
    found = select(feed_heads).where(feed_heads.c.review_id.in_(review_ids))
    return {row.review_id: row.position for row in await tx.execute(found)}


async def entries(
    tx: Tx,
    review_id: str,
    after: int,
    limit: int,
    *,
    types: Sequence[str] = (),
    ids: Sequence[str] = (),
) -> Sequence[RowMapping]:
    """Feed entries after a position, in order; only of these types or events, where given."""
    wanted = select(feed).where(feed.c.review_id == review_id, feed.c.position > after)
    if types:
        wanted = wanted.where(feed.c.type.in_(types))
    if ids:
        wanted = wanted.where(feed.c.event_id.in_(ids))
    return (await tx.execute(wanted.order_by(feed.c.position).limit(limit))).mappings().all()


async def entries_at(tx: Tx, review_id: str, positions: Sequence[int]) -> Sequence[RowMapping]:
    """The feed entries at some positions, in order."""
    wanted = select(feed).where(feed.c.review_id == review_id, feed.c.position.in_(positions))
    return (await tx.execute(wanted.order_by(feed.c.position))).mappings().all()


async def latest(tx: Tx, review_id: str, limit: int) -> Sequence[RowMapping]:
    """The newest feed entries, newest first."""
    wanted = select(feed).where(feed.c.review_id == review_id)
    return (await tx.execute(wanted.order_by(feed.c.position.desc()).limit(limit))).mappings().all()


async def latest_of(
    tx: Tx, review_id: str, types: Sequence[str], limit: int
) -> Sequence[RowMapping]:
    """The newest feed entries of these types, newest first; none is looked for where none is."""
    told = await counts(tx, review_id)
    if not any(told.get(name) for name in types):
        return []
    wanted = select(feed).where(feed.c.review_id == review_id, feed.c.type.in_(types))
    return (await tx.execute(wanted.order_by(feed.c.position.desc()).limit(limit))).mappings().all()


async def before(
    tx: Tx, review_id: str, position: int | None, limit: int, service: str = ""
) -> Sequence[RowMapping]:
    """Feed entries before a position (None: before now), newest first; of one service or all."""
    wanted = select(feed).where(feed.c.review_id == review_id)
    if position is not None:
        wanted = wanted.where(feed.c.position < position)
    if service:
        wanted = wanted.where(feed.c.type.startswith(f"{service}.", autoescape=True))
    return (await tx.execute(wanted.order_by(feed.c.position.desc()).limit(limit))).mappings().all()


async def last_of(tx: Tx, review_id: str) -> datetime | None:
    """When the newest event happened; None before the first."""
    here = select(feed.c.at).where(feed.c.review_id == review_id)
    newest = here.order_by(feed.c.position.desc()).limit(1)
    return (await tx.execute(newest)).scalar_one_or_none()


async def last_search(tx: Tx, review_id: str) -> datetime | None:
    """When a search or an import last ended well; looks at known records search nothing."""
    said = feed.c.data
    newest = (
        select(feed.c.at)
        .where(
            feed.c.review_id == review_id,
            feed.c.type == "search.search_finished",
            said["kind"].as_string() != "refetch",
            said["succeeded"].as_boolean().is_(True),
        )
        .order_by(feed.c.position.desc())
        .limit(1)
    )
    return (await tx.execute(newest)).scalar_one_or_none()


async def about(
    tx: Tx, review_id: str, subjects: Collection[str], limit: int
) -> Sequence[RowMapping]:
    """The newest feed entries about any of these subjects, newest first."""
    wanted = select(feed).where(feed.c.review_id == review_id, feed.c.subject.in_(subjects))
    return (await tx.execute(wanted.order_by(feed.c.position.desc()).limit(limit))).mappings().all()


async def titles(tx: Tx, review_id: str, documents: Collection[str]) -> dict[str, str]:
    """The titles of documents, as the feed last told them."""
    document = feed.c.data["document"]
    name, title = (document[part].as_string() for part in ("document_id", "title"))
    found: dict[str, str] = {}
    for part in chunks(sorted(documents), 500):
        told = select(name.label("id"), title.label("title")).where(
            feed.c.review_id == review_id,
            feed.c.subject.in_([f"document/{one}" for one in part]),
            feed.c.type == "extraction.document_added",
        )
        rows = await tx.execute(told.order_by(feed.c.position))
        found |= {row.id: row.title for row in rows if row.title}
    return found


async def counts(tx: Tx, review_id: str) -> dict[str, int]:
    """How many events of each type the feed holds."""
    found = select(event_counts).where(event_counts.c.review_id == review_id)
    return {row["type"]: row["count"] for row in (await tx.execute(found)).mappings()}


EVENT, ACT = 0, 1


async def acts_page(
    tx: Tx, review_id: str, limit: int, after: tuple[datetime, int, int] | None
) -> Sequence[RowMapping]:
    """`at, source, position, actor, actor_kind, act, about, cause, data`, in the order of time.

    One more than `limit` if there is more; `after` is `(at, source, position)`.
    """
    both = union_all(_events(review_id), _acts(review_id)).subquery()
    order = (both.c.at, both.c.source, both.c.position)
    rows = select(both).order_by(*order).limit(limit + 1)
    if after is not None:
        rows = rows.where(_later(both, after))
    return (await tx.execute(rows)).mappings().all()


def _later(both: Any, after: tuple[datetime, int, int]) -> ColumnElement[bool]:
    at, source, position = after
    return or_(
        both.c.at > at,
        and_(both.c.at == at, tuple_(both.c.source, both.c.position) > (source, position)),
    )


def _events(review_id: str) -> Any:
    return select(
        feed.c.at.label("at"),
        literal(EVENT).label("source"),
        feed.c.position.label("position"),
        feed.c.actor_id.label("actor"),
        feed.c.actor_kind.label("actor_kind"),
        feed.c.type.label("act"),
        feed.c.subject.label("about"),
        feed.c.causation_id.label("cause"),
        feed.c.data.label("data"),
    ).where(feed.c.review_id == review_id)


def _acts(review_id: str) -> Any:
    """Acts of the review, and what was done with tokens and names of who ever was a member."""
    t = acts
    team = select(members.c.person_id).where(members.c.review_id == review_id)
    of_it = or_(t.c.review_id == review_id, and_(t.c.review_id == "", t.c.about.in_(team)))
    return select(
        t.c.at,
        literal(ACT),
        t.c.position,
        t.c.actor_id,
        null(),
        t.c.what,
        t.c.about,
        null(),
        null().cast(JsonB),
    ).where(of_it)
