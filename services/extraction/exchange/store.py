"""Projects that were taken in, and the originals of their sources.

Whose sources are confidential nobody knows of another tool's project until people say it: all of
them are sealed where there is a key.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, Text, delete, select

from services.extraction.exchange.domain.tree import Node, section
from services.extraction.fragments.store.memos import memos_of_review
from services.extraction.tables import documents, metadata
from shared.db import JsonB, Tx, UtcDateTime, chunks
from shared.db.rows import CHUNK, Row, all_of, first_of, plain, put
from shared.db.sealing import opened, opened_file, require_key, sealed
from shared.decoding import convert

exchange_projects = Table(
    "exchange_projects",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("project_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("project", JsonB),
    Column("were", JsonB, nullable=False),
    Column("files", JsonB, nullable=False),
    Column("losses", JsonB, nullable=False),
    Column("mapping", JsonB, nullable=False),
    Column("replaces", Text),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("taken_by", Text),
    Column("accepted_at", UtcDateTime),
    Column("accepted_by", Text),
)
exchange_files = Table(
    "exchange_files",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

WORDS, VALUES = ("name", "filename"), ("project", "were", "losses", "mapping")
_SHOWN = [c for c in exchange_projects.c if c.name not in ("project", "were")]


def tree_of(row: Row) -> Node | None:
    """The project that a row holds; None where nothing is left of it."""
    return None if row["project"] is None else convert(row["project"], Node)


async def project_of(tx: Tx, review_id: str, project_id: str) -> dict[str, Any] | None:
    """One project with everything."""
    table = exchange_projects
    here = (table.c.review_id == review_id) & (table.c.project_id == project_id)
    row = await first_of(tx, select(table).where(here))
    return None if row is None else opened(tx, row, WORDS, VALUES)


async def projects_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The review's projects without their content, in the order in which they were taken."""
    table = exchange_projects
    query = select(*_SHOWN).where(table.c.review_id == review_id)
    rows = await all_of(tx, query.order_by(table.c.taken_at, table.c.project_id))
    return [opened(tx, row, WORDS, VALUES) for row in rows]


async def every_project(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The review's projects with everything."""
    query = select(exchange_projects).where(exchange_projects.c.review_id == review_id)
    return [opened(tx, row, WORDS, VALUES) for row in await all_of(tx, query)]


async def kept_trees(
    tx: Tx, review_id: str, *, confidential: bool = True
) -> list[tuple[str, Node]]:
    """What of accepted projects stands beside the review's own content, oldest first; without
    those that hold confidential sources, unless `confidential`.
    """
    table = exchange_projects
    query = select(table).where(table.c.review_id == review_id, table.c.state == "accepted")
    rows = await all_of(tx, query.order_by(table.c.accepted_at, table.c.project_id))
    closed = set() if confidential else await _closed_sources(tx, review_id)
    found = []
    for row in (opened(tx, row, WORDS, VALUES) for row in rows):
        tree = tree_of(row)
        if tree is not None and (confidential or not is_closed(row, tree, closed)):
            found.append((row["project_id"], tree))
    return found


def is_closed(row: Row, tree: Node, closed: Collection[str]) -> bool:
    """Whether a project holds confidential sources: people said so, or documents made of its
    sources, which are among `closed`, are confidential.
    """
    said = bool(row["mapping"].get("confidential"))
    return said or any(source.guid in closed for source in section(tree, "Sources"))


async def _closed_sources(tx: Tx, review_id: str) -> set[str]:
    """Ids of the review's confidential documents."""
    query = select(documents.c.document_id).where(documents.c.review_id == review_id)
    return set((await tx.execute(query.where(documents.c.confidential))).scalars())


async def keep_project(tx: Tx, row: Row) -> None:
    """Store a project over an earlier state of it, sealed where there is a key.

    Raises `NoSourceKey` where its sources are said to be confidential and there is none.
    """
    if row["mapping"].get("confidential"):
        require_key(tx)
    stored = {**row, "project": plain(row["project"])}
    await put(tx, exchange_projects, [sealed(tx, stored, WORDS, VALUES)])


async def keep_files(tx: Tx, review_id: str, files: Mapping[str, bytes]) -> None:
    """Store originals by name, sealed where there is a key; the name is made from the content."""
    for name, data in sorted(files.items()):
        kept = data if tx.keys is None else tx.keys.seal_file(data)
        await put(tx, exchange_files, [{"review_id": review_id, "name": name, "data": kept}])


async def forget_files(tx: Tx, review_id: str, names: Collection[str]) -> None:
    """Delete originals for good."""
    for some in chunks(sorted(names), CHUNK):
        here = exchange_files.c.review_id == review_id
        await tx.execute(delete(exchange_files).where(here, exchange_files.c.name.in_(some)))


async def files_of(tx: Tx, review_id: str, names: Collection[str]) -> dict[str, bytes]:
    """Originals by name."""
    table, found = exchange_files, {}
    for name in sorted(names):
        here = (table.c.review_id == review_id) & (table.c.name == name)
        row = await first_of(tx, select(table.c.data).where(here))
        if row is not None:
            found[name] = opened_file(tx, bytes(row["data"]))
    return found


async def document_ids(tx: Tx, review_id: str) -> list[str]:
    """Ids of every document of the review, sorted."""
    query = select(documents.c.document_id).where(documents.c.review_id == review_id)
    return sorted((await tx.execute(query)).scalars())


async def memos_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every memo of the review, oldest first."""
    found = await memos_of_review(tx, review_id)
    return sorted(found, key=lambda memo: (memo["at"], memo["memo_id"]))
