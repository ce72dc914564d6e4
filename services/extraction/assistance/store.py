"""Runs of asking for suggestions, and what was suggested.

A suggestion is a row of its own, no fragment: whatever reads fragments cannot count it. Its quote
is read from the text, which is sealed where it is confidential; it is kept (`quote`) only where it
was made on a text that is not here, in which case `text_version` is 0.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, and_, func, or_, select

from services.extraction.assistance.domain.runs import PENDING
from services.extraction.rounds.store import coding_round_documents, coding_rounds
from services.extraction.tables import document_texts, documents, metadata
from shared.db import JsonB, Tx, UtcDateTime
from shared.db.rows import Row, all_of, first_of, put, rows_among
from shared.db.sealing import opened, sealed

JUDGED = "judged"
"""In a filter: whatever a person has judged."""
WORDS = ("rationale", "reason", "quote")
"""Columns of a suggestion that hold words about a source."""

assistance_runs = Table(
    "assistance_runs",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("coder", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("theories", JsonB, nullable=False),
    Column("codes", JsonB, nullable=False),
    Column("documents", JsonB, nullable=False),
    Column("dropped", JsonB, nullable=False),
    Column("suggested", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("budget", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", Text),
    Column("changed_at", UtcDateTime, nullable=False),
)
suggestions = Table(
    "suggestions",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("suggestion_id", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("text_version", Integer, nullable=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("elements", JsonB, nullable=False),
    Column("theories", JsonB, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("quote", Text),
    Column("model", Text, nullable=False),
    Column("coder", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fragment_id", Text),
    Column("suggested_at", UtcDateTime, nullable=False),
    Column("judged_at", UtcDateTime),
    Column("judged_by", Text),
    Index(None, "review_id", "document_id", "start_offset"),
)


async def run_row(tx: Tx, review_id: str, run_id: str) -> dict[str, Any] | None:
    """One run."""
    table = assistance_runs
    here = (table.c.review_id == review_id) & (table.c.run_id == run_id)
    return await first_of(tx, select(table).where(here))


async def run_rows(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The runs of a review, newest first."""
    table = assistance_runs
    query = select(table).where(table.c.review_id == review_id)
    return await all_of(tx, query.order_by(table.c.asked_at.desc(), table.c.run_id))


async def keep_run(tx: Tx, row: Row) -> None:
    """Store a run over its earlier state."""
    await put(tx, assistance_runs, [{**row, "changed_at": tx.now()}])


async def suggestion_row(tx: Tx, review_id: str, suggestion_id: str) -> dict[str, Any] | None:
    """One suggestion."""
    table = suggestions
    here = (table.c.review_id == review_id) & (table.c.suggestion_id == suggestion_id)
    row = await first_of(tx, select(table).where(here))
    return None if row is None else opened(tx, row, WORDS, ())


async def of_fragments(
    tx: Tx, review_id: str, fragment_ids: Collection[str]
) -> list[dict[str, Any]]:
    """The suggestions that these fragments were made of."""
    rows = await rows_among(tx, suggestions, review_id, suggestions.c.fragment_id, fragment_ids)
    return [opened(tx, row, WORDS, ()) for row in rows]


async def known_among(tx: Tx, review_id: str, suggestion_ids: Collection[str]) -> set[str]:
    """Those of these suggestions that are here already."""
    rows = await rows_among(tx, suggestions, review_id, suggestions.c.suggestion_id, suggestion_ids)
    return {row["suggestion_id"] for row in rows}


async def keep_suggestions(tx: Tx, rows: Sequence[Row], *, confidential: bool = False) -> None:
    """Store suggestions over earlier states, sealed where the source is confidential."""
    await put(tx, suggestions, [sealed(tx, r, WORDS, ()) if confidential else r for r in rows])


async def suggestion_page(
    tx: Tx,
    review_id: str,
    filters: Mapping[str, str],
    *,
    after: tuple[str, int, str],
    limit: int,
) -> list[dict[str, Any]]:
    """Suggestions by document and place, after `(document, start, id)`; those on documents that
    two people code blindly now are left out. `filters`: `document_id`, `state` (or `judged`).
    """
    t = suggestions
    document, start, name = after
    later = or_(
        t.c.document_id > document,
        and_(t.c.document_id == document, t.c.start_offset > start),
        and_(t.c.document_id == document, t.c.start_offset == start, t.c.suggestion_id > name),
    )
    query = select(t).where(t.c.review_id == review_id, later)
    query = query.where(t.c.document_id.not_in(_blind(review_id)))
    for column, value in filters.items():
        judged = column == "state" and value == JUDGED
        query = query.where(t.c.state != PENDING if judged else t.c[column] == value)
    rows = await all_of(
        tx, query.order_by(t.c.document_id, t.c.start_offset, t.c.suggestion_id).limit(limit)
    )
    return [opened(tx, row, WORDS, ()) for row in rows]


def _blind(review_id: str) -> Any:
    held, rounds = coding_round_documents, coding_rounds
    same = (held.c.review_id == rounds.c.review_id) & (held.c.round_id == rounds.c.round_id)
    return (
        select(held.c.document_id)
        .join(rounds, same)
        .where(rounds.c.review_id == review_id, rounds.c.state == "open")
    )


async def blind_documents(tx: Tx, review_id: str) -> set[str]:
    """Documents that two people code blindly now."""
    return set((await tx.execute(_blind(review_id))).scalars())


async def counts(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """`model`, `run_id`, `state` and `number` of the suggestions of a review."""
    t = suggestions
    query = (
        select(t.c.model, t.c.run_id, t.c.state, func.count().label("number"))
        .where(t.c.review_id == review_id)
        .group_by(t.c.model, t.c.run_id, t.c.state)
    )
    return await all_of(tx, query)


async def on_documents(
    tx: Tx, review_id: str, model: str, document_ids: Collection[str]
) -> list[dict[str, Any]]:
    """Every suggestion of a model on these documents, whatever people said of it."""
    t = suggestions
    rows = await rows_among(tx, t, review_id, t.c.document_id, document_ids)
    return [row for row in rows if row["model"] == model]


async def agreed_documents(tx: Tx, review_id: str) -> dict[str, list[str]]:
    """The fragments that people agreed on, by document, of every document they agreed on."""
    held = coding_round_documents
    query = select(held.c.document_id, held.c.agreed).where(held.c.review_id == review_id)
    found: dict[str, list[str]] = {}
    for row in await all_of(tx, query):
        if row["agreed"] is not None:
            found.setdefault(row["document_id"], []).extend(row["agreed"])
    return found


async def confidential_texts(tx: Tx, review_id: str) -> set[tuple[str, int]]:
    """Confidential documents whose text is here, each with the version of that."""
    here = (documents.c.review_id == review_id) & documents.c.confidential
    query = select(documents.c.document_id, documents.c.text_version)
    rows = await tx.execute(query.where(here, documents.c.text_version > 0))
    return {(row.document_id, row.text_version) for row in rows}


async def texts_at(
    tx: Tx, review_id: str, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """Stored texts by document and version."""
    names = {document for document, _ in wanted}
    rows = await rows_among(tx, document_texts, review_id, document_texts.c.document_id, names)
    return {
        (row["document_id"], row["text_version"]): opened(tx, row, ("text",), ())["text"]
        for row in rows
        if (row["document_id"], row["text_version"]) in wanted
    }
