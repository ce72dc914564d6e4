"""Documents, their texts and their history.

Every word of a confidential document is sealed in its rows and opened when it is read.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, select, tuple_, update

from services.extraction.rounds.store import hidden_ids
from services.extraction.tables import (
    document_assignments,
    document_history,
    document_maps,
    document_texts,
    documents,
    fragment_documents,
    metadata,
    sealing,
    uploads,
)
from shared.db import Tx, chunks
from shared.db.rows import CHUNK, Row, all_of, first_of, put, rows_among
from shared.db.sealing import opened, require_key, sealed
from shared.events.extraction import DocumentState

NOTED: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("suggestions", ("rationale", "reason", "quote"), ()),
    ("document_appraisals", ("comment",), ()),
    ("form_answers", ("note",), ("answers",)),
    ("coding_round_documents", ("note",), ()),
)
"""Tables, of whichever capability, with words about a document: columns of text and of JSON."""
OF_A_DOCUMENT = (
    *("document_texts", "document_maps", "document_appraisals"),
    *("form_answers", "study_marks", "suggestions"),
)
"""Tables, of whichever capability, whose rows of a document go when it is erased."""
ERASED = "erased"
"""What an entry of history says of the last thing that happened to a document."""
WORDS, VALUES = ("title", "participant"), ("speakers",)
"""Columns of a document that hold words: as text, and as JSON."""


def state_of(row: Row) -> DocumentState:
    """A document's row as other services see it; a confidential title stays here."""
    confidential = bool(row["confidential"])
    return DocumentState(
        document_id=row["document_id"],
        kind=row["kind"],
        title="" if confidential else row["title"],
        record_id=row["record_id"],
        study_id=row["study_id"],
        case_id=row["case_id"],
        confidential=confidential,
        withdrawn=bool(row["withdrawn"]),
        has_text=row["text_version"] > 0 and not row["erased"],
        year=row["year"],
    )


async def documents_by_id(
    tx: Tx, review_id: str, document_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Those of the documents that are known, by id."""
    rows = await rows_among(tx, documents, review_id, documents.c.document_id, document_ids)
    return {row["document_id"]: opened(tx, row, WORDS, VALUES) for row in rows}


async def texts_by_id(
    tx: Tx, review_id: str, document_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """The newest text (`text`, `sha256`, `text_version`) of the documents that have one."""
    newest = (documents.c.review_id == document_texts.c.review_id) & (
        (documents.c.document_id == document_texts.c.document_id)
        & (documents.c.text_version == document_texts.c.text_version)
    )
    found: dict[str, dict[str, Any]] = {}
    for some in chunks(sorted(document_ids), CHUNK):
        query = (
            select(document_texts)
            .join(documents, newest)
            .where(documents.c.review_id == review_id, documents.c.document_id.in_(some))
        )
        rows = [opened(tx, row, ("text",), ()) for row in await all_of(tx, query)]
        found |= {row["document_id"]: row for row in rows}
    return found


async def text_version(
    tx: Tx, review_id: str, document_id: str, version: int
) -> dict[str, Any] | None:
    """One stored text of a document."""
    here = (
        (document_texts.c.review_id == review_id)
        & (document_texts.c.document_id == document_id)
        & (document_texts.c.text_version == version)
    )
    row = await first_of(tx, select(document_texts).where(here))
    return None if row is None else opened(tx, row, ("text",), ())


async def map_version(
    tx: Tx, review_id: str, document_id: str, version: int
) -> list[dict[str, Any]] | None:
    """Where the paragraphs of a stored text stand, or None where nobody knows."""
    here = (
        (document_maps.c.review_id == review_id)
        & (document_maps.c.document_id == document_id)
        & (document_maps.c.text_version == version)
    )
    row = await first_of(tx, select(document_maps).where(here))
    if row is None:
        return None
    places: list[dict[str, Any]] = opened(tx, row, (), ("map",))["map"]
    return places


async def keep_map(
    tx: Tx, document: Row, text_version: int, places: Sequence[Mapping[str, Any]]
) -> None:
    """Store where the paragraphs of a document's text stand."""
    keys = {name: document[name] for name in ("review_id", "document_id")}
    row = {**keys, "text_version": text_version, "map": list(places)}
    await put(tx, document_maps, [sealed(tx, row, (), ("map",)) if _closed(document) else row])


def _closed(document: Row) -> bool:
    return bool(document["confidential"])


async def keep_documents(tx: Tx, rows: Sequence[Row], what: str, reason: str = "") -> None:
    """Store documents at their new versions, with an entry of history each.

    Raises `NoSourceKey` where one is confidential and there is no key to seal it with.
    """
    if any(_closed(row) and row["text_version"] for row in rows):
        require_key(tx)
    rows = [sealed(tx, row, WORDS, VALUES) if _closed(row) else row for row in rows]
    await put(tx, documents, rows)
    entries = [
        {
            "review_id": row["review_id"],
            "document_id": row["document_id"],
            "version": row["version"],
            "what": what,
            "state": {k: v for k, v in row.items() if k not in _NOT_IN_HISTORY},
            "reason": reason,
            "at": row["updated_at"],
            "by": tx.actor,
        }
        for row in rows
    ]
    closed = {row["document_id"] for row in rows if _closed(row)}
    entries = [
        sealed(tx, one, _why(one), ()) if one["document_id"] in closed else one for one in entries
    ]
    await put(tx, document_history, entries)


_NOT_IN_HISTORY = {"review_id", "updated_at", "retain_until"}


async def keep_text(tx: Tx, row: Row, *, confidential: bool) -> None:
    """Store a text as a new version."""
    await put(tx, document_texts, [sealed(tx, row, ("text",), ()) if confidential else row])


async def seal_again(tx: Tx, document: Row) -> None:
    """Store texts, maps and what is noted of a document anew, sealed if it is confidential.

    After its confidence changed, or the newest key did.
    """
    for table, words, values in (
        (document_texts, ("text",), ()),
        (document_maps, (), ("map",)),
        *((metadata.tables[name], words, values) for name, words, values in NOTED),
    ):
        here = (table.c.review_id == document["review_id"]) & (
            table.c.document_id == document["document_id"]
        )
        rows = [
            opened(tx, row, words, values) for row in await all_of(tx, select(table).where(here))
        ]
        if _closed(document):
            rows = [sealed(tx, row, words, values) for row in rows]
        await put(tx, table, rows)


async def confidential_page(tx: Tx, after: tuple[str, str], limit: int) -> list[dict[str, Any]]:
    """Confidential documents of any review, by review and id after `after`."""
    key = tuple_(documents.c.review_id, documents.c.document_id)
    query = select(documents).where(documents.c.confidential, key > after)
    ordered = query.order_by(documents.c.review_id, documents.c.document_id).limit(limit)
    return [opened(tx, row, WORDS, VALUES) for row in await all_of(tx, ordered)]


async def seal_document(tx: Tx, row: Row) -> None:
    """Store a confidential document, its history and its texts anew under the newest key."""
    await put(tx, documents, [sealed(tx, row, WORDS, VALUES)])
    past = await history_of(tx, row["review_id"], row["document_id"])
    states = [opened(tx, one["state"], WORDS, VALUES) for one in past]
    again = [
        sealed(tx, {**one, "state": sealed(tx, state, WORDS, VALUES)}, _why(one), ())
        for one, state in zip(past, states, strict=True)
    ]
    await put(tx, document_history, again)
    await seal_again(tx, row)


def _why(entry: Row) -> tuple[str, ...]:
    """Columns of an entry of history that are sealed; why something was erased stays open."""
    return () if entry["what"] == ERASED else ("reason",)


async def is_sealed_with(tx: Tx, key: str) -> bool:
    """Whether everything confidential was sealed with this key."""
    found = await tx.execute(select(sealing.c.key_id).where(sealing.c.key_id == key))
    return found.first() is not None


async def keep_key(tx: Tx, key: str) -> None:
    """From now on everything confidential is sealed with this key."""
    await tx.execute(delete(sealing))
    await put(tx, sealing, [{"key_id": key, "sealed_at": tx.now()}])


async def erase_texts(tx: Tx, review_id: str, document_id: str) -> list[str]:
    """Delete every stored text of a document, and every word from its history.

    Returns the hashes of its files, which no upload of this document names any more.
    """
    files = (uploads.c.review_id == review_id) & (uploads.c.document_id == document_id)
    hashes = list((await tx.execute(select(uploads.c.sha256).where(files))).scalars())
    await tx.execute(delete(uploads).where(files))
    for table in (metadata.tables[name] for name in OF_A_DOCUMENT):
        here = (table.c.review_id == review_id) & (table.c.document_id == document_id)
        await tx.execute(delete(table).where(here))
    past = (document_history.c.review_id == review_id) & (
        document_history.c.document_id == document_id
    )
    await tx.execute(update(document_history).where(past).values(state={}, reason=""))
    rounds = metadata.tables["coding_round_documents"]
    here = (rounds.c.review_id == review_id) & (rounds.c.document_id == document_id)
    await tx.execute(update(rounds).where(here).values(note=""))
    return hashes


async def records_reported(tx: Tx, review_id: str, record_ids: Collection[str]) -> set[str]:
    """Those of the records of which the text of a document is here, withdrawn ones apart."""
    rows = await rows_among(tx, documents, review_id, documents.c.record_id, record_ids)
    return {str(row["record_id"]) for row in rows if row["text_version"] and not row["withdrawn"]}


async def history_of(tx: Tx, review_id: str, document_id: str) -> list[dict[str, Any]]:
    """What happened to a document, oldest first."""
    here = (document_history.c.review_id == review_id) & (
        document_history.c.document_id == document_id
    )
    query = select(document_history).where(here).order_by(document_history.c.version)
    return [opened(tx, row, ("reason",), ()) for row in await all_of(tx, query)]


async def document_page(
    tx: Tx, review_id: str, filters: Mapping[str, Any], *, after: str, limit: int
) -> list[dict[str, Any]]:
    """Documents by id after `after`, each with the number of its `fragments`.

    `filters`: equal values by column (`kind`, `record_id`, `study_id`), and `assignee`: with
    whom it is ("": with nobody).
    """
    counted = (
        select(func.count())
        .where(fragment_documents.c.review_id == documents.c.review_id)
        .where(fragment_documents.c.document_id == documents.c.document_id)
        .where(fragment_documents.c.fragment_id.not_in(hidden_ids(review_id, tx.actor)))
        .scalar_subquery()
    )
    query = (
        select(documents, counted.label("fragments"))
        .where(documents.c.review_id == review_id, documents.c.document_id > after)
        .order_by(documents.c.document_id)
        .limit(limit)
    )
    for name, value in filters.items():
        own = documents.c.document_id
        is_so = is_with(value, documents, own) if name == "assignee" else documents.c[name] == value
        query = query.where(is_so)
    return [opened(tx, row, WORDS, VALUES) for row in await all_of(tx, query)]


def is_with(person: str, table: Table, document_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a document of a row is with a person ("": with nobody)."""
    t = document_assignments
    found = exists().where(t.c.review_id == table.c.review_id, t.c.document_id == document_id)
    return found.where(t.c.person_id == person) if person else ~found
