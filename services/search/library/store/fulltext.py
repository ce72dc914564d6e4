"""Full-text search: words, parts of words and phrases, found in the library's texts.

SQLite keeps an index of trigrams (FTS5), PostgreSQL one of `pg_trgm`. A text gets
its place in the index some time after it was written, by a job; until then it is
scanned, so that what a search finds never depends on the index.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, null, select, text, true, update

from services.search.library.store.records import folded
from services.search.tables import (
    assignments,
    imports,
    records,
    source_records,
    text_places,
    texts,
)
from shared.db import Tx, chunks, database_now, upsert
from shared.db.among import among
from shared.db.rows import Row, all_of, tuples_of

_PIECE = 200
_MOST_CANDIDATES = 5000
_MOST_UNPLACED = 2000
_SOON = 500
"""Texts that are looked through before the index is asked."""
_FURTHEST = 4000
"""Texts that are looked through where the first ones promise a page among them."""
_ORPHANS = 10_000
_PLACED = texts.c.place.is_not(None)
_UNPLACED = texts.c.place.is_(None)


def words_of(query: str) -> list[str]:
    """The words and "quoted phrases" of a query, folded."""
    return [folded(a or b) for a, b in re.findall(r'"([^"]+)"|(\S+)', query)]


async def page(
    tx: Tx,
    review_id: str,
    *,
    query: str = "",
    after: int | None = None,
    most: int = 51,
    states: Sequence[str] = ("active",),
    person: str = "",
    source: str = "",
) -> Sequence[Row]:
    """Records in order of their arrival; with a query, those that have all its words.

    `person` limits them to those that were given to this person, `source` to those that it
    brought.
    """
    statement = _wanted(review_id, states, person, source)
    if after is not None:
        statement = statement.where(records.c.number > after)
    words = words_of(query)
    if words:
        soon = await _soon(tx, statement, review_id, words, after, most)
        if soon is not None:
            return soon
        ids = await _indexed(tx, review_id, words, after)
        if ids is not None:
            return await _first(tx, statement, ids, most)
        statement = statement.join(
            texts, (texts.c.review_id == records.c.review_id) & (texts.c.record_id == records.c.id)
        ).where(*_within(tx.dialect, words))
    return await all_of(tx, statement.order_by(records.c.number).limit(most))


def _wanted(review_id: str, states: Sequence[str], person: str, source: str) -> Select[Any]:
    """Records in these states, given to this person and brought by this source, where named."""
    statement = select(records).where(records.c.review_id == review_id, records.c.state.in_(states))
    if person:
        mine = select(assignments.c.record_id).where(
            assignments.c.review_id == review_id, assignments.c.person == person
        )
        statement = statement.where(records.c.id.in_(mine))
    if source:
        brought = exists().where(
            source_records.c.review_id == records.c.review_id,
            source_records.c.source == source,
            source_records.c.record_id == records.c.id,
        )
        statement = statement.where(brought)
    return statement


async def _soon(
    tx: Tx,
    statement: Select[Any],
    review_id: str,
    words: Sequence[str],
    after: int | None,
    most: int,
) -> Sequence[Row] | None:
    """A whole page out of the next few texts in order of arrival; None if they do not fill it.

    Words that are in every few texts are met at once, where the trigrams of PostgreSQL would
    gather thousands of places first; rare ones cost no more than this look. Where the look meets
    enough of them to tell how many texts fill a page, so many are looked through.
    """
    if tx.dialect == "sqlite":
        return None
    found = await tuples_of(tx, soon_of(review_id, words, after))
    further = _SOON * (most + 1) // len(found) if found else 0
    if len(found) < most and _SOON < further <= _FURTHEST:
        found = await tuples_of(tx, soon_of(review_id, words, after, further * 3 // 2))
    if len(found) < most:
        return None
    rows = await _first(tx, statement, [row[0] for row in found], most)
    return rows if len(rows) == most else None


def soon_of(
    review_id: str, words: Sequence[str], after: int | None, texts_ahead: int = _SOON
) -> Select[Any]:
    """The query of `_soon`: ids of those of the next few texts that have all the words."""
    columns = texts.c
    near = select(columns.record_id, columns.number, columns.folded).where(
        columns.review_id == review_id
    )
    if after is not None:
        near = near.where(columns.number > after)
    few = near.order_by(columns.number).limit(texts_ahead).subquery("few")
    has = [func.strpos(few.c.folded, word) > 0 for word in words]
    return select(few.c.record_id).where(*has).order_by(few.c.number)


async def _first(tx: Tx, statement: Select[Any], ids: Sequence[str], most: int) -> Sequence[Row]:
    """The first records of `ids`, which are in order, that `statement` lets through."""
    kept: list[Row] = []
    for some in chunks(ids, 2 * most):
        rows = await all_of(tx, statement.where(among(tx.dialect, records.c.id, some)))
        kept += sorted(rows, key=lambda row: row["number"])
        if len(kept) >= most:
            break
    return kept[:most]


def _within(dialect: str, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Text and words are folded already, so plain substrings (not LIKE) are enough, and faster."""
    place = func.instr if dialect == "sqlite" else func.strpos
    return [place(texts.c.folded, word) > 0 for word in words]


async def _indexed(
    tx: Tx, review_id: str, words: Sequence[str], after: int | None = None
) -> list[str] | None:
    """Ids of records in order of arrival: through the index, and the texts without a place.

    None where a scan is better: words of less than three letters only, words
    that are everywhere (a scan meets them soon), or a library just imported.
    """
    places = await _candidates(tx, words)
    if places is None:
        return None
    unplaced = select(texts.c.record_id).where(unplaced_in(review_id))
    some = unplaced.limit(_MOST_UNPLACED + 1).subquery()
    waiting = (await tx.execute(select(func.count()).select_from(some))).scalar_one()
    if len(places) > _MOST_CANDIDATES or waiting > _MOST_UNPLACED:
        return None
    here = select(texts.c.number, texts.c.record_id).where(*_within(tx.dialect, words))
    if after is not None:
        here = here.where(texts.c.number > after)
    found: list[tuple[int, str]] = []
    # A database would look through the whole review instead of the few places, if it could.
    ours = texts.c.review_id.concat("") == review_id
    for where in (
        and_(among(tx.dialect, texts.c.place, places), ours),
        unplaced_in(review_id),
    ):
        found += await tuples_of(tx, here.where(where))
    return [record_id for _, record_id in sorted(found)]


def unplaced_in(review_id: str) -> ColumnElement[bool]:
    """The texts of a review that have no place yet, which `ix_texts_unplaced` lists."""
    return and_(_UNPLACED, texts.c.review_id == review_id)


async def _candidates(tx: Tx, words: Sequence[str]) -> list[int] | None:
    """The places of the texts that may have all the words; None without words long enough."""
    trigrams = _trigrams(words)
    if not trigrams or not await has_index(tx):
        return None
    if tx.dialect == "sqlite":
        found = await tx.execute(
            text("SELECT rowid FROM fts_texts WHERE fts_texts MATCH :trigrams LIMIT :most"),
            {"trigrams": trigrams, "most": _MOST_CANDIDATES + 1},
        )
    else:
        likes = (texts.c.folded.contains(word, autoescape=True) for word in words)
        found = await tx.execute(
            select(texts.c.place).where(_PLACED, *likes).limit(_MOST_CANDIDATES + 1)
        )
    return [row[0] for row in found]


def _trigrams(words: Sequence[str]) -> str:
    """The FTS5 query that every text with these words answers; others may, too."""
    parts = (
        word[at : at + 3].replace('"', '""') for word in words for at in range(len(word[:80]) - 2)
    )
    return " AND ".join(f'"{part}"' for part in dict.fromkeys(parts))


async def has_index(tx: Tx) -> bool:
    """Whether the index is there (a SQLite without FTS5, a PostgreSQL without pg_trgm)."""
    look = "SELECT to_regclass('fts_texts')"
    if tx.dialect == "sqlite":
        look = "SELECT max(name) FROM sqlite_master WHERE name = 'fts_texts'"
    return (await tx.execute(text(look))).scalar_one() is not None


# -- keeping the index ----------------------------------------------------------------


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
    same = (texts.c.review_id == waiting.c.review_id) & (texts.c.record_id == waiting.c.record_id)
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
    number = func.row_number().over(order_by=order).label("at")
    waiting = select(texts.c.review_id, texts.c.record_id, number).where(_UNPLACED)
    return waiting.order_by(*order).limit(_PIECE)


async def clear_orphans(tx: Tx) -> None:
    """Begins the index anew when most of its places belong to texts that were rewritten.

    FTS5 can forget a text only if it is told the old one; a place that no text
    has costs room and is found in vain, no more.
    """
    if tx.dialect != "sqlite" or not await has_index(tx):
        return
    live = select(func.count()).select_from(texts).where(_PLACED)
    if await _given(tx) <= 2 * (await tx.execute(live)).scalar_one() + _ORPHANS:
        return
    await tx.execute(text("INSERT INTO fts_texts (fts_texts) VALUES ('delete-all')"))
    await tx.execute(update(texts).where(_PLACED).values(place=null()))
    await _give(tx, 0)


async def _given(tx: Tx) -> int:
    row = await tx.execute(select(text_places.c.given).where(true()))
    return row.scalar_one_or_none() or 0


async def _give(tx: Tx, given: int) -> None:
    statement = upsert(tx.dialect, text_places).values(id=1, given=given)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"given": given}))
