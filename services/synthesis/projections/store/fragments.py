"""Fragments as extraction published them, with every version, and which theories each touches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from services.synthesis.projections.store import tables
from shared.db import Tx, chunks
from shared.db.rows import (
    CHUNK,
    Row,
    put,
    rows_among,
)
from shared.projections.newest import newest_of


@dataclass(frozen=True, slots=True)
class Touched:
    """What a newer version of a fragment touches: the theories that it was and is in, and the
    documents for which it began or ceased to name a case.
    """

    theories: frozenset[str]
    renamed: frozenset[str]


async def keep_fragments(tx: Tx, rows: Sequence[Row]) -> dict[tuple[str, str], Touched]:
    """Keep fragments and their indexes; returns what each touches.

    Keys of the result are (review id, fragment id); a fragment of which a newer version is here
    already changes nothing and is not in the result.
    """
    touched: dict[tuple[str, str], Touched] = {}
    by_review: dict[str, list[Row]] = {}
    for row in newest_of(rows, ("review_id", "fragment_id")):
        by_review.setdefault(row["review_id"], []).append(row)
    await _keep_versions(tx, rows)
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
            before = known.get(row["fragment_id"]) or {"theories": [], "sources": []}
            touched[(review_id, row["fragment_id"])] = Touched(
                theories=frozenset([*row["theories"], *before["theories"]]),
                renamed=frozenset(naming(row) ^ naming(before)),
            )
    return touched


def naming(fragment: Row) -> set[str]:
    """The documents for which a fragment names a case, as cited sources."""
    return {
        source["document_id"]
        for source in fragment["sources"]
        if source["case_id"] and source["attribution"] == "cited"
    }


async def _keep_versions(tx: Tx, rows: Sequence[Row]) -> None:
    """Keep what every version of a fragment counts with, wordless: judgements name a version."""
    names = ("review_id", "fragment_id", "version", "status", "duplicate_of", "theories", "sources")
    kept = {
        (row["review_id"], row["fragment_id"], row["version"]): {
            **{name: row[name] for name in names},
            "elements": [{**part, "statement": ""} for part in row["elements"]],
        }
        for row in rows
    }
    await put(tx, tables.fragment_versions, list(kept.values()))


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
            "paraphrase": "",
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


async def theories_sharing_fragments(
    tx: Tx, review_id: str, theory_ids: Collection[str]
) -> set[str]:
    """The theories, and every other theory of any of their fragments."""
    table = tables.fragment_theories
    mine = await rows_among(tx, table, review_id, table.c.theory_id, theory_ids)
    ids = {row["fragment_id"] for row in mine}
    rows = await rows_among(tx, table, review_id, table.c.fragment_id, ids)
    return {*theory_ids, *(row["theory_id"] for row in rows)}
