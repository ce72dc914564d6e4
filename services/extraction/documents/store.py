"""Documents to get: included records whose report is not here yet; and with whom documents are."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, or_, select

from services.extraction.fragments.store.past import has_words, left_versions
from services.extraction.projections.store import INCLUDE
from services.extraction.rounds.store import hidden_ids
from services.extraction.tables import (
    aliases,
    appraisals,
    document_assignments,
    documents,
    fragment_documents,
    fragments,
    metadata,
    records,
    retrievals,
    reviews,
    settlements,
    study_links,
    uploads,
)
from services.extraction.texts.store import OF_A_DOCUMENT, VALUES, WORDS, is_with
from shared.db import Tx
from shared.db.rows import all_of, put, rows_among
from shared.db.sealing import opened


async def sought_page(
    tx: Tx, review_id: str, filters: Mapping[str, Any], *, after: str, limit: int
) -> list[dict[str, Any]]:
    """Documents to get, by the id of their record after `after`, as rows of documents.

    `filters` as for documents: a document to get is literature, and a study of its own.
    """
    if filters.get("kind", "literature") != "literature":
        return []
    query = _sought(review_id).where(retrievals.c.record_id > after)
    for name in ("record_id", "study_id"):
        if name in filters:
            query = query.where(retrievals.c.record_id == filters[name])
    if "assignee" in filters:
        query = query.where(is_with(filters["assignee"], retrievals, retrievals.c.record_id))
    rows = await all_of(tx, query.order_by(retrievals.c.record_id).limit(limit))
    return [_as_document(row) for row in rows]


async def sought_document(tx: Tx, review_id: str, record_id: str) -> dict[str, Any] | None:
    """The document to get of a record, or None where there is none."""
    rows = await all_of(tx, _sought(review_id).where(retrievals.c.record_id == record_id))
    return _as_document(rows[0]) if rows else None


async def assignees(tx: Tx, review_id: str, ids: Collection[str]) -> dict[str, str | None]:
    """With whom each of these documents is; those that are with nobody are left out."""
    t = document_assignments
    rows = await rows_among(tx, t, review_id, t.c.document_id, ids)
    return {row["document_id"]: row["person_id"] for row in rows}


async def assign(tx: Tx, review_id: str, document_id: str, person: str | None) -> None:
    """Keep with whom a document is; None: with nobody."""
    t = document_assignments
    if person is None:
        here = (t.c.review_id == review_id) & (t.c.document_id == document_id)
        await tx.execute(delete(t).where(here))
        return
    row = {"review_id": review_id, "document_id": document_id, "person_id": person}
    await put(tx, t, [{**row, "at": tx.now(), "by": tx.actor}])


async def given_before(tx: Tx, review_id: str, person: str, when: datetime) -> list[str]:
    """Documents that a person has since a moment or longer."""
    t = document_assignments
    theirs = (t.c.review_id == review_id) & (t.c.person_id == person) & (t.c.at <= when)
    rows = await all_of(tx, select(t.c.document_id).where(theirs).order_by(t.c.document_id))
    return [row["document_id"] for row in rows]


async def all_sought(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every document to get with what is known of its record (`doi`, `pmid`, `authors`)."""
    return [{**row, **_as_document(row)} for row in await all_of(tx, _sought(review_id))]


def _sought(review_id: str) -> Select[Any]:
    included = and_(
        settlements.c.review_id == retrievals.c.review_id,
        settlements.c.record_id == retrievals.c.record_id,
        settlements.c.stage == reviews.c.last_stage,
        settlements.c.verdict == INCLUDE,
    )
    of_record = and_(
        records.c.review_id == retrievals.c.review_id,
        records.c.record_id == retrievals.c.record_id,
    )
    known = (records.c.title, records.c.label, records.c.year, records.c.doi, records.c.pmid)
    return (
        select(retrievals, *known, records.c.authors)
        .join(reviews, reviews.c.review_id == retrievals.c.review_id)
        .join(settlements, included)
        .outerjoin(records, of_record)
        .where(retrievals.c.review_id == review_id, ~_is_here(), ~_is_absorbed())
    )


def _is_here() -> ColumnElement[bool]:
    """Whether a document reports the record, or one that was merged into it."""
    own = exists().where(
        documents.c.review_id == retrievals.c.review_id,
        documents.c.record_id == retrievals.c.record_id,
    )
    named = exists().where(
        documents.c.review_id == retrievals.c.review_id,
        documents.c.document_id == retrievals.c.record_id,
    )
    absorbed = exists().where(
        documents.c.review_id == retrievals.c.review_id,
        documents.c.review_id == aliases.c.review_id,
        documents.c.record_id == aliases.c.record_id,
        aliases.c.survivor == retrievals.c.record_id,
        aliases.c.merged,
    )
    return own | named | absorbed


def _is_absorbed() -> ColumnElement[bool]:
    return exists().where(
        aliases.c.review_id == retrievals.c.review_id,
        aliases.c.record_id == retrievals.c.record_id,
        aliases.c.merged,
    )


async def due_for_erasure(tx: Tx, now: datetime) -> list[tuple[str, str]]:
    """Documents whose retention date has passed and that are not erased."""
    here = (documents.c.retain_until <= now) & ~documents.c.erased
    query = select(documents.c.review_id, documents.c.document_id).where(here)
    return [(row.review_id, row.document_id) for row in await tx.execute(query)]


async def next_due(tx: Tx) -> datetime | None:
    """The next retention date of a source that is not erased."""
    query = select(func.min(documents.c.retain_until)).where(~documents.c.erased)
    found: datetime | None = (await tx.execute(query)).scalar_one()
    return found


async def named_by_record(tx: Tx, after: tuple[str, str], limit: int) -> list[dict[str, Any]]:
    """Documents whose study is called by their record's id, by review and id after `after`, but
    for studies that links, cases or other documents name.
    """
    d, links, cases = documents.c, study_links.c, metadata.tables["study_cases"].c
    linked = exists().where(
        links.review_id == d.review_id, or_(links.a == d.study_id, links.b == d.study_id)
    )
    has_cases = exists().where(cases.review_id == d.review_id, cases.study_id == d.study_id)
    other = documents.alias().c
    shared = exists().where(
        other.review_id == d.review_id,
        other.study_id == d.study_id,
        other.document_id != d.document_id,
    )
    query = select(documents).where(
        or_(d.review_id > after[0], and_(d.review_id == after[0], d.document_id > after[1])),
        d.study_id == d.document_id,
        d.record_id == d.document_id,
        ~d.erased,
        ~linked,
        ~has_cases,
        ~shared,
    )
    rows = await all_of(tx, query.order_by(d.review_id, d.document_id).limit(limit))
    return [opened(tx, row, WORDS, VALUES) for row in rows]


async def words_left(tx: Tx, review_id: str, document_id: str) -> dict[str, int]:
    """How many rows of each table hold words of a document, or of fragments that rest on it.

    Until it is erased, those that a round of coding hides from whoever asks are left out.
    """
    on = select(fragment_documents.c.fragment_id).where(
        fragment_documents.c.review_id == review_id,
        fragment_documents.c.document_id == document_id,
    )
    gone = (documents.c.review_id == review_id) & (documents.c.document_id == document_id)
    if (await tx.execute(select(documents.c.erased).where(gone))).scalar_one_or_none() is not True:
        on = on.where(fragment_documents.c.fragment_id.not_in(hidden_ids(review_id, tx.actor)))
    tables = {**{name: metadata.tables[name] for name in OF_A_DOCUMENT}, "files": uploads}
    left = {}
    for name, table in tables.items():
        here = (table.c.review_id == review_id) & (table.c.document_id == document_id)
        left[name] = await _count(tx, table, here)
    coded = (fragments.c.review_id == review_id) & fragments.c.fragment_id.in_(on)
    left["places"] = await _count(tx, fragments, coded & fragments.c.place.is_not(None))
    left["fragments"] = await _count(tx, fragments, coded & (fragments.c.status != "withdrawn"))
    told = (appraisals.c.review_id == review_id) & appraisals.c.fragment_id.in_(on)
    left["comments"] = await _count(tx, appraisals, told & (appraisals.c.comment != ""))
    left["versions"] = sum(map(has_words, await left_versions(tx, review_id, document_id)))
    return left


async def _count(tx: Tx, table: Table, here: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(table).where(here)
    return int((await tx.execute(query)).scalar_one())


def _as_document(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "review_id": row["review_id"],
        "document_id": row["record_id"],
        "kind": "literature",
        "title": row["title"] or row["label"] or "",
        "record_id": row["record_id"],
        "study_id": row["record_id"],
        "case_id": None,
        "year": row["year"],
        "confidential": False,
        "withdrawn": False,
        "erased": False,
        "text_version": 0,
        "participant": None,
        "speakers": None,
        "retain_until": None,
        "version": 0,
        "updated_at": row["changed_at"],
        "state": row["state"],
    }
