"""Full-text search: words, parts of words and phrases, found in the library's texts.

SQLite keeps an index of trigrams (FTS5), PostgreSQL one of `pg_trgm`. A text gets
its place in the index some time after it was written, by a job; until then it is
scanned, so that what a search finds never depends on the index.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)

from services.search.library.store.records import folded
from services.search.library.store.text_index import PLACED, UNPLACED, has_index
from services.search.tables import (
    assignments,
    records,
    source_records,
    texts,
)
from shared.db import Tx, chunks
from shared.db.among import among
from shared.db.rows import Row, all_of, tuples_of

_MOST_CANDIDATES = 5000
_MOST_UNPLACED = 2000
_SOON = 500
"""Texts that are looked through before the index is asked."""
_FURTHEST = 4000
"""Texts that are looked through where the first ones promise a page among them."""


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
        same = and_(
            texts.c.review_id == records.c.review_id,
            texts.c.number == records.c.number,
            texts.c.record_id == records.c.id,
        )
        statement = statement.join(texts, same).where(*_within(tx.dialect, words))
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
        statement = statement.where(_brought_by(source))
    return statement


def _brought_by(source: str) -> ColumnElement[bool]:
    """Whether a source has a source record of the record: the one named like it, or another.

    Each of the two has an index of its own.
    """
    columns = source_records.c
    theirs = exists().where(columns.review_id == records.c.review_id, columns.source == source)
    alike = and_(columns.id == records.c.id, columns.record_id == columns.id)
    otherwise = and_(columns.record_id == records.c.id, columns.record_id != columns.id)
    return or_(theirs.where(alike), theirs.where(otherwise))


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
    return and_(UNPLACED, texts.c.review_id == review_id)


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
            select(texts.c.place).where(PLACED, *likes).limit(_MOST_CANDIDATES + 1)
        )
    return [row[0] for row in found]


def _trigrams(words: Sequence[str]) -> str:
    """The FTS5 query that every text with these words answers; others may, too."""
    parts = (
        word[at : at + 3].replace('"', '""') for word in words for at in range(len(word[:80]) - 2)
    )
    return " AND ".join(f'"{part}"' for part in dict.fromkeys(parts))
