"""Records: what the review screens, their text for searching, aliases and history."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from services.search.library.domain.record import Bibliography
from services.search.tables import aliases, assignments, history, records, texts
from shared.db import Tx, chunks, insert_ignoring_twins, upsert
from shared.db.among import among
from shared.db.bulk import insert_rows
from shared.db.rows import Row, all_of, put
from shared.ids import new_id
from shared.projections import aliases as alias_rows

_CHUNK = 5000
INDEXING = "index_texts"
INDEXED_AFTER = timedelta(minutes=1)
"""Texts are indexed this long after they were written: an import has better things to do."""


def folded(text: str) -> str:
    """Text as it is searched: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return plain if plain.isascii() else "".join(c for c in plain if not unicodedata.combining(c))


def searchable(bibliography: Bibliography, label: str) -> str:
    """What full-text search looks at: title, abstract, authors, keywords, journal, identifiers.

    Identifiers of authors and trials are among them.
    """
    parts = (
        bibliography.title,
        bibliography.abstract,
        *(author.name for author in bibliography.authors[:50]),
        *bibliography.keywords,
        *bibliography.mesh,
        bibliography.journal,
        str(bibliography.year or ""),
        bibliography.doi or "",
        bibliography.pmid or "",
        *(author.orcid for author in bibliography.authors[:50]),
        *bibliography.trial_ids,
        label,
    )
    return folded(" ".join(filter(None, parts)))


async def rows_of(tx: Tx, review_id: str, ids: Collection[str]) -> dict[str, Row]:
    """Rows of records by id; aliases are not resolved."""
    found: dict[str, Row] = {}
    for some in chunks(sorted(ids), _CHUNK):
        result = await tx.execute(
            select(records).where(
                records.c.review_id == review_id, among(tx.dialect, records.c.id, some)
            )
        )
        found |= {row["id"]: row for row in result.mappings()}
    return found


async def by_pmid(tx: Tx, review_id: str, pmids: Collection[str]) -> Sequence[Row]:
    """Active records with one of these PMIDs."""
    return await all_of(
        tx,
        select(records)
        .where(
            records.c.review_id == review_id,
            records.c.state == "active",
            among(tx.dialect, records.c.pmid, pmids),
        )
        .order_by(records.c.number),
    )


async def survivors(tx: Tx, review_id: str, ids: Iterable[str]) -> dict[str, str]:
    """Each of these ids with the record that it now stands for: itself, unless absorbed."""
    return await alias_rows.survivors(tx, aliases, review_id, ids)


async def aliases_of(tx: Tx, review_id: str, ids: Collection[str]) -> dict[str, list[str]]:
    """The absorbed ids that now stand for each of these records, sorted."""
    into = await alias_rows.absorbed(tx, aliases, review_id, ids)
    found: dict[str, list[str]] = {}
    for alias, record_id in sorted(alias_rows.survivors_among(into).items()):
        found.setdefault(record_id, []).append(alias)
    return found


async def keep(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Writes records whole, new or known; a known one keeps its number."""
    await put(tx, records, rows, kept=("number",))


async def keep_texts(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Writes what full-text search looks at; what is new will get its place in the index."""
    if rows:
        await insert_rows(tx, texts, rows, _OVER_TEXTS)
        await tx.enqueue(INDEXING, not_before=tx.now() + INDEXED_AFTER)


_OVER_TEXTS = (
    " ON CONFLICT (review_id, number, record_id) DO UPDATE SET folded = excluded.folded,"
    " place = CASE WHEN texts.folded = excluded.folded THEN texts.place END"
)


async def set_state(tx: Tx, review_id: str, ids: Collection[str], state: str) -> None:
    """active, absorbed or removed."""
    for some in chunks(sorted(ids), _CHUNK):
        await tx.execute(
            update(records)
            .where(records.c.review_id == review_id, among(tx.dialect, records.c.id, some))
            .values(state=state, changed_at=tx.now(), version=records.c.version + 1)
        )


async def keep_aliases(
    tx: Tx, review_id: str, into: Mapping[str, str], *, merged: bool
) -> dict[str, int]:
    """Records (keys) count as others (values) from now on, or no longer; returns their versions.

    The version of an alias counts its merges and splits, whichever the survivor.
    """
    if not into:
        return {}
    rows = [
        {
            "review_id": review_id,
            "record_id": one,
            "survivor": other,
            "merged": merged,
            "version": 1,
        }
        for one, other in sorted(into.items())
    ]
    statement = upsert(tx.dialect, aliases)
    new = {name: statement.excluded[name] for name in ("survivor", "merged")}
    statement = statement.on_conflict_do_update(
        index_elements=["review_id", "record_id"], set_={**new, "version": aliases.c.version + 1}
    )
    stored = await tx.execute(statement.returning(aliases.c.record_id, aliases.c.version), rows)
    return {row.record_id: row.version for row in stored}


async def note(tx: Tx, review_id: str, record_id: str, what: str, detail: dict[str, Any]) -> None:
    """A line of a record's history."""
    await tx.execute(
        insert_ignoring_twins(tx.dialect, history),
        {
            "review_id": review_id,
            "record_id": record_id,
            "id": new_id(),
            "at": tx.now(),
            "actor": tx.actor,
            "what": what,
            "detail": detail,
        },
    )


async def history_of(tx: Tx, review_id: str, ids: Collection[str]) -> Sequence[Row]:
    """The history of a record and of what it absorbed, oldest first."""
    return await all_of(
        tx,
        select(history)
        .where(history.c.review_id == review_id, history.c.record_id.in_(sorted(ids)))
        .order_by(history.c.at, history.c.id),
    )


def row_of(
    review_id: str,
    record_id: str,
    content: bytes,
    bibliography: Bibliography,
    now: datetime,
) -> dict[str, Any]:
    """The columns of a record that its bibliography decides."""
    return {
        "review_id": review_id,
        "id": record_id,
        "content": content,
        "title": bibliography.title,
        "year": bibliography.year,
        "doi": bibliography.doi,
        "pmid": bibliography.pmid,
        "changed_at": now,
    }


async def assign(tx: Tx, review_id: str, ids: Sequence[str], person: str) -> int:
    """Gives records to a person; how many were not theirs already."""
    rows = [
        {"review_id": review_id, "record_id": one, "person": person, "at": tx.now(), "by": tx.actor}
        for one in dict.fromkeys(ids)
    ]
    if not rows:
        return 0
    statement = insert_ignoring_twins(tx.dialect, assignments).returning(assignments.c.record_id)
    return len((await tx.execute(statement, rows)).all())


async def assigned(tx: Tx, review_id: str, person: str) -> list[str]:
    """The records that were given to a person."""
    rows = await tx.execute(
        select(assignments.c.record_id)
        .where(assignments.c.review_id == review_id, assignments.c.person == person)
        .order_by(assignments.c.record_id)
    )
    return [row.record_id for row in rows]
