"""Versions of fragments that rested on a document which the fragment has left since."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from services.extraction.fragments.domain import documents_of, withheld
from services.extraction.fragments.store.fragments import PAST, state_of
from services.extraction.tables import fragment_documents, fragment_versions, fragments
from shared.db import Tx
from shared.db.rows import Row, all_of, plain, put
from shared.db.sealing import opened


async def left_versions(tx: Tx, review_id: str, document_id: str) -> list[dict[str, Any]]:
    """Every version that rested on a document, of fragments that rest on it no longer.

    Looks through all that was amended: documents are erased rarely.
    """
    on = select(fragment_documents.c.fragment_id).where(
        fragment_documents.c.review_id == review_id,
        fragment_documents.c.document_id == document_id,
    )
    amended = select(fragments.c.fragment_id).where(
        fragments.c.review_id == review_id,
        fragments.c.version > 1,
        fragments.c.fragment_id.not_in(on),
    )
    past = fragment_versions.c
    query = select(fragment_versions).where(past.review_id == review_id)
    rows = await all_of(tx, query.where(past.fragment_id.in_(amended)))
    return [row for row in _opened(tx, rows) if document_id in documents_of(state_of(row))]


def has_words(row: Row) -> bool:
    """Whether a version holds a word of anybody's text."""
    state = state_of(row)
    return replace(withheld(state), confidential=state.confidential) != state


async def erase_versions(tx: Tx, rows: Sequence[Row]) -> None:
    """Store versions anew, whose `state` is a `FragmentState` that holds no words."""
    wiped = [{**row, "state": plain(row["state"]), "reason": ""} for row in rows]
    await put(tx, fragment_versions, wiped)


def _opened(tx: Tx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [opened(tx, row, *PAST) for row in rows]
