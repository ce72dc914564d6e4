"""What synthesis keeps of the other services' events, and which theories each touches."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select

from services.synthesis.projections.store import tables
from shared.db import Tx, chunks
from shared.db.rows import (
    CHUNK,
    Row,
    all_of,
    first_of,
    put,
    rows_among,
)
from shared.projections import aliases
from shared.projections.newest import keep_newest, newest_of
from shared.review.studies import Pair


async def keep(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Keep the newest state of each subject of a projection."""
    await keep_newest(tx, table, rows)


async def keep_fragments(tx: Tx, rows: Sequence[Row]) -> dict[tuple[str, str], set[str]]:
    """Keep fragments and their indexes; returns the theories each was and is in.

    Keys of the result are (review id, fragment id); a fragment of which a newer version is here
    already changes nothing and has no theories in the result.
    """
    touched: dict[tuple[str, str], set[str]] = {}
    by_review: dict[str, list[Row]] = {}
    for row in newest_of(rows, ("review_id", "fragment_id")):
        by_review.setdefault(row["review_id"], []).append(row)
    for review_id, said in sorted(by_review.items()):
        await tx.lock(*(f"fragment/{review_id}/{row['fragment_id']}" for row in said))
        ids = {str(row["fragment_id"]) for row in said}
        known = {
            row["fragment_id"]: row
            for row in await rows_among(
                tx, tables.fragments, review_id, tables.fragments.c.fragment_id, ids
            )
        }
        newer = [row for row in said if _is_newer(row, known.get(row["fragment_id"]))]
        await _replace(tx, review_id, newer)
        for row in newer:
            before = known.get(row["fragment_id"]) or {"theories": []}
            theories = {*row["theories"], *before["theories"]}
            touched[(review_id, row["fragment_id"])] = theories
    return touched


def _is_newer(row: Row, known: Row | None) -> bool:
    return known is None or row["subject_version"] > known["subject_version"]


async def _replace(tx: Tx, review_id: str, rows: Sequence[Row]) -> None:
    await put(tx, tables.fragments, rows)
    ids = [row["fragment_id"] for row in rows]
    for table in (tables.fragment_theories, tables.fragment_documents):
        for some in chunks(ids, CHUNK):
            here = (table.c.review_id == review_id) & table.c.fragment_id.in_(some)
            await tx.execute(delete(table).where(here))
    theories = [
        {"review_id": review_id, "theory_id": theory, "fragment_id": row["fragment_id"]}
        for row in rows
        for theory in dict.fromkeys(row["theories"])
    ]
    cited = [
        {"review_id": review_id, "document_id": document, "fragment_id": row["fragment_id"]}
        for row in rows
        for document in dict.fromkeys(source["document_id"] for source in row["sources"])
    ]
    await put(tx, tables.fragment_theories, theories)
    await put(tx, tables.fragment_documents, cited)


async def erase_words(tx: Tx, review_id: str, document_id: str) -> None:
    """Forget the words of a source that was erased; its fragments' ids and codes stay."""
    citing = await fragments_citing(tx, review_id, {document_id})
    table = tables.fragments
    rows = await rows_among(tx, table, review_id, table.c.fragment_id, citing)
    rows += await rows_among(tx, table, review_id, table.c.document_id, {document_id})
    wordless = {
        row["fragment_id"]: {
            **row,
            "quote": "",
            "elements": [{**part, "statement": ""} for part in row["elements"]],
        }
        for row in rows
    }
    await put(tx, table, list(wordless.values()))


async def repeated_fragments(
    tx: Tx, fragments: Collection[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Those of the (review, fragment) that another fragment is a duplicate of."""
    by_review: dict[str, set[str]] = {}
    for review_id, fragment_id in fragments:
        by_review.setdefault(review_id, set()).add(fragment_id)
    column = tables.fragments.c.duplicate_of
    return {
        (review_id, row["duplicate_of"])
        for review_id, ids in by_review.items()
        for row in await rows_among(tx, tables.fragments, review_id, column, ids)
    }


async def theories_of_fragments(
    tx: Tx, review_id: str, fragment_ids: Collection[str]
) -> dict[str, set[str]]:
    """Theories that count any of the fragments, or a duplicate of one, each with which."""
    reached = set(fragment_ids)
    waiting = set(fragment_ids)
    while waiting:
        repeats = await rows_among(
            tx, tables.fragments, review_id, tables.fragments.c.duplicate_of, waiting
        )
        waiting = {row["fragment_id"] for row in repeats} - reached
        reached |= waiting
    table = tables.fragment_theories
    found: dict[str, set[str]] = {}
    for row in await rows_among(tx, table, review_id, table.c.fragment_id, reached):
        found.setdefault(row["theory_id"], set()).add(row["fragment_id"])
    return found


async def fragments_citing(tx: Tx, review_id: str, document_ids: Collection[str]) -> set[str]:
    """Fragments of which one of the documents is a source."""
    table = tables.fragment_documents
    rows = await rows_among(tx, table, review_id, table.c.document_id, document_ids)
    return {row["fragment_id"] for row in rows}


async def documents_by_record(
    tx: Tx, review_id: str, record_ids: Collection[str]
) -> dict[str, set[str]]:
    """Documents of each record, by any of the names that merges gave it; none, no key."""
    stands = await names_of(tx, review_id, record_ids)
    table = tables.documents
    found: dict[str, set[str]] = {}
    for row in await rows_among(tx, table, review_id, table.c.record_id, stands):
        found.setdefault(stands[row["record_id"]], set()).add(row["document_id"])
    by_name = {name: found.get(stands[name], set()) for name in record_ids}
    return {name: documents for name, documents in by_name.items() if documents}


async def names_of(tx: Tx, review_id: str, record_ids: Collection[str]) -> dict[str, str]:
    """Every id by which these records are known, each with the record that stands for it."""
    return await aliases.names_of(tx, tables.aliases, review_id, record_ids)


async def survivors(tx: Tx, review_id: str) -> dict[str, str]:
    """Every absorbed record of the review with the record that stands for it."""
    return await aliases.all_survivors(tx, tables.aliases, review_id)


async def documents_of_studies(tx: Tx, review_id: str, studies: Collection[str]) -> set[str]:
    """Documents of these studies; a document that nobody described is its own study."""
    table = tables.documents
    rows = await rows_among(tx, table, review_id, table.c.study_id, studies)
    return {row["document_id"] for row in rows} | set(studies)


async def links_of(tx: Tx, review_id: str) -> set[Pair]:
    """Sibling links that stand."""
    table = tables.study_links
    query = select(table.c.one, table.c.other).where(table.c.review_id == review_id, table.c.linked)
    return {(row.one, row.other) for row in (await tx.execute(query)).all()}


async def review_of(tx: Tx, review_id: str) -> dict[str, Any] | None:
    """The review as workbench last said it, or None."""
    return await first_of(tx, select(tables.reviews).where(tables.reviews.c.review_id == review_id))


async def known_theories(tx: Tx, review_id: str) -> list[str]:
    """Theories that people stated, or that have a codebook, sorted."""
    found: set[str] = set()
    for table in (tables.theories, tables.codebooks):
        query = select(table.c.theory_id).where(table.c.review_id == review_id)
        found |= set((await tx.execute(query)).scalars())
    return sorted(found)


async def marked_or_known(tx: Tx, review_id: str) -> list[str]:
    """Every theory that anything speaks of: stated, with a codebook or with a fragment."""
    table = tables.fragment_theories
    query = select(table.c.theory_id).where(table.c.review_id == review_id).distinct()
    coded = set((await tx.execute(query)).scalars())
    return sorted(coded | set(await known_theories(tx, review_id)))


async def settled_include(
    tx: Tx, review_id: str, stage: str | None, record_ids: Collection[str]
) -> set[str]:
    """Those of the records that are settled include at the stage."""
    table = tables.settlements
    found: set[str] = set()
    for some in chunks(sorted(record_ids), CHUNK):
        query = select(table.c.record_id).where(
            table.c.review_id == review_id,
            table.c.stage == stage,
            table.c.verdict == "include",
            table.c.record_id.in_(some),
        )
        found |= set((await tx.execute(query)).scalars())
    return found


async def records_by_id(
    tx: Tx, review_id: str, record_ids: Collection[str]
) -> Mapping[str, dict[str, Any]]:
    """Those of the records that search told of."""
    table = tables.records
    rows = await rows_among(tx, table, review_id, table.c.record_id, record_ids)
    return {row["record_id"]: row for row in rows}


async def appraisals_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every appraisal of the review's fragments, by fragment."""
    query = select(tables.appraisals).where(tables.appraisals.c.review_id == review_id)
    return await all_of(
        tx, query.order_by(tables.appraisals.c.fragment_id, tables.appraisals.c.appraisal_id)
    )
