"""What people say of documents as evidence; comments on confidential ones are sealed."""

from typing import Any

from sqlalchemy import Column, Table, Text, select

from services.extraction.rounds.store import visible
from services.extraction.tables import appraisals, fragments, metadata
from shared.db import Tx, UtcDateTime
from shared.db.rows import Row, all_of, put
from shared.db.sealing import opened, sealed

document_appraisals = Table(
    "document_appraisals",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("relevance", Text),
    Column("richness", Text),
    Column("rigour", Text),
    Column("comment", Text, nullable=False, server_default=""),
    Column("at", UtcDateTime, nullable=False),
)
WORDS = ("comment",)


async def appraisals_of_document(
    tx: Tx, review_id: str, document_id: str | None
) -> list[dict[str, Any]]:
    """What people say of a document (None: of all) as evidence, by document and person."""
    table = document_appraisals
    query = select(table).where(table.c.review_id == review_id)
    if document_id is not None:
        query = query.where(table.c.document_id == document_id)
    rows = await all_of(tx, query.order_by(table.c.document_id, table.c.person_id))
    return [opened(tx, row, WORDS, ()) for row in rows]


async def keep_of_document(tx: Tx, row: Row, *, closed: bool) -> None:
    """Store one person's appraisal of a document; its comment sealed where it is `closed`."""
    await put(tx, document_appraisals, [sealed(tx, row, WORDS, ()) if closed else row])


async def appraisals_of_review(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every appraisal by (fragment, person); `withheld` says that its words are confidential."""
    same = (fragments.c.review_id == appraisals.c.review_id) & (
        fragments.c.fragment_id == appraisals.c.fragment_id
    )
    query = (
        select(appraisals, fragments.c.withheld)
        .join(fragments, same)
        .where(appraisals.c.review_id == review_id, visible(tx.actor))
        .order_by(appraisals.c.fragment_id, appraisals.c.person_id)
    )
    return [opened(tx, row, WORDS, ()) for row in await all_of(tx, query)]
