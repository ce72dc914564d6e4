"""Blocking keys: which source records share a key, and which keys are too common to tell anything.

Keys are hashes, so that those of one import lie all over a large table, a page of the database
for nearly each of them. New rows therefore go into a small table, `recent_keys`, of which every
import moves one slice of the range of hashes into `keys`: there a page takes several rows at once.
Readers look into both. A row names its source record by its place in the order of arrival.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import BigInteger, Select, delete, func, literal, select, true, union

from services.search.library.domain.dedup import OVERSIZED, TWIN, Features, candidate_keys
from services.search.tables import crowded, keys, recent_keys, source_records
from shared.db import Tx, chunks, insert_ignoring_twins, upsert
from shared.db.among import among, together
from shared.db.rows import tuples_of

_CHUNK = 5000
SLICES = 16
TURN = 500
"""Arrivals after which the next slice is moved: a page of an import."""
_SLICE_WIDTH = (1 << 63) // SLICES
_COLUMNS = ["review_id", "key", "number"]


def hashed(key: str) -> int:
    """A blocking key as 63 bits, twins' keys even; a collision only costs a comparison."""
    number = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") >> 1
    return number & ~1 if key.startswith(TWIN) else number | 1


@lru_cache(maxsize=2048)
def hashes(features: Features) -> tuple[int, ...]:
    """The hashed blocking keys of a source record, worked out once a page."""
    return tuple(map(hashed, candidate_keys(features)))


async def add_keys(tx: Tx, review_id: str, rows: Sequence[tuple[int, int]]) -> None:
    """Writes (hashed key, number of the source record), and moves the slice whose turn it is."""
    if not rows:
        return
    key, number = together(tx.dialect, sorted(rows), (BigInteger(), BigInteger()))
    every = select(literal(review_id), key, number).where(true())
    await tx.execute(
        upsert(tx.dialect, recent_keys).from_select(_COLUMNS, every).on_conflict_do_nothing()
    )
    await _move_slice(tx, review_id, min(number for _, number in rows) // TURN % SLICES)


async def _move_slice(tx: Tx, review_id: str, turn: int) -> None:
    """Moves the recent keys of one slice of the range of hashes into the large table."""
    columns = recent_keys.c
    low = turn * _SLICE_WIDTH
    here = (columns.review_id == review_id, columns.key.between(low, low + _SLICE_WIDTH - 1))
    found = select(*(columns[name] for name in _COLUMNS)).where(*here)
    await tx.execute(upsert(tx.dialect, keys).from_select(_COLUMNS, found).on_conflict_do_nothing())
    await tx.execute(delete(recent_keys).where(*here))


async def remove_keys(tx: Tx, review_id: str, gone: Mapping[int, Features]) -> set[int]:
    """Removes the keys of source records (by number); returns those that are no longer crowded."""
    touched = {key for features in gone.values() for key in hashes(features)}
    for some in chunks(sorted(touched), _CHUNK):
        for table in (keys, recent_keys):
            await tx.execute(
                delete(table).where(
                    table.c.review_id == review_id,
                    among(tx.dialect, table.c.key, some),
                    among(tx.dialect, table.c.number, list(gone)),
                )
            )
    was = await oversized_among(tx, review_id, touched)
    left = await _counts(tx, review_id, was)
    eased = {key for key in was if left.get(key, 0) <= OVERSIZED}
    if eased:
        await tx.execute(
            delete(crowded).where(crowded.c.review_id == review_id, crowded.c.key.in_(eased))
        )
    return eased


async def oversized_among(tx: Tx, review_id: str, some_keys: Iterable[int]) -> set[int]:
    """Those of the keys that have too many holders to tell anything."""
    found: set[int] = set()
    for some in chunks(list(some_keys), _CHUNK):
        rows = await tx.execute(
            select(crowded.c.key).where(
                crowded.c.review_id == review_id, among(tx.dialect, crowded.c.key, some)
            )
        )
        found |= {row.key for row in rows}
    return found


async def mark_oversized(tx: Tx, review_id: str, some_keys: Collection[int]) -> None:
    """Marks keys as crowded."""
    if some_keys:
        rows = [{"review_id": review_id, "key": key} for key in sorted(some_keys)]
        await tx.execute(insert_ignoring_twins(tx.dialect, crowded), rows)


def _held(dialect: str, review_id: str, some: Collection[int]) -> Any:
    """(key, number) of everything that holds one of these keys, in both tables."""
    return union(
        *(
            select(table.c.key, table.c.number).where(
                table.c.review_id == review_id, among(dialect, table.c.key, some)
            )
            for table in (keys, recent_keys)
        )
    )


async def _counts(tx: Tx, review_id: str, some_keys: Iterable[int]) -> dict[int, int]:
    """How many source records hold each key."""
    found: dict[int, int] = {}
    for some in chunks(list(some_keys), _CHUNK):
        held = _held(tx.dialect, review_id, some).subquery()
        rows = await tuples_of(tx, select(held.c.key, func.count()).group_by(held.c.key))
        found |= {row[0]: row[1] for row in rows}
    return found


async def lookup(tx: Tx, review_id: str, some_keys: Iterable[int]) -> dict[int, list[str]]:
    """The source records that hold each of these keys, oldest first."""
    held: list[tuple[int, int]] = []
    for some in chunks(list(some_keys), _CHUNK):
        held += await tuples_of(tx, _held(tx.dialect, review_id, some))
    names = await _named(tx, review_id, {number for _, number in held})
    found: dict[int, list[str]] = {}
    for key, number in sorted(held):
        if number in names:
            found.setdefault(key, []).append(names[number])
    return found


async def _named(tx: Tx, review_id: str, numbers: Collection[int]) -> dict[int, str]:
    """The source records with these places in the order of arrival."""
    found: dict[int, str] = {}
    columns = source_records.c
    for some in chunks(sorted(numbers), _CHUNK):
        arrived: Select[tuple[int, str]] = select(columns.arrived, columns.id).where(
            columns.review_id == review_id, among(tx.dialect, columns.arrived, some)
        )
        found |= dict(await tuples_of(tx, arrived))
    return found
