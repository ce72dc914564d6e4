"""What became of records: the documents made of them, fragments coded, what these changed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from services.search.cluster.store.evidence_tables import (
    appraisals,
    causes,
    changes,
    documents,
    fragments,
)
from shared.db import Tx, insert_ignoring_twins
from shared.db.among import among
from shared.db.rows import Row, all_of, rows_among, tuples_of
from shared.projections.newest import keep_newest

RICH = "conceptually_rich"


async def keep_documents(tx: Tx, rows: Sequence[Row]) -> None:
    """The newest state of each document."""
    await keep_newest(tx, documents, rows, "version")


async def keep_fragments(tx: Tx, rows: Sequence[Row], told_by: Sequence[Row]) -> None:
    """The newest state of each fragment, and which events told of it."""
    await keep_newest(tx, fragments, rows, "version")
    await _add(tx, causes, told_by)


async def keep_appraisals(tx: Tx, rows: Sequence[Row]) -> None:
    """The newest appraisal of each fragment by each person."""
    await keep_newest(tx, appraisals, rows, "version")


async def keep_changes(tx: Tx, rows: Sequence[Row]) -> None:
    """Configurations and arguments that changed, each with every event that moved it."""
    await _add(tx, changes, rows)


async def _add(tx: Tx, table: Any, rows: Sequence[Row]) -> None:
    if rows:
        await tx.execute(insert_ignoring_twins(tx.dialect, table), [dict(row) for row in rows])


async def fragments_of_records(
    tx: Tx, review_id: str, record_ids: Collection[str]
) -> list[tuple[str, str]]:
    """(record, fragment) for the active fragments coded from reports of these records."""
    statement = (
        select(documents.c.record_id, fragments.c.fragment_id)
        .join(
            fragments,
            (fragments.c.review_id == documents.c.review_id)
            & (fragments.c.document_id == documents.c.document_id),
        )
        .where(
            documents.c.review_id == review_id,
            fragments.c.status == "active",
            among(tx.dialect, documents.c.record_id, record_ids),
        )
    )
    return [(record, fragment) for record, fragment in await tuples_of(tx, statement)]


async def said_of_records(
    tx: Tx, review_id: str, record_ids: Collection[str]
) -> list[tuple[str, str]]:
    """(record, words) of the active fragments coded from reports of these records."""
    statement = (
        select(documents.c.record_id, fragments.c.said)
        .join(
            fragments,
            (fragments.c.review_id == documents.c.review_id)
            & (fragments.c.document_id == documents.c.document_id),
        )
        .where(
            documents.c.review_id == review_id,
            fragments.c.status == "active",
            fragments.c.said != "",
            among(tx.dialect, documents.c.record_id, record_ids),
        )
    )
    return [(record, words) for record, words in await tuples_of(tx, statement)]


async def changed_by(
    tx: Tx, review_id: str, fragment_ids: Collection[str]
) -> list[tuple[str, str, str]]:
    """(fragment, `ccmoc` or `argument`, its id) for what events of these fragments moved."""
    statement = (
        select(causes.c.fragment_id, changes.c.kind, changes.c.subject)
        .join(
            changes,
            (changes.c.review_id == causes.c.review_id) & (changes.c.event_id == causes.c.event_id),
        )
        .where(
            causes.c.review_id == review_id,
            among(tx.dialect, causes.c.fragment_id, fragment_ids),
        )
        .distinct()
    )
    return [(one, kind, subject) for one, kind, subject in await tuples_of(tx, statement)]


async def documents_named(tx: Tx, review_id: str, names: Collection[str]) -> list[dict[str, Any]]:
    """Documents that have a record and are known by one of `names`: document, case or study.

    `names` of each are those by which it is known; also cases that only its fragments tell of.
    """
    told = await _cases(tx, review_id, set(names))
    columns = (documents.c.case_id, documents.c.study_id)
    known = or_(
        among(tx.dialect, documents.c.document_id, {*names, *told}),
        *(among(tx.dialect, column, names) for column in columns),
    )
    here = (documents.c.review_id == review_id) & documents.c.record_id.is_not(None)
    rows = await all_of(tx, select(documents).where(here, known))
    return [{**row, "names": _names(row, told, names)} for row in rows]


def _names(row: Row, told: Mapping[str, set[str]], names: Collection[str]) -> set[str]:
    own = {row["document_id"], row["case_id"], row["study_id"]} & set(names)
    return own | told.get(row["document_id"], set())


async def _cases(tx: Tx, review_id: str, names: set[str]) -> dict[str, set[str]]:
    """Those of `names` that are cases of which active fragments tell, by their document."""
    rows = await tuples_of(
        tx,
        select(fragments.c.document_id, fragments.c.cases).where(
            fragments.c.review_id == review_id,
            fragments.c.status == "active",
            fragments.c.cases.is_not(None),
        ),
    )
    told: dict[str, set[str]] = {}
    for document_id, cases in rows:
        if met := names.intersection(cases):
            told.setdefault(document_id, set()).update(met)
    return told


async def fragments_of_documents(
    tx: Tx, review_id: str, document_ids: Collection[str]
) -> list[dict[str, Any]]:
    """Fragments of these documents that count."""
    rows = await rows_among(tx, fragments, review_id, fragments.c.document_id, document_ids)
    return [row for row in rows if row["status"] == "active"]


async def rich_among(tx: Tx, review_id: str, fragment_ids: Collection[str]) -> set[str]:
    """Those of these fragments that somebody appraised as rich."""
    rows = await rows_among(tx, appraisals, review_id, appraisals.c.fragment_id, fragment_ids)
    return {row["fragment_id"] for row in rows if row["richness"] == RICH}
