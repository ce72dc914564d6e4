"""Imports: what was uploaded, what became of it, and its bytes."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update

from services.search.tables import import_bytes, imports
from shared.db import Tx, database_now
from shared.db.rows import Row, all_of, first_of

READING_SECONDS = 10.0
"""How long the bytes of a reader that was killed are refused to whoever sends them again."""
ENDED = "The import broke off, because the process that read the file ended; send the file again."
COUNTS = ("records", "source_records", "added", "merged", "seen")


async def one(tx: Tx, review_id: str, import_id: str) -> Row | None:
    """One import."""
    mine = (imports.c.review_id == review_id, imports.c.id == import_id)
    row = await first_of(tx, _with_reader(tx).where(*mine))
    return None if row is None else _as_it_stands(row)


def _with_reader(tx: Tx) -> Select[Any]:
    """Imports, and whether somebody reads them now."""
    return select(imports, _lease_runs(tx).label("is_read"))


def _lease_runs(tx: Tx) -> ColumnElement[bool]:
    return imports.c.read_until > database_now(tx.dialect)


def _as_it_stands(row: dict[str, Any]) -> Row:
    """An import whose reader is gone has ended, refused: nobody was there to write that."""
    is_read = row.pop("is_read")
    if row["state"] != "reading" or is_read:
        return row
    rejections = [*row["rejections"], {"line": 1, "why": ENDED}]
    return {**row, "state": "refused", "reason": ENDED, "rejections": rejections}


async def page(tx: Tx, review_id: str, after: tuple[str, str] | None, most: int) -> Sequence[Row]:
    """A review's imports, the newest first."""
    statement = _with_reader(tx).where(imports.c.review_id == review_id)
    newest = statement.order_by(imports.c.created_at.desc(), imports.c.id)
    listed = [_as_it_stands(row) for row in await all_of(tx, newest)]
    if after is not None:
        key = (after[0], after[1])
        keys = [(row["created_at"].isoformat(), row["id"]) for row in listed]
        listed = listed[keys.index(key) + 1 :] if key in keys else []
    return listed[:most]


async def begin(tx: Tx, row: dict[str, Any]) -> None:
    """An import that is now being read; one that was reversed or broken off begins anew."""
    mine = (imports.c.review_id == row["review_id"], imports.c.id == row["id"])
    await tx.execute(delete(imports).where(*mine))
    await tx.execute(insert(imports), row)


async def is_read(tx: Tx, review_id: str, import_id: str) -> bool:
    """Whether somebody reads the import now: its lease runs, by the database's clock."""
    found = await tx.execute(
        select(imports.c.id).where(
            imports.c.review_id == review_id,
            imports.c.id == import_id,
            imports.c.state == "reading",
            _lease_runs(tx),
        )
    )
    return found.first() is not None


async def renew_reader(tx: Tx, review_id: str, import_id: str, reader: str) -> bool:
    """Prolongs the lease of whoever reads the import; False if another reads it."""
    until = database_now(tx.dialect) + READING_SECONDS
    return await _of_reader(tx, (review_id, import_id, reader), read_until=until)


async def release_reader(tx: Tx, review_id: str, import_id: str, reader: str) -> bool:
    """Ends the lease of this reader; False if another reads it."""
    return await _of_reader(tx, (review_id, import_id, reader), reader=None, read_until=None)


async def _of_reader(tx: Tx, key: tuple[str, str, str], **values: Any) -> bool:
    review_id, import_id, reader = key
    mine = update(imports).where(
        imports.c.review_id == review_id, imports.c.id == import_id, imports.c.reader == reader
    )
    return bool((await tx.execute(mine.values(values))).rowcount)


async def count(tx: Tx, review_id: str, import_id: str, more: Mapping[str, int]) -> None:
    """Adds to an import's counts."""
    await tx.execute(
        update(imports)
        .where(imports.c.review_id == review_id, imports.c.id == import_id)
        .values({name: imports.c[name] + more[name] for name in COUNTS})
    )


async def change(tx: Tx, review_id: str, import_id: str, **values: Any) -> None:
    """Sets columns of an import."""
    await tx.execute(
        update(imports)
        .where(imports.c.review_id == review_id, imports.c.id == import_id)
        .values(values)
    )


async def keep_bytes(tx: Tx, review_id: str, import_id: str, number: int, data: bytes) -> None:
    """Keeps a piece of the upload as it came, compressed."""
    await tx.execute(
        delete(import_bytes).where(
            import_bytes.c.review_id == review_id,
            import_bytes.c.import_id == import_id,
            import_bytes.c.number == number,
        )
    )
    await tx.execute(
        insert(import_bytes),
        {"review_id": review_id, "import_id": import_id, "number": number, "data": data},
    )


async def raw_piece(tx: Tx, review_id: str, import_id: str, number: int) -> bytes | None:
    """A piece of the upload as it came; None after the last."""
    found = await tx.execute(
        select(import_bytes.c.data).where(
            import_bytes.c.review_id == review_id,
            import_bytes.c.import_id == import_id,
            import_bytes.c.number == number,
        )
    )
    data = found.scalar_one_or_none()
    return None if data is None else zlib.decompress(data)


async def tally(tx: Tx, review_id: str) -> Row:
    """Totals over a review's standing imports."""
    columns = [func.coalesce(func.sum(imports.c[name]), 0).label(name) for name in COUNTS]
    found = await all_of(
        tx, select(*columns).where(imports.c.review_id == review_id, imports.c.state == "done")
    )
    return found[0]
