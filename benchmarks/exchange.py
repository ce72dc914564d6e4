"""How projects of other tools come in and go out (`python -m benchmarks.exchange FILES...`).

Each file is imported into an empty review, exported, and the export imported into another
empty review; one JSON line a file. Valid is what the standard's schema accepts, where it lies
in `../shared/qda/schema`, and what the own rules accept.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lxml import etree

from services.extraction.app import SERVICE
from services.extraction.exchange import store
from services.extraction.exchange.domain.content import Content
from services.extraction.exchange.domain.tree import CannotExchange, Node, counts
from services.extraction.exchange.formats.archive import Archive
from services.extraction.exchange.formats.limited import content_hash, read_limited
from services.extraction.exchange.formats.project import QDC, write_qdc, write_qdpx
from services.extraction.exchange.handlers.content import content_of
from services.extraction.exchange.handlers.exports import exported
from services.extraction.exchange.handlers.projects import (
    TakenProject,
    accept_project,
    take_project,
)
from services.extraction.projections.store import keep_reviews
from shared.bus.memory import MemoryBus
from shared.db import Database, Tx, connect
from shared.kernel.service import Running
from shared.ops.settings import Settings

SCHEMAS = Path("../shared/qda/schema")
FIRST, SECOND = "first", "second"


@asynccontextmanager
async def service(home: Path) -> AsyncIterator[Database]:
    """Extraction alone on a database of its own, with two empty reviews."""
    database = connect(f"sqlite:///{home / 'extraction.db'}", service="extraction")
    running = Running(SERVICE, database, MemoryBus(), Settings(home=home))
    await running.open()
    row = {"subject_version": 1, "last_stage": None, "retired": False}
    reviews = [{"review_id": review, **row} for review in (FIRST, SECOND)]
    await database.write(lambda tx: keep_reviews(tx, reviews))
    yield database
    await running.close()


async def brought_in(db: Database, review: str, path: Path) -> TakenProject:
    """The file, read in the limited process and accepted in a review."""
    with path.open("rb") as stream:
        found = await asyncio.to_thread(read_limited, stream, path.name)
    taken = TakenProject(
        filename=path.name,
        kind=found.kind,
        project=found.project,
        were=found.were,
        files=found.files,
        losses=found.losses,
        content_hash=content_hash(found.project),
    )
    row = await db.write(lambda tx: take_project(review, taken, tx))
    await db.write(lambda tx: accept_project(review, row["project_id"], tx))
    return taken


async def taken_out(db: Database, review: str, kind: str) -> bytes:
    """The review as a file of a kind."""
    project, originals, _ = await db.read(lambda tx: exported(tx, review, confidential=True))
    return write_qdc(project) if kind == QDC else write_qdpx(project, originals)


async def held(db: Database, review: str) -> tuple[Content, list[Node], list[dict[str, bytes]]]:
    """Everything that a review holds, without what names the file it came from."""

    async def query(tx: Tx) -> tuple[Content, list[Node], list[dict[str, bytes]]]:
        trees = [tree for _, tree in await store.kept_trees(tx, review)]
        rows = await store.projects_of(tx, review)
        files = [await store.files_of(tx, review, row["files"]) for row in rows]
        content = await content_of(tx, review, confidential=True)
        return content, [replace(tree, attributes={}) for tree in trees], files

    return await db.read(query)


def is_valid(kind: str, path: Path) -> bool:
    """Whether the published schema accepts an export; the writer checked its own rules."""
    with path.open("rb") as stream:
        data = stream.read() if kind == QDC else Archive(stream).project()
    schema = SCHEMAS / ("Codebook.xsd" if kind == QDC else "Project.xsd")
    if not schema.exists():
        return True
    return bool(etree.XMLSchema(etree.parse(str(schema))).validate(etree.fromstring(data)))


async def report(path: Path) -> dict[str, Any]:
    """What came of one file."""
    started = time.perf_counter()
    line: dict[str, Any] = {"file": path.name, "kind": path.suffix.lstrip(".").lower()}
    with TemporaryDirectory() as folder:
        home = Path(folder)
        async with service(home) as db:
            try:
                line |= await _round_trip(db, path, home)
            except CannotExchange as error:
                line |= {**dict.fromkeys(counts(Node("Project"))), "losses": []}
                line |= {"refused": str(error), "export_valid": None}
                line |= {"export_stable": None, "round_trip_equal": None}
    return line | {"seconds": round(time.perf_counter() - started, 3)}


async def _round_trip(db: Database, path: Path, home: Path) -> dict[str, Any]:
    taken = await brought_in(db, FIRST, path)
    data = await taken_out(db, FIRST, taken.kind)
    is_stable = data == await taken_out(db, FIRST, taken.kind)
    out = home / f"export.{taken.kind}"
    out.write_bytes(data)
    await brought_in(db, SECOND, out)
    again = await taken_out(db, SECOND, taken.kind)
    return {
        "kind": taken.kind,
        **counts(taken.project),
        "losses": list(taken.losses),
        "refused": None,
        "export_valid": is_valid(taken.kind, out),
        "export_stable": is_stable and again == data,
        "round_trip_equal": await held(db, FIRST) == await held(db, SECOND),
    }


def files(names: list[str]) -> list[Path]:
    """The files named, and the projects and codebooks inside the folders named."""
    found: list[Path] = []
    for path in map(Path, names):
        inside = (p for p in path.rglob("*") if p.suffix.lower() in (".qdc", ".qdpx"))
        found += sorted(inside) if path.is_dir() else [path]
    return found


def main() -> None:
    """Print one line a file."""
    for path in files(sys.argv[1:]):
        print(json.dumps(asyncio.run(report(path)), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
