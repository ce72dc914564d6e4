"""Projects that were taken in, and the originals of their sources."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, Text, select

from services.extraction.exchange.domain.tree import Node
from services.extraction.tables import documents, memos, metadata
from shared.db import JsonB, Tx, UtcDateTime
from shared.db.rows import Row, all_of, first_of, plain, put
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

_SHOWN = [c for c in exchange_projects.c if c.name not in ("project", "were")]


def tree_of(row: Row) -> Node | None:
    """The project that a row holds; None where nothing is left of it."""
    return None if row["project"] is None else convert(row["project"], Node)


async def project_of(tx: Tx, review_id: str, project_id: str) -> dict[str, Any] | None:
    """One project with everything."""
    table = exchange_projects
    here = (table.c.review_id == review_id) & (table.c.project_id == project_id)
    return await first_of(tx, select(table).where(here))


async def projects_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The review's projects without their content, in the order in which they were taken."""
    table = exchange_projects
    query = select(*_SHOWN).where(table.c.review_id == review_id)
    return await all_of(tx, query.order_by(table.c.taken_at, table.c.project_id))


async def kept_trees(tx: Tx, review_id: str) -> list[tuple[str, Node]]:
    """What of accepted projects stands beside the review's own content, oldest first."""
    table = exchange_projects
    query = select(table).where(table.c.review_id == review_id, table.c.state == "accepted")
    rows = await all_of(tx, query.order_by(table.c.accepted_at, table.c.project_id))
    found = [(row["project_id"], tree_of(row)) for row in rows]
    return [(project_id, tree) for project_id, tree in found if tree is not None]


async def keep_project(tx: Tx, row: Row) -> None:
    """Store a project over an earlier state of it."""
    await put(tx, exchange_projects, [{**row, "project": plain(row["project"])}])


async def keep_files(tx: Tx, review_id: str, files: Mapping[str, bytes]) -> None:
    """Store originals by name; the name is made from the content."""
    for name, data in sorted(files.items()):
        await put(tx, exchange_files, [{"review_id": review_id, "name": name, "data": data}])


async def files_of(tx: Tx, review_id: str, names: Collection[str]) -> dict[str, bytes]:
    """Originals by name."""
    table, found = exchange_files, {}
    for name in sorted(names):
        here = (table.c.review_id == review_id) & (table.c.name == name)
        row = await first_of(tx, select(table.c.data).where(here))
        if row is not None:
            found[name] = bytes(row["data"])
    return found


async def document_ids(tx: Tx, review_id: str) -> list[str]:
    """Ids of every document of the review, sorted."""
    query = select(documents.c.document_id).where(documents.c.review_id == review_id)
    return sorted((await tx.execute(query)).scalars())


async def memos_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every memo of the review, oldest first."""
    query = select(memos).where(memos.c.review_id == review_id)
    return await all_of(tx, query.order_by(memos.c.at, memos.c.memo_id))
