"""Source records: what came, from where, and where it now stands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    Select,
    bindparam,
    delete,
    func,
    select,
    update,
)

from services.search.library.domain.record import Bibliography
from services.search.library.store.content import decode
from services.search.tables import sightings, source_records
from shared.db import Tx, chunks
from shared.db.among import among
from shared.db.bulk import insert_rows
from shared.db.rows import Row, all_of, tuples_of
from shared.ids import stable_id

_CHUNK = 5000


async def known(tx: Tx, review_id: str, ids: Sequence[str]) -> dict[str, Row]:
    """Record, withdrawn and content of those of `ids` that the library has."""
    found: dict[str, Row] = {}
    for some in chunks(list(ids), _CHUNK):
        rows = await all_of(
            tx,
            select(
                source_records.c.id,
                source_records.c.record_id,
                source_records.c.withdrawn,
                source_records.c.content,
            ).where(
                source_records.c.review_id == review_id,
                among(tx.dialect, source_records.c.id, some),
            ),
        )
        found |= {row["id"]: row for row in rows}
    return found


async def next_arrival(tx: Tx, review_id: str) -> int:
    """The place of the next source record in the order of arrival."""
    latest = select(func.max(source_records.c.arrived)).where(
        source_records.c.review_id == review_id
    )
    number = (await tx.execute(latest)).scalar_one_or_none()
    return 0 if number is None else int(number) + 1


async def add(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """New source records."""
    await insert_rows(tx, source_records, rows)


async def change(tx: Tx, review_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """New content, or new standing, of known source records (`id` and changed columns)."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        bound = {("b_id" if key == "id" else key): value for key, value in row.items()}
        by_columns.setdefault(tuple(bound), []).append(bound)
    for columns, some in by_columns.items():
        statement = update(source_records).where(
            source_records.c.review_id == review_id, source_records.c.id == bindparam("b_id")
        )
        values: dict[str, Any] = {name: bindparam(name) for name in columns if name != "b_id"}
        await tx.execute(statement.values(values), some)


async def see(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """That origins (imports, searches, hands) brought source records; repeats are no-ops."""
    await insert_rows(tx, sightings, rows, " ON CONFLICT DO NOTHING")


async def seen_by(tx: Tx, review_id: str, origin: str, ids: Sequence[str]) -> set[str]:
    """Those of `ids` that `origin` is already known to have brought."""
    found: set[str] = set()
    for some in chunks(list(ids), _CHUNK):
        rows = await tx.execute(
            select(sightings.c.source_record_id).where(
                sightings.c.review_id == review_id,
                sightings.c.origin == origin,
                among(tx.dialect, sightings.c.source_record_id, some),
            )
        )
        found |= {row.source_record_id for row in rows}
    return found


async def forget_origin(
    tx: Tx, review_id: str, origin: str, most: int
) -> tuple[dict[str, Row], list[str]]:
    """Takes at most `most` sightings of `origin` back.

    Returns (source records that nothing brings any more, with the route that is
    now taken back; those still brought by others).
    """
    seen = (
        _routes(review_id)
        .where(sightings.c.origin == origin)
        .order_by(sightings.c.source_record_id)
        .limit(most)
    )
    rows = {row["source_record_id"]: row for row in await all_of(tx, seen)}
    await tx.execute(
        delete(sightings).where(
            sightings.c.review_id == review_id,
            sightings.c.origin == origin,
            among(tx.dialect, sightings.c.source_record_id, list(rows)),
        )
    )
    rest = await tx.execute(
        select(sightings.c.source_record_id)
        .where(
            sightings.c.review_id == review_id,
            among(tx.dialect, sightings.c.source_record_id, list(rows)),
        )
        .distinct()
    )
    still = {row.source_record_id for row in rest}
    return {name: row for name, row in rows.items() if name not in still}, sorted(still)


def _routes(review_id: str) -> Select[Any]:
    """Sightings with the source that delivered the record."""
    return (
        select(sightings, source_records.c.source)
        .join(
            source_records,
            (source_records.c.review_id == sightings.c.review_id)
            & (source_records.c.id == sightings.c.source_record_id),
        )
        .where(sightings.c.review_id == review_id)
    )


async def members(tx: Tx, review_id: str, column: Column[str], values: Collection[str]) -> set[str]:
    """The source records that may have one of these records, or bundles, in `column`.

    Those that are named like them, and by the index of the column, which has no others, those
    that are named otherwise; the first may have left.
    """
    rows = await tuples_of(
        tx,
        select(source_records.c.id).where(
            source_records.c.review_id == review_id,
            among(tx.dialect, column, values),
            column != source_records.c.id,
        ),
    )
    return {*values, *(name for (name,) in rows)}


async def of_records(
    tx: Tx, review_id: str, record_ids: Iterable[str]
) -> dict[str, dict[str, Row]]:
    """The standing source records of each record, oldest first.

    They are sorted here: asked for an order, SQLite takes the index that has it, and with it
    reads every source record of the review.
    """
    found: dict[str, dict[str, Row]] = {}
    wanted = set(record_ids)
    for some in chunks(sorted(wanted), _CHUNK):
        names = await members(tx, review_id, source_records.c.record_id, some)
        rows = await all_of(
            tx,
            select(
                source_records.c.id,
                source_records.c.record_id,
                source_records.c.source,
                source_records.c.own_id,
                source_records.c.label,
                source_records.c.arrived,
                source_records.c.content,
            ).where(
                source_records.c.review_id == review_id,
                among(tx.dialect, source_records.c.id, names),
                source_records.c.withdrawn.is_(False),
            ),
        )
        theirs = [row for row in rows if row["record_id"] in wanted]
        for row in sorted(theirs, key=itemgetter("arrived")):
            found.setdefault(row["record_id"], {})[row["id"]] = row
    return found


async def standing_in(tx: Tx, review_id: str, record_ids: Collection[str]) -> set[str]:
    """The standing source records of these records, by name only."""
    found: set[str] = set()
    wanted = set(record_ids)
    for some in chunks(sorted(wanted), _CHUNK):
        names = await members(tx, review_id, source_records.c.record_id, some)
        rows = await tuples_of(
            tx,
            select(source_records.c.id, source_records.c.record_id).where(
                source_records.c.review_id == review_id,
                among(tx.dialect, source_records.c.id, names),
                source_records.c.withdrawn.is_(False),
            ),
        )
        found |= {name for name, record_id in rows if record_id in wanted}
    return found


async def routes_of(tx: Tx, review_id: str, ids: Sequence[str]) -> dict[str, list[Row]]:
    """How each of these source records came, first sighting first."""
    found: dict[str, list[Row]] = {}
    for some in chunks(list(ids), _CHUNK):
        rows = await all_of(
            tx,
            _routes(review_id)
            .where(among(tx.dialect, sightings.c.source_record_id, some))
            .order_by(sightings.c.found_at, sightings.c.origin),
        )
        for row in rows:
            found.setdefault(row["source_record_id"], []).append(row)
    return found


async def by_own_id(tx: Tx, review_id: str, source: str, own_ids: Sequence[str]) -> dict[str, Row]:
    """Standing source records of one source by the source's own id, which names them."""
    ids = [stable_id(review_id, source, own_id) for own_id in own_ids]
    found: dict[str, Row] = {}
    for some in chunks(ids, _CHUNK):
        rows = await all_of(
            tx,
            select(source_records).where(
                source_records.c.review_id == review_id,
                among(tx.dialect, source_records.c.id, some),
                source_records.c.withdrawn.is_(False),
            ),
        )
        found |= {row["own_id"]: row for row in rows}
    return found


def sighting(
    review_id: str,
    source_record_id: str,
    origin: Mapping[str, Any],
    found_at: datetime,
    line: int | None = None,
    how: str | None = None,
) -> dict[str, Any]:
    """A row of `sightings`; `origin` has `origin`, `arm` and `import_id` or `search_id`."""
    return {
        "review_id": review_id,
        "source_record_id": source_record_id,
        "origin": origin["origin"],
        "arm": origin["arm"],
        "import_id": origin.get("import_id"),
        "search_id": origin.get("search_id"),
        "line": line,
        "how": how,
        "found_at": found_at,
    }


def bibliographies(rows: Mapping[str, Row]) -> dict[str, Bibliography]:
    """The contents of source record rows."""
    return {name: decode(row["content"]) for name, row in rows.items()}
