"""What is odd about a review's coding: shown to people, never dropped in silence."""

from sqlalchemy import exists, func, select

from services.extraction.rounds.store import hidden_ids, visible
from services.extraction.tables import (
    documents,
    fragment_documents,
    fragment_theories,
    fragments,
    records,
)
from shared.db import Tx

MOST = 1000
"""Ids shown per finding at most."""


async def without_theory(tx: Tx, review_id: str) -> list[str]:
    """Active fragments that name no theory, sorted."""
    named = exists().where(
        fragment_theories.c.review_id == fragments.c.review_id,
        fragment_theories.c.fragment_id == fragments.c.fragment_id,
    )
    query = (
        select(fragments.c.fragment_id)
        .where(fragments.c.review_id == review_id, fragments.c.status == "active", ~named)
        .where(visible(tx.actor))
        .order_by(fragments.c.fragment_id)
        .limit(MOST)
    )
    return list((await tx.execute(query)).scalars())


async def with_anchor(tx: Tx, review_id: str, anchor: str) -> list[str]:
    """Active fragments whose passage has this anchor, sorted."""
    query = (
        select(fragments.c.fragment_id)
        .where(fragments.c.review_id == review_id, fragments.c.status == "active")
        .where(fragments.c.anchor == anchor, visible(tx.actor))
        .order_by(fragments.c.fragment_id)
        .limit(MOST)
    )
    return list((await tx.execute(query)).scalars())


async def unknown_documents(tx: Tx, review_id: str) -> list[str]:
    """Documents that fragments rest on and nobody has put yet, sorted."""
    known = exists().where(
        documents.c.review_id == fragment_documents.c.review_id,
        documents.c.document_id == fragment_documents.c.document_id,
    )
    query = (
        select(fragment_documents.c.document_id)
        .where(fragment_documents.c.review_id == review_id, ~known)
        .where(fragment_documents.c.fragment_id.not_in(hidden_ids(review_id, tx.actor)))
        .distinct()
        .order_by(fragment_documents.c.document_id)
        .limit(MOST)
    )
    return list((await tx.execute(query)).scalars())


async def unknown_records(tx: Tx, review_id: str) -> list[str]:
    """Documents that name a record which search has not told of, sorted."""
    known = exists().where(
        records.c.review_id == documents.c.review_id,
        records.c.record_id == documents.c.record_id,
    )
    query = (
        select(documents.c.document_id)
        .where(documents.c.review_id == review_id, documents.c.record_id.is_not(None), ~known)
        .order_by(documents.c.document_id)
        .limit(MOST)
    )
    return list((await tx.execute(query)).scalars())


async def coded_theories(tx: Tx, review_id: str) -> list[str]:
    """Theories that fragments name, known or not, sorted."""
    query = (
        select(fragment_theories.c.theory_id)
        .where(fragment_theories.c.review_id == review_id)
        .where(fragment_theories.c.fragment_id.not_in(hidden_ids(review_id, tx.actor)))
        .distinct()
        .order_by(fragment_theories.c.theory_id)
    )
    return list((await tx.execute(query)).scalars())


async def counts(tx: Tx, review_id: str) -> dict[str, int]:
    """How many documents and fragments the review has, fragments by status and kind."""
    total = select(func.count()).where(documents.c.review_id == review_id)
    found = {"documents": int((await tx.execute(total)).scalar_one())}
    for column in (fragments.c.status, fragments.c.kind):
        query = (
            select(column.label("value"), func.count().label("number"))
            .where(fragments.c.review_id == review_id, visible(tx.actor))
            .group_by(column)
        )
        rows = await tx.execute(query)
        found |= {f"fragments_{row.value}": row.number for row in rows}
    return found
