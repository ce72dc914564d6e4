"""After a restore: what was under way between two services is sent again.

The backup shows all services at one moment. An event that waits in an outbox leaves from there.
One that had left, and had not arrived (it lay in a queue of the broker), is known by its id: it is
in the publisher's outbox and not in the reader's inbox. From the first of these on, the publisher
sends its history to that reader again, whose inbox drops all that it had.
"""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from runtime.backup.files import Manifest, rows_of
from runtime.catalogue import topology
from shared import db
from shared.clock import SystemClock
from shared.kernel import replay
from shared.kernel.relay import ReplayRange
from shared.ops.settings import Settings


@dataclass(frozen=True, slots=True)
class Missing:
    """Events of one publisher that one reader lacks: their types, and where the first stands."""

    publisher: str
    reader: str
    types: tuple[str, ...]
    first: int


def missing_events(folder: Path, manifest: Manifest, since: datetime) -> list[Missing]:
    """What had been sent and had not arrived, of what was said after `since`.

    Inboxes forget ids after a while, so that nothing can be told of older events.
    """
    wanted = topology()
    arrived = {name: _arrived(folder, manifest, name) for name in manifest.services}
    lacks: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for publisher, files in manifest.services.items():
        for row in rows_of(folder, publisher, files.table("outbox")):
            if not row["sent"] or row["created_at"] < since:
                continue
            for reader in (r for r, types in wanted.items() if row["type"] in types):
                if row["id"] not in arrived[reader]:
                    types = lacks[publisher, reader]
                    first = types.get(row["type"], row["published_position"])
                    types[row["type"]] = min(first, row["published_position"])
    return [
        Missing(publisher, reader, tuple(sorted(types)), min(types.values()))
        for (publisher, reader), types in sorted(lacks.items())
    ]


def _arrived(folder: Path, manifest: Manifest, name: str) -> set[str]:
    inbox = manifest.services[name].table("inbox")
    return {row["id"] for row in rows_of(folder, name, inbox)}


async def ask_for_what_is_missing(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Have publishers send again what readers lack; done by their jobs once they run."""
    since = manifest.made_at - timedelta(days=settings.inbox_days - 1)
    found = missing_events(folder, manifest, since)
    async with AsyncExitStack() as stack:
        databases: dict[str, db.Database] = {}
        for one in found:
            if one.publisher not in databases:
                databases[one.publisher] = await _opened(settings, one.publisher, stack)
            await _ask(databases, one)


async def _opened(settings: Settings, name: str, stack: AsyncExitStack) -> db.Database:
    database = db.connect(
        settings.url_of(name),
        service=name,
        schema=settings.schema_of(name),
        clock=SystemClock(),
        synchronous=settings.sqlite_synchronous,
    )
    await database.open()
    stack.push_async_callback(database.close)
    return database


async def _ask(databases: Mapping[str, db.Database], one: Missing) -> None:
    wish = ReplayRange(to=one.reader, types=one.types, since=one.first - 1, number=0)
    await databases[one.publisher].write(lambda tx: replay.ask(tx, wish))
