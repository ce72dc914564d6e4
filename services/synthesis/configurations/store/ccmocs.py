"""CCMOCs, their revisions, what people say of them, and gaps."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from services.synthesis.projections.store import tables
from shared.db import Tx
from shared.db.rows import Row, all_of, first_of, put, rows_among


async def of_theory(tx: Tx, review_id: str, theory_id: str) -> dict[str, dict[str, Any]]:
    """Every CCMOC that a theory has or had, by id."""
    table = tables.ccmocs
    query = select(table).where(table.c.review_id == review_id, table.c.theory_id == theory_id)
    return {row["ccmoc_id"]: row for row in await all_of(tx, query)}


async def one(tx: Tx, review_id: str, ccmoc_id: str) -> dict[str, Any] | None:
    """One CCMOC, standing or lapsed, or None."""
    table = tables.ccmocs
    here = (table.c.review_id == review_id) & (table.c.ccmoc_id == ccmoc_id)
    return await first_of(tx, select(table).where(here))


async def page(
    tx: Tx,
    review_id: str,
    *,
    after: str = "",
    limit: int = 1000,
    lapsed: bool = False,
    **wanted: Any,
) -> list[dict[str, Any]]:
    """CCMOCs by id after `after`; `wanted` are columns that must be equal, None is any."""
    table = tables.ccmocs
    conditions = [table.c.review_id == review_id, table.c.ccmoc_id > after]
    if not lapsed:
        conditions.append(table.c.lapsed.is_(False))
    conditions += [table.c[name] == value for name, value in wanted.items() if value is not None]
    query = select(table).where(and_(*conditions)).order_by(table.c.ccmoc_id).limit(limit)
    return await all_of(tx, query)


async def keep(tx: Tx, rows: Sequence[Row], revisions: Sequence[Row]) -> None:
    """Store CCMOCs and their new revisions."""
    await put(tx, tables.ccmocs, rows)
    await put(tx, tables.revisions, revisions)


async def history(tx: Tx, review_id: str, ccmoc_id: str) -> list[dict[str, Any]]:
    """Every revision of a CCMOC, oldest first."""
    table = tables.revisions
    here = (table.c.review_id == review_id) & (table.c.ccmoc_id == ccmoc_id)
    return await all_of(tx, select(table).where(here).order_by(table.c.revision))


async def revision_of(
    tx: Tx, review_id: str, ccmoc_id: str, revision: int
) -> dict[str, Any] | None:
    """One revision of a CCMOC."""
    table = tables.revisions
    here = (table.c.review_id == review_id) & (table.c.ccmoc_id == ccmoc_id)
    return await first_of(tx, select(table).where(here, table.c.revision == revision))


async def revisions_since(
    tx: Tx, review_id: str, since: datetime | None, theory_id: str | None, limit: int
) -> list[dict[str, Any]]:
    """Revisions of a review (or theory) after a moment, newest first."""
    table = tables.revisions
    conditions = [table.c.review_id == review_id]
    if since is not None:
        conditions.append(table.c.at > since)
    if theory_id is not None:
        conditions.append(table.c.theory_id == theory_id)
    query = select(table).where(and_(*conditions))
    return await all_of(tx, query.order_by(table.c.at.desc(), table.c.ccmoc_id).limit(limit))


async def bodies_at(tx: Tx, review_id: str, at: datetime) -> list[dict[str, Any]]:
    """The bodies that stood at a moment, sorted by id."""
    table = tables.revisions
    newest = (
        select(table.c.ccmoc_id, func.max(table.c.revision).label("revision"))
        .where(table.c.review_id == review_id, table.c.at <= at)
        .group_by(table.c.ccmoc_id)
        .subquery()
    )
    same = (table.c.ccmoc_id == newest.c.ccmoc_id) & (table.c.revision == newest.c.revision)
    query = select(table.c.body).join(newest, same).where(table.c.review_id == review_id)
    bodies = [row["body"] for row in await all_of(tx, query.order_by(table.c.ccmoc_id))]
    return [body for body in bodies if body is not None]


async def revisions_between(
    tx: Tx, review_id: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """CCMOC and causes of every revision after `start` and not after `end`, oldest first."""
    table = tables.revisions
    query = select(table.c.ccmoc_id, table.c.caused_by).where(
        table.c.review_id == review_id, table.c.at > start, table.c.at <= end
    )
    return await all_of(tx, query.order_by(table.c.at, table.c.ccmoc_id, table.c.revision))


async def links_of(
    tx: Tx, review_id: str, ccmoc_ids: Collection[str]
) -> dict[str, list[dict[str, Any]]]:
    """The weighed links of CCMOCs, what moves most first."""
    table = tables.ccmoc_links
    rows = await rows_among(tx, table, review_id, table.c.ccmoc_id, ccmoc_ids)
    return {row["ccmoc_id"]: row["links"] for row in rows}


async def links_of_theory(
    tx: Tx, review_id: str, theory_id: str | None
) -> dict[str, list[dict[str, Any]]]:
    """The weighed links of every CCMOC of a theory, or of the review."""
    table = tables.ccmoc_links
    query = select(table.c.ccmoc_id, table.c.links).where(table.c.review_id == review_id)
    if theory_id is not None:
        query = query.where(table.c.theory_id == theory_id)
    return {row["ccmoc_id"]: row["links"] for row in await all_of(tx, query)}


async def keep_links(tx: Tx, rows: Sequence[Row]) -> None:
    """Store the weighed links of CCMOCs; none where they have no evidence any more."""
    await put(tx, tables.ccmoc_links, rows)


async def append_state(tx: Tx, row: Row) -> None:
    """Note what people said a CCMOC's state is."""
    await tx.execute(tables.ccmoc_states.insert(), dict(row))


async def states_of(tx: Tx, review_id: str, ccmoc_id: str) -> list[dict[str, Any]]:
    """Every state that people gave a CCMOC, oldest first."""
    table = tables.ccmoc_states
    here = (table.c.review_id == review_id) & (table.c.ccmoc_id == ccmoc_id)
    return await all_of(tx, select(table).where(here).order_by(table.c.position))


async def append_judgements(tx: Tx, rows: Sequence[Row]) -> None:
    """Note judgements after all earlier ones."""
    for row in rows:
        await tx.execute(tables.judgements.insert(), dict(row))


async def judgements_of(
    tx: Tx, review_id: str, theories: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Judgements of a review (or of some theories), in the order given."""
    table = tables.judgements
    if theories is not None:
        rows = await rows_among(tx, table, review_id, table.c.theory_id, theories)
        return sorted(rows, key=lambda row: int(row["position"]))
    query = select(table).where(table.c.review_id == review_id).order_by(table.c.position)
    return await all_of(tx, query)


async def gaps_of(
    tx: Tx, review_id: str, theory_id: str | None = None, closed: bool = True
) -> dict[str, dict[str, Any]]:
    """Gaps of a review or theory, by id."""
    table = tables.gaps
    query = select(table).where(table.c.review_id == review_id)
    if theory_id is not None:
        query = query.where(table.c.theory_id == theory_id)
    if not closed:
        query = query.where(table.c.closed.is_(False))
    return {row["gap_id"]: row for row in await all_of(tx, query.order_by(table.c.gap_id))}


async def keep_gaps(tx: Tx, rows: Sequence[Row]) -> None:
    """Store gaps, open or closed."""
    await put(tx, tables.gaps, rows)


async def fragments_of(
    tx: Tx, review_id: str, fragment_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Fragments with their quotes, by id."""
    table = tables.fragments
    rows = await rows_among(tx, table, review_id, table.c.fragment_id, fragment_ids)
    return {row["fragment_id"]: row for row in rows}
