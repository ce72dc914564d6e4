"""Rounds of blind coding, and which fragments a reader does not see because of them.

What is noted of confidential documents is sealed in its rows and opened when it is read.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    Select,
    Table,
    Text,
    func,
    select,
)

from services.extraction.rounds.domain import Round, parted
from services.extraction.tables import documents, fragments, metadata
from shared.db import JsonB, Tx, UtcDateTime
from shared.db.rows import Row, all_of, first_of, put, rows_among
from shared.db.sealing import opened, sealed

coding_rounds = Table(
    "coding_rounds",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("round_id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("coders", JsonB, nullable=False),
    Column("done", JsonB, nullable=False),
    Column("share", Float),
    Column("seed", Text, nullable=False),
    Column("drawn_from", Integer, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("opened_by", Text),
    Column("revealed_at", UtcDateTime),
    Column("revealed_by", Text),
    Column("reason", Text, nullable=False),
)
coding_round_documents = Table(
    "coding_round_documents",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("round_id", Text, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("agreed", JsonB),
    Column("note", Text, nullable=False),
    Column("curated_at", UtcDateTime),
    Column("curated_by", Text),
    Index(None, "review_id", "document_id"),
)
coding_round_notes = Table(
    "coding_round_notes",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("round_id", Text, primary_key=True),
    Column("note_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("person_id", Text),
    Column("at", UtcDateTime, nullable=False),
)


def visible(reader: str | None, table: Any = fragments) -> ColumnElement[bool]:
    """Of rows of `fragments` (or an alias): those that the reader sees, which are all but
    another's that is coded in a round that is still open.
    """
    own: ColumnElement[bool] = func.coalesce(table.c.coder, table.c.coded_by) == reader
    found: ColumnElement[bool] = ~table.c.blind | own
    return found


def hidden_ids(review_id: str, reader: str | None) -> Select[Any]:
    """The ids of the fragments that the reader does not see, as a subquery."""
    return select(fragments.c.fragment_id).where(
        fragments.c.review_id == review_id, ~visible(reader)
    )


def sees(reader: str | None, row: Row) -> bool:
    """Whether the reader sees this fragment's row."""
    return not row["blind"] or (reader is not None and reader == (row["coder"] or row["coded_by"]))


async def hidden_among(tx: Tx, review_id: str, fragment_ids: Collection[str]) -> set[str]:
    """Those of the fragments that whoever acts does not see."""
    rows = await rows_among(tx, fragments, review_id, fragments.c.fragment_id, fragment_ids)
    return {row["fragment_id"] for row in rows if not sees(tx.actor, row)}


async def visible_of(tx: Tx, review_id: str, found: Sequence[Row]) -> list[dict[str, Any]]:
    """Of these memos those that whoever acts sees: none about a fragment, or with a link to one,
    that is hidden from them, and none of another coder about a document of an open round of theirs.
    """
    named = {one["memo_id"]: _named(one) for one in found}
    every = {key for keys in named.values() for kind, key in keys if kind == "fragment"}
    hidden = {("fragment", key) for key in await hidden_among(tx, review_id, every)}
    others = [one for one in found if one["person_id"] != tx.actor]
    on = {key for one in others for kind, key in named[one["memo_id"]] if kind == "document"}
    blind = [one for one in (await rounds_on(tx, review_id, on)).values() if one.is_blind]

    def is_hidden(one: Row) -> bool:
        keys = named[one["memo_id"]]
        documents_ = {key for kind, key in keys if kind == "document"}
        mine = one["person_id"] == tx.actor
        return not hidden.isdisjoint(keys) or (
            not mine and any(held.holds(one["person_id"], documents_) for held in blind)
        )

    return [dict(one) for one in found if not is_hidden(one)]


def _named(memo: Row) -> set[tuple[str, str]]:
    """Documents and fragments that a memo is about, or points at."""
    links = (f"{link['kind']}/{link['id']}" for link in memo["links"] or ())
    return {parted(one) for one in (memo["about"], *links)}


async def round_row(tx: Tx, review_id: str, round_id: str) -> dict[str, Any] | None:
    """One round's row."""
    here = (coding_rounds.c.review_id == review_id) & (coding_rounds.c.round_id == round_id)
    return await first_of(tx, select(coding_rounds).where(here))


async def round_rows(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The rounds of a review, oldest first."""
    query = select(coding_rounds).where(coding_rounds.c.review_id == review_id)
    return await all_of(tx, query.order_by(coding_rounds.c.opened_at, coding_rounds.c.round_id))


async def documents_of(tx: Tx, review_id: str, round_id: str) -> list[dict[str, Any]]:
    """The documents of a round by id, with what was agreed on each."""
    table = coding_round_documents
    here = (table.c.review_id == review_id) & (table.c.round_id == round_id)
    rows = await all_of(tx, select(table).where(here).order_by(table.c.document_id))
    return [opened(tx, row, ("note",), ()) for row in rows]


async def notes_of(tx: Tx, review_id: str, round_id: str) -> list[dict[str, Any]]:
    """Notes of a round, oldest first."""
    table = coding_round_notes
    here = (table.c.review_id == review_id) & (table.c.round_id == round_id)
    rows = await all_of(tx, select(table).where(here).order_by(table.c.at, table.c.note_id))
    return [opened(tx, row, ("text",), ()) for row in rows]


async def closed_in(tx: Tx, review_id: str, document_ids: Collection[str]) -> set[str]:
    """Those of the documents that are confidential, or not known here."""
    rows = await rows_among(tx, documents, review_id, documents.c.document_id, document_ids)
    return {*document_ids} - {row["document_id"] for row in rows if not row["confidential"]}


async def rounds_on(
    tx: Tx, review_id: str, document_ids: Collection[str], round_ids: Collection[str] = ()
) -> dict[str, Round]:
    """The rounds of these ids, and those that hold one of these documents, by id."""
    table = coding_round_documents
    on = await rows_among(tx, table, review_id, table.c.document_id, document_ids)
    wanted = {row["round_id"] for row in on} | set(round_ids)
    if not wanted:
        return {}
    rows = await rows_among(tx, coding_rounds, review_id, coding_rounds.c.round_id, wanted)
    every = await rows_among(tx, table, review_id, table.c.round_id, wanted)
    held: dict[str, list[dict[str, Any]]] = {}
    for one in every:
        held.setdefault(one["round_id"], []).append(one)
    return {row["round_id"]: round_of(row, held.get(row["round_id"], ())) for row in rows}


def round_of(row: Row, held: Sequence[Mapping[str, Any]]) -> Round:
    """A round with the documents that it holds."""
    return Round(
        round_id=row["round_id"],
        state=row["state"],
        coders=tuple(row["coders"]),
        documents=frozenset(one["document_id"] for one in held),
        curated=frozenset(one["document_id"] for one in held if one["agreed"] is not None),
    )


async def fragments_of(tx: Tx, review_id: str, round_id: str) -> list[str]:
    """Ids of the fragments that were coded in a round, sorted."""
    here = (fragments.c.review_id == review_id) & (fragments.c.round_id == round_id)
    query = select(fragments.c.fragment_id).where(here).order_by(fragments.c.fragment_id)
    return list((await tx.execute(query)).scalars())


async def coded_by_any(tx: Tx, review_id: str, coders: Collection[str]) -> set[str]:
    """Documents on which one of these people has coded anything that stands."""
    person = func.coalesce(fragments.c.coder, fragments.c.coded_by)
    here = (fragments.c.review_id == review_id) & person.in_(sorted(coders))
    query = select(fragments.c.document_id).where(here, fragments.c.status != "withdrawn")
    return {one for one in (await tx.execute(query.distinct())).scalars() if one}


async def documents_to_code(tx: Tx, review_id: str) -> list[str]:
    """Documents whose text is here and that stand, sorted."""
    here = (documents.c.review_id == review_id) & (documents.c.text_version > 0)
    query = select(documents.c.document_id).where(here, ~documents.c.withdrawn, ~documents.c.erased)
    return list((await tx.execute(query.order_by(documents.c.document_id))).scalars())


async def keep_round(tx: Tx, row: Row) -> None:
    """Store a round over its earlier state."""
    await put(tx, coding_rounds, [row])


async def keep_documents(tx: Tx, rows: Sequence[Row]) -> None:
    """Store documents of one review's rounds, with what was agreed on each."""
    if not rows:
        return
    named = {row["document_id"] for row in rows}
    closed = await closed_in(tx, rows[0]["review_id"], named)
    stored = [sealed(tx, r, ("note",), ()) if r["document_id"] in closed else r for r in rows]
    await put(tx, coding_round_documents, stored)


async def seal_notes_on(tx: Tx, review_id: str, document_id: str) -> None:
    """Store the notes of every round that holds a document anew, after its confidence changed."""
    for round_id in await rounds_on(tx, review_id, [document_id]):
        for note in await notes_of(tx, review_id, round_id):
            await keep_note(tx, note)


async def keep_note(tx: Tx, row: Row) -> None:
    """Store a note of a round; it may be about any of its documents."""
    held = await documents_of(tx, row["review_id"], row["round_id"])
    closed = await closed_in(tx, row["review_id"], {one["document_id"] for one in held})
    await put(tx, coding_round_notes, [sealed(tx, row, ("text",), ()) if closed else row])
