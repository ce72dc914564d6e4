"""Fragments, with every version they ever had, and what people say of them.

What rests on confidential sources is sealed in its rows and opened when it is read.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select, tuple_, update

from services.extraction.fragments.domain import documents_of, kind_of
from services.extraction.fragments.store.tables import coding_schemas
from services.extraction.fragments.store.traits import codebook_versions, filtered_ids
from services.extraction.rounds.store import sees
from services.extraction.tables import (
    appraisals,
    fragment_codes,
    fragment_documents,
    fragment_theories,
    fragment_versions,
    fragments,
)
from services.extraction.texts.domain import Passage
from shared.db import Tx, chunks
from shared.db.rows import CHUNK, Row, all_of, plain, put, rows_among, state
from shared.db.sealing import opened, sealed
from shared.events.extraction import FragmentState

VALUES = ("state", "place")
"""Columns of a fragment that hold words."""
PAST = (("reason",), ("state",))
"""Columns of a fragment's version that hold words: as text, and as JSON."""


def state_of(row: Row) -> FragmentState:
    """A fragment's row as the fragment it holds, with all of its texts."""
    return state(row["state"], FragmentState)


def place_of(row: Row) -> Passage | None:
    """Where a fragment's passage stands in the newest text that was compared."""
    return None if row["place"] is None else state(row["place"], Passage)


async def fragments_by_id(
    tx: Tx, review_id: str, fragment_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Those of the fragments that are known, by id."""
    rows = await rows_among(tx, fragments, review_id, fragments.c.fragment_id, fragment_ids)
    return {row["fragment_id"]: opened(tx, row, (), VALUES) for row in rows}


async def visible_by_id(
    tx: Tx, review_id: str, fragment_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Those of the fragments that whoever acts may see, by id."""
    found = await fragments_by_id(tx, review_id, fragment_ids)
    return {name: row for name, row in found.items() if sees(tx.actor, row)}


async def versions_by_id(
    tx: Tx, review_id: str, fragment_ids: Collection[str]
) -> dict[str, list[tuple[int, str]]]:
    """`(version, content hash)` of the known fragments, oldest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    table = fragment_versions
    for some in chunks(sorted(fragment_ids), CHUNK):
        here = (table.c.review_id == review_id) & table.c.fragment_id.in_(some)
        query = select(table.c.fragment_id, table.c.version, table.c.hash).where(here)
        for row in await tx.execute(query.order_by(table.c.fragment_id, table.c.version)):
            found.setdefault(row.fragment_id, []).append((row.version, row.hash))
    return found


async def fragment_ids_on(tx: Tx, review_id: str, document_ids: Collection[str]) -> list[str]:
    """Ids of all fragments that rest on one of the documents, sorted."""
    found: set[str] = set()
    for some in chunks(sorted(document_ids), CHUNK):
        here = (fragment_documents.c.review_id == review_id) & (
            fragment_documents.c.document_id.in_(some)
        )
        query = select(fragment_documents.c.fragment_id).where(here)
        found.update((await tx.execute(query)).scalars())
    return sorted(found)


async def repeating(tx: Tx, review_id: str, fragment_ids: Collection[str]) -> list[str]:
    """Ids of the fragments that say of themselves that they repeat one of these, sorted."""
    found: list[str] = []
    for some in chunks(sorted(fragment_ids), CHUNK):
        here = (fragments.c.review_id == review_id) & fragments.c.duplicate_of.in_(some)
        found += (await tx.execute(select(fragments.c.fragment_id).where(here))).scalars()
    return sorted(found)


async def keep_fragments(tx: Tx, rows: Sequence[Row], reason: str = "") -> None:
    """Store fragments at their new versions, with their history and their indexes.

    `rows` are of one review and hold `state` as a `FragmentState`.
    """
    if not rows:
        return
    review_id = rows[0]["review_id"]
    stored = [{**row, "state": plain(row["state"]), "place": plain(row["place"])} for row in rows]
    await put(tx, fragments, [_as_stored(tx, row) for row in stored])
    keys = ("review_id", "fragment_id", "version", "hash", "state")
    past = {"reason": reason, "by": tx.actor}
    versions = [
        _past(tx, {k: r[k] for k in keys} | past | {"at": r["updated_at"]}, sealing=r["withheld"])
        for r in stored
    ]
    await put(tx, fragment_versions, versions)
    ids = [row["fragment_id"] for row in rows if row["version"] > 1]
    named = {theory for row in rows for theory in row["state"].theories}
    books = await codebook_versions(tx, review_id, named)
    for table, column, values in _indexes(rows):
        entries = [{"review_id": review_id, column: v, "fragment_id": f} for f, v in values]
        if table is fragment_theories:
            entries = [{**e, "codebook_version": books.get(e[column], 0)} for e in entries]
        await _replace_index(tx, table, review_id, ids, entries)
    codes = {(row["fragment_id"], e.role, e.code_id) for row in rows for e in row["state"].elements}
    entries = [
        {"review_id": review_id, "fragment_id": f, "role": role, "code_id": code}
        for f, role, code in sorted(codes)
    ]
    await _replace_index(tx, fragment_codes, review_id, ids, entries)


def _as_stored(tx: Tx, row: Row) -> Row:
    return sealed(tx, row, (), VALUES) if row["withheld"] else row


def _past(tx: Tx, row: Row, *, sealing: bool) -> Row:
    return sealed(tx, row, *PAST) if sealing else row


async def seal_again(tx: Tx, rows: Sequence[Row]) -> None:
    """Store these fragments, every version and appraisal of them anew, sealed where they are
    withheld; and each version of a source that its fragment has left.
    """
    await keep_marks(tx, [{**row, "place": place_of(row)} for row in rows])
    for row in rows:
        past = await history_of(tx, row["review_id"], row["fragment_id"])
        on = set(documents_of(state_of(row)))
        closed = [row["withheld"] or not on.issuperset(documents_of(state_of(r))) for r in past]
        sealed_past = [_past(tx, r, sealing=c) for r, c in zip(past, closed, strict=True)]
        await put(tx, fragment_versions, sealed_past)
        here = (appraisals.c.review_id == row["review_id"]) & (
            appraisals.c.fragment_id == row["fragment_id"]
        )
        for one in await all_of(tx, select(appraisals).where(here)):
            said = opened(tx, one, ("comment",), ())
            await keep_appraisal(tx, said, closed=bool(row["withheld"]))


async def withheld_page(tx: Tx, after: tuple[str, str], limit: int) -> list[dict[str, Any]]:
    """Fragments of any review that are withheld, by review and id after `after`."""
    query = (
        select(fragments)
        .where(fragments.c.withheld, tuple_(fragments.c.review_id, fragments.c.fragment_id) > after)
        .order_by(fragments.c.review_id, fragments.c.fragment_id)
        .limit(limit)
    )
    return [opened(tx, row, (), VALUES) for row in await all_of(tx, query)]


def _indexes(rows: Sequence[Row]) -> list[tuple[Any, str, list[tuple[str, str]]]]:
    by_theory = [(r["fragment_id"], t) for r in rows for t in dict.fromkeys(r["state"].theories)]
    by_document = [(r["fragment_id"], d) for r in rows for d in documents_of(r["state"])]
    return [
        (fragment_theories, "theory_id", by_theory),
        (fragment_documents, "document_id", by_document),
    ]


async def _replace_index(
    tx: Tx, table: Table, review_id: str, fragment_ids: Collection[str], rows: Sequence[Row]
) -> None:
    """Replace an index table's rows of these fragments (new ones have none) by `rows`."""
    for some in chunks(sorted(fragment_ids), CHUNK):
        here = (table.c.review_id == review_id) & table.c.fragment_id.in_(some)
        await tx.execute(delete(table).where(here))
    await put(tx, table, rows)


def row_of(review_id: str, fragment: FragmentState, content: str) -> dict[str, Any]:
    """The columns of a fragment's row that follow from the fragment itself."""
    return {
        "review_id": review_id,
        "fragment_id": fragment.fragment_id,
        "version": fragment.version,
        "status": fragment.status,
        "kind": kind_of(fragment.elements),
        "document_id": fragment.document_id,
        "coder": fragment.coder,
        "duplicate_of": fragment.duplicate_of,
        "state": fragment,
        "hash": content,
    }


async def keep_marks(tx: Tx, rows: Sequence[Row]) -> None:
    """Store anew what is said *about* fragments (place, anchor, withheld): no new version."""
    stored = [_as_stored(tx, {**row, "place": plain(row["place"])}) for row in rows]
    await put(tx, fragments, stored)


async def erase_words(tx: Tx, rows: Sequence[Row]) -> None:
    """Replace every version of these fragments by the erased state in `rows`."""
    for row in rows:
        here = (fragment_versions.c.review_id == row["review_id"]) & (
            fragment_versions.c.fragment_id == row["fragment_id"]
        )
        wiped = {"state": plain(row["state"]), "reason": ""}
        await tx.execute(update(fragment_versions).where(here).values(wiped))
        told = (appraisals.c.review_id == row["review_id"]) & (
            appraisals.c.fragment_id == row["fragment_id"]
        )
        await tx.execute(update(appraisals).where(told).values(comment=""))


async def fragment_page(
    tx: Tx, review_id: str, filters: Mapping[str, Any], *, after: str, limit: int
) -> list[dict[str, Any]]:
    """Fragments by id after `after`.

    `filters`: `theory`, `document` (passage or source), `code`, `kind`, `status`, `coder`,
    `anchor`; `source_kind`, `case`, `participant`, `relation`, `target`, `role`,
    `explicitness`; `uncoded_since` (with `theory`): coded last before this version of its
    codebook. Those that a round of coding hides from whoever acts are left out.
    """
    ids = await filtered_ids(tx, review_id, filters, after=after, limit=limit)
    rows = await fragments_by_id(tx, review_id, ids)
    return [rows[one] for one in ids if one in rows]


async def overlapping(
    tx: Tx, review_id: str, document_id: str, start: int, end: int
) -> list[dict[str, Any]]:
    """Fragments of a document whose passages share characters with `[start, end)` of its newest
    text, by id; those that a round of coding hides from whoever acts are left out.
    """
    f, on = fragments.c, fragment_documents.c
    same = (f.review_id == on.review_id) & (f.fragment_id == on.fragment_id)
    here = (on.review_id == review_id) & (on.document_id == document_id)
    query = select(f.fragment_id, f.place).where(here & same & (f.document_id == document_id))
    ids = []
    for row in await all_of(tx, query):
        place = place_of(opened(tx, row, (), ("place",)))
        if place is not None and place.start < end and start < place.end:
            ids.append(row["fragment_id"])
    found = await visible_by_id(tx, review_id, ids)
    return [found[one] for one in sorted(found)]


async def schema_of(tx: Tx, review_id: str) -> str:
    """The review's coding schema; CMO where nobody chose one."""
    query = select(coding_schemas.c.name).where(coding_schemas.c.review_id == review_id)
    return str((await tx.execute(query)).scalar_one_or_none() or "CMO")


async def keep_schema(tx: Tx, review_id: str, name: str) -> None:
    """Store the review's coding schema."""
    row = {"review_id": review_id, "name": name, "set_at": tx.now(), "set_by": tx.actor}
    await put(tx, coding_schemas, [row])


async def history_of(tx: Tx, review_id: str, fragment_id: str) -> list[dict[str, Any]]:
    """Every version of a fragment, oldest first."""
    table = fragment_versions
    here = (table.c.review_id == review_id) & (table.c.fragment_id == fragment_id)
    rows = await all_of(tx, select(table).where(here).order_by(table.c.version))
    return [opened(tx, row, *PAST) for row in rows]


async def appraisals_of(tx: Tx, review_id: str, fragment_id: str) -> list[dict[str, Any]]:
    """What people say of a fragment's evidence, by person."""
    table = appraisals
    here = (table.c.review_id == review_id) & (table.c.fragment_id == fragment_id)
    rows = await all_of(tx, select(table).where(here).order_by(table.c.person_id))
    return [opened(tx, row, ("comment",), ()) for row in rows]


async def keep_appraisal(tx: Tx, row: Row, *, closed: bool) -> None:
    """Store one person's appraisal of a fragment; its comment sealed where it is `closed`."""
    await put(tx, appraisals, [sealed(tx, row, ("comment",), ()) if closed else row])
