"""Keeping the index that full-text search asks: which texts have a place in it, and giving it."""

from typing import Any

from sqlalchemy import Select, and_, func, null, select, text, true, update

from services.search.tables import imports, text_places, texts
from shared.db import Tx, database_now, upsert

_PIECE = 200
_ORPHANS = 10_000
PLACED = texts.c.place.is_not(None)
UNPLACED = texts.c.place.is_(None)


async def has_index(tx: Tx) -> bool:
    """Whether the index is there (a SQLite without FTS5, a PostgreSQL without pg_trgm)."""
    look = "SELECT to_regclass('fts_texts')"
    if tx.dialect == "sqlite":
        look = "SELECT max(name) FROM sqlite_master WHERE name = 'fts_texts'"
    return (await tx.execute(text(look))).scalar_one() is not None


async def is_importing(tx: Tx) -> bool:
    """Whether an import is being read."""
    found = await tx.execute(
        select(imports.c.id)
        .where(imports.c.state == "reading", imports.c.read_until > database_now(tx.dialect))
        .limit(1)
    )
    return found.first() is not None


async def place_some(tx: Tx) -> int:
    """Gives the next texts their places; how many there were."""
    given = await _given(tx)
    waiting = next_unplaced().subquery("waiting")
    same = and_(
        *(texts.c[name] == waiting.c[name] for name in ("review_id", "number", "record_id"))
    )
    placed = await tx.execute(update(texts).where(same).values(place=waiting.c.at + given))
    if placed.rowcount and tx.dialect == "sqlite":
        await tx.execute(
            text(
                "INSERT INTO fts_texts (rowid, folded) "
                "SELECT place, folded FROM texts WHERE place > :given ORDER BY place"
            ),
            {"given": given},
        )
    await _give(tx, given + placed.rowcount)
    return placed.rowcount


def next_unplaced() -> Select[Any]:
    """The query of `place_some`: the next texts without a place, in the order of their index."""
    order = (texts.c.review_id, texts.c.number)
    at = func.row_number().over(order_by=order).label("at")
    waiting = select(*order, texts.c.record_id, at).where(UNPLACED)
    return waiting.order_by(*order).limit(_PIECE)


async def clear_orphans(tx: Tx) -> None:
    """Begins the index anew when most of its places belong to texts that were rewritten.

    FTS5 can forget a text only if it is told the old one; a place that no text
    has costs room and is found in vain, no more.
    """
    if tx.dialect != "sqlite" or not await has_index(tx):
        return
    live = select(func.count()).select_from(texts).where(PLACED)
    if await _given(tx) <= 2 * (await tx.execute(live)).scalar_one() + _ORPHANS:
        return
    await tx.execute(text("INSERT INTO fts_texts (fts_texts) VALUES ('delete-all')"))
    await tx.execute(update(texts).where(PLACED).values(place=null()))
    await _give(tx, 0)


async def _given(tx: Tx) -> int:
    row = await tx.execute(select(text_places.c.given).where(true()))
    return row.scalar_one_or_none() or 0


async def _give(tx: Tx, given: int) -> None:
    statement = upsert(tx.dialect, text_places).values(id=1, given=given)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"given": given}))
