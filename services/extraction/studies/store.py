"""Sibling links of studies, what tells that two are one, and the cases of each."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Boolean, Column, Table, Text, delete, select

from services.extraction.studies.domain import TRIAL, Report
from services.extraction.tables import documents, metadata, records, study_links
from services.extraction.texts.store import VALUES, WORDS
from shared.db import BigKey, Tx
from shared.db.among import among
from shared.db.rows import Row, all_of, put
from shared.db.sealing import opened
from shared.projections.newest import keep_newest
from shared.review.studies import Pair

study_marks = Table(
    "study_marks",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("by", Text, primary_key=True),
    Column("value", Text, primary_key=True),
)
study_cases = Table(
    "study_cases",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("study_id", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("description", Text, nullable=False),
)
record_relations = Table(
    "record_relations",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("relation_id", Text, primary_key=True),
    Column("subject_version", BigKey, nullable=False),
    Column("a", Text, nullable=False),
    Column("b", Text, nullable=False),
    Column("kind", Text, nullable=False),  # sibling, kinship
    Column("confirmed", Boolean, nullable=False),
    Column("why", Text, nullable=False),
)


async def keep_relations(tx: Tx, rows: Sequence[Row]) -> None:
    """What people said of two records where they are searched for, as it was last told."""
    await keep_newest(tx, record_relations, rows)


async def relations_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The relations of a review's records, those too that people refused."""
    here = record_relations.c.review_id == review_id
    order = record_relations.c.relation_id
    return await all_of(tx, select(record_relations).where(here).order_by(order))


async def studies_of_records(
    tx: Tx, review_id: str, record_ids: Collection[str]
) -> list[tuple[str, str]]:
    """(record, study) of the documents that count, for these records."""
    query = select(documents.c.record_id, documents.c.study_id).where(
        documents.c.review_id == review_id,
        ~documents.c.withdrawn,
        ~documents.c.erased,
        among(tx.dialect, documents.c.record_id, record_ids),
    )
    return [(row.record_id, row.study_id) for row in await tx.execute(query.distinct())]


async def links_of(tx: Tx, review_id: str) -> list[Pair]:
    """The sibling links that stand, sorted."""
    here = (study_links.c.review_id == review_id) & study_links.c.linked
    query = select(study_links.c.a, study_links.c.b).where(here).order_by(study_links.c.link_id)
    return [(row.a, row.b) for row in await tx.execute(query)]


async def is_linked(tx: Tx, review_id: str, link: str) -> bool:
    """Whether a link stands."""
    here = (study_links.c.review_id == review_id) & (study_links.c.link_id == link)
    found = await tx.execute(select(study_links.c.linked).where(here))
    return bool(found.scalar_one_or_none())


async def keep_link(tx: Tx, row: Row) -> None:
    """Store a link, standing or taken away."""
    await put(tx, study_links, [row])


async def decided_pairs(tx: Tx, review_id: str) -> list[Pair]:
    """Pairs of studies of which people said that they are one, or that they are not."""
    query = select(study_links.c.a, study_links.c.b).where(study_links.c.review_id == review_id)
    return [(row.a, row.b) for row in await tx.execute(query)]


async def keep_marks(
    tx: Tx, review_id: str, document_id: str, marks: Collection[tuple[str, str]]
) -> None:
    """Replace what tells the study of a document."""
    here = (study_marks.c.review_id == review_id) & (study_marks.c.document_id == document_id)
    await tx.execute(delete(study_marks).where(here))
    keys = {"review_id": review_id, "document_id": document_id}
    await put(tx, study_marks, [{**keys, "by": by, "value": v} for by, v in sorted(marks)])


async def reports_of(tx: Tx, review_id: str) -> list[Report]:
    """Every document that counts, with what is known of its record and told by its text."""
    marks: dict[str, set[tuple[str, str]]] = {}
    for row in await tx.execute(select(study_marks).where(study_marks.c.review_id == review_id)):
        marks.setdefault(row.document_id, set()).add((row.by, row.value))
    of_record = (records.c.review_id == documents.c.review_id) & (
        records.c.record_id == documents.c.record_id
    )
    about = (
        records.c.authors,
        records.c.title.label("said"),
        records.c.year.label("said_year"),
        records.c.trials,
    )
    query = (
        select(documents, *about)
        .outerjoin(records, of_record)
        .where(documents.c.review_id == review_id, ~documents.c.withdrawn, ~documents.c.erased)
        .order_by(documents.c.document_id)
    )
    rows = [opened(tx, row, WORDS, VALUES) for row in await all_of(tx, query)]
    return [
        Report(
            document_id=row["document_id"],
            study_id=row["study_id"],
            title="" if row["confidential"] else row["title"] or row["said"] or "",
            authors=tuple(row["authors"] or ()),
            year=row["year"] or row["said_year"],
            marks=frozenset(marks.get(row["document_id"], set()) | _trials(row)),
        )
        for row in rows
    ]


def _trials(row: Row) -> set[tuple[str, str]]:
    """Trials that the record of a document names; of a confidential one none."""
    return set() if row["confidential"] else {(TRIAL, one) for one in row["trials"] or ()}


async def is_study(tx: Tx, review_id: str, study_id: str) -> bool:
    """Whether a document reports a study of this name, or a link names one."""
    here = (documents.c.review_id == review_id) & (documents.c.study_id == study_id)
    if (await tx.execute(select(documents.c.document_id).where(here).limit(1))).first():
        return True
    ends = (study_links.c.a == study_id) | (study_links.c.b == study_id)
    linked = select(study_links.c.link_id).where(study_links.c.review_id == review_id, ends)
    return (await tx.execute(linked.limit(1))).first() is not None


async def cases_of(tx: Tx, review_id: str, study_id: str | None = None) -> list[dict[str, Any]]:
    """The cases of a study, or of all, by study and id."""
    query = select(study_cases).where(study_cases.c.review_id == review_id)
    if study_id is not None:
        query = query.where(study_cases.c.study_id == study_id)
    return await all_of(tx, query.order_by(study_cases.c.study_id, study_cases.c.case_id))


async def keep_cases(tx: Tx, review_id: str, study_id: str, rows: Sequence[Row]) -> None:
    """Replace the cases of a study."""
    here = (study_cases.c.review_id == review_id) & (study_cases.c.study_id == study_id)
    await tx.execute(delete(study_cases).where(here))
    await put(tx, study_cases, rows)


async def may_be_confidential(tx: Tx, review_id: str, study_id: str) -> bool:
    """Whether a study has a confidential source, or none that is known here yet."""
    here = (documents.c.review_id == review_id) & (documents.c.study_id == study_id)
    found = list((await tx.execute(select(documents.c.confidential).where(here))).scalars())
    return not found or any(found)
