"""What synthesis keeps of the other services' events, and which theories each touches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select

from services.synthesis.projections.store import fragments, tables
from shared.db import Tx, chunks
from shared.db.rows import (
    CHUNK,
    Row,
    all_of,
    first_of,
    rows_among,
)
from shared.projections import aliases
from shared.projections.newest import keep_newest
from shared.review.studies import Pair, canonical_studies


async def keep(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Keep the newest state of each subject of a projection."""
    await keep_newest(tx, table, rows)


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


async def survivors_of(tx: Tx, review_id: str, record_ids: Iterable[str]) -> dict[str, str]:
    """Each of these records with the record that stands for it."""
    return await aliases.survivors(tx, tables.aliases, review_id, record_ids)


async def survivors(tx: Tx, review_id: str) -> dict[str, str]:
    """Every absorbed record of the review with the record that stands for it."""
    return await aliases.all_survivors(tx, tables.aliases, review_id)


async def documents_beside(
    tx: Tx, review_id: str, documents: Mapping[str, str]
) -> dict[str, set[str]]:
    """For each document, those of the studies that it reports and reported, siblings included.

    `documents` gives the study that each is said to report now, or "".
    """
    table = tables.documents
    rows = await rows_among(tx, table, review_id, table.c.document_id, documents)
    stored = {row["document_id"]: row["study_id"] for row in rows}
    united = canonical_studies(await links_of(tx, review_id))
    roots = {
        name: {united.get(study, study) for study in (stored.get(name) or name, said or name)}
        for name, said in documents.items()
    }
    wanted = {root for some in roots.values() for root in some}
    every = wanted | {study for study, root in united.items() if root in wanted}
    found: dict[str, set[str]] = {root: {root} for root in wanted}
    for row in await rows_among(tx, table, review_id, table.c.study_id, every):
        found[united.get(row["study_id"], row["study_id"])].add(row["document_id"])
    for study in every:
        found[united.get(study, study)].add(study)
    return {name: {name}.union(*(found[root] for root in some)) for name, some in roots.items()}


async def naming_alone(
    tx: Tx, review_id: str, documents: Collection[str], naming: Collection[str]
) -> dict[str, set[str]]:
    """Of `documents`, those in whose study nothing but these fragments names a case.

    Each with all documents of its study, siblings included.
    """
    beside = await documents_beside(tx, review_id, dict.fromkeys(documents, ""))
    every = set().union(*beside.values())
    table = tables.documents
    rows = await rows_among(tx, table, review_id, table.c.document_id, every)
    named = {row["document_id"] for row in rows if row["case_id"]}
    citing = await fragments.fragments_citing(tx, review_id, every) - set(naming)
    table = tables.fragments
    for row in await rows_among(tx, table, review_id, table.c.fragment_id, citing):
        named |= fragments.naming(row)
    return {name: near for name, near in beside.items() if near.isdisjoint(named)}


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
