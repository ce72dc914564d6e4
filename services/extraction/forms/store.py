"""Forms, every version of them, and the answers to them. Confidential answers are sealed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, Column, Integer, Table, Text, false, func, select

from services.extraction.forms.domain.fields import Field
from services.extraction.tables import documents, metadata
from shared.db import JsonB, Tx, UtcDateTime
from shared.db.rows import Row, all_of, first_of, plain, put, state
from shared.db.sealing import opened, require_key, sealed

CONSENSUS = ""
"""In the place of a person: what the team agreed on."""

forms = Table(
    "forms",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("form_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("stage", Text),
    Column("status", Text, nullable=False),
    Column("fields", JsonB, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
)
form_answers = Table(
    "form_answers",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("form_id", Text, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("form_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("answers", JsonB, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text),
    Column("seen_others", Boolean, nullable=False, server_default=false()),
)
form_looks = Table(
    "form_looks",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("form_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
"""Owners who read everybody's answers to a form before their own were done."""
WORDS, VALUES = ("note",), ("answers",)


def fields_of(row: Row) -> tuple[Field, ...]:
    """The fields of a form's row."""
    return tuple(state(one, Field) for one in row["fields"])


async def form_of(
    tx: Tx, review_id: str, form_id: str, version: int | None = None
) -> dict[str, Any] | None:
    """A form at a version, or the newest."""
    here = (forms.c.review_id == review_id) & (forms.c.form_id == form_id)
    query = select(forms).where(here).order_by(forms.c.version.desc()).limit(1)
    if version is not None:
        query = query.where(forms.c.version == version)
    return await first_of(tx, query)


async def forms_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The newest version of every form, by id."""
    newest = (
        select(forms.c.form_id, func.max(forms.c.version).label("version"))
        .where(forms.c.review_id == review_id)
        .group_by(forms.c.form_id)
        .subquery()
    )
    same = (forms.c.form_id == newest.c.form_id) & (forms.c.version == newest.c.version)
    query = select(forms).join(newest, same).where(forms.c.review_id == review_id)
    return await all_of(tx, query.order_by(forms.c.form_id))


async def keep_form(tx: Tx, row: Mapping[str, Any], fields: Sequence[Field]) -> None:
    """Store a form as a new version."""
    await put(tx, forms, [{**row, "fields": plain(tuple(fields))}])


async def answers_of(
    tx: Tx, review_id: str, form_id: str, document_id: str | None = None
) -> list[dict[str, Any]]:
    """Answers to a form, of one document or of all, by document and person; the consensus
    (person `CONSENSUS`) first.
    """
    table = form_answers
    query = select(table).where(table.c.review_id == review_id, table.c.form_id == form_id)
    if document_id is not None:
        query = query.where(table.c.document_id == document_id)
    rows = await all_of(tx, query.order_by(table.c.document_id, table.c.person_id))
    return [opened(tx, row, WORDS, VALUES) for row in rows]


async def keep_answers(tx: Tx, rows: Sequence[Row], confidential: Mapping[str, bool]) -> None:
    """Store answers over earlier ones; `confidential` says it of their documents."""
    for row in rows:
        closed = confidential[row["document_id"]]
        if closed:
            require_key(tx)
        await put(tx, form_answers, [sealed(tx, row, WORDS, VALUES) if closed else row])


async def keep_look(tx: Tx, review_id: str, form_id: str, person: str) -> None:
    """Store that a person read everybody's answers to a form."""
    keys = {"review_id": review_id, "form_id": form_id, "person_id": person}
    await put(tx, form_looks, [{**keys, "at": tx.now()}])


async def has_looked(tx: Tx, review_id: str, form_id: str, person: str) -> bool:
    """Whether a person read everybody's answers to a form."""
    table = form_looks
    query = select(table.c.at).where(table.c.review_id == review_id, table.c.form_id == form_id)
    return await first_of(tx, query.where(table.c.person_id == person)) is not None


async def confidence_of(tx: Tx, review_id: str) -> dict[str, bool]:
    """Every document of the review, and whether it is confidential."""
    query = select(documents.c.document_id, documents.c.confidential)
    rows = await tx.execute(query.where(documents.c.review_id == review_id))
    return {row.document_id: bool(row.confidential) for row in rows}
