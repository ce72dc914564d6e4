"""Take a backup of everything as it stands at one moment, while work goes on."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Table

from runtime.backup.content import kind_of
from runtime.backup.documents import copy_documents
from runtime.backup.files import (
    FORMAT,
    Manifest,
    ServiceFiles,
    TableFile,
    TableWriter,
    new_backup,
    verify,
    write_manifest,
)
from runtime.backup.moment import Snapshot, one_moment
from runtime.catalogue import services
from runtime.loading.progress import Progress
from shared.clock import Clock, SystemClock
from shared.http.problems import Unavailable
from shared.kernel.migrations import script_directory
from shared.kernel.service import Service
from shared.ops.settings import Settings


async def take_backup(
    settings: Settings, target: Path, progress: Progress, clock: Clock | None = None
) -> Manifest:
    """Write everything to `target`, read it again, and say what it holds.

    Raises `Invalid` where something is at `target`, and `Unavailable` for a database that
    cannot be read or has another form than this version's.
    """
    with new_backup(target) as folder:
        manifest = await write_tables(settings, folder, progress, clock or SystemClock())
        progress.step("checking", 0)
        verify(folder, manifest)
    return manifest


async def write_tables(
    settings: Settings, folder: Path, progress: Progress, clock: Clock
) -> Manifest:
    """Write every table of every service, and the list of them, into a folder."""
    declared = services()
    found: dict[str, ServiceFiles] = {}
    async with one_moment(settings, iter(declared)) as snapshots:
        made_at = clock.now().astimezone(UTC)
        for name, service in declared.items():
            found[name] = await _write_service(name, service, snapshots[name], folder, progress)
        progress.step("files", 0)
        copied = copy_documents(settings, folder)
    manifest = _manifest(made_at, found, copied)
    write_manifest(folder, manifest)
    return manifest


def _manifest(
    made_at: datetime, found: dict[str, ServiceFiles], copied: dict[str, str]
) -> Manifest:
    return Manifest(
        format=FORMAT,
        version=version("retroduct"),
        made_at=made_at,
        services=found,
        documents=copied,
    )


async def _write_service(
    name: str, service: Service, snapshot: Snapshot, folder: Path, progress: Progress
) -> ServiceFiles:
    revision = await snapshot.revision()
    newest = head_of(service)
    if revision != newest:
        raise Unavailable(
            f"The database of {name} has the form {revision or 'of no version'}, this version "
            f"works with {newest}: run 'retroduct migrate' first."
        )
    tables = service.tables.sorted_tables
    progress.step(name, sum([await snapshot.count(table) for table in tables]))
    written = [await _write_table(name, table, snapshot, folder, progress) for table in tables]
    return ServiceFiles(revision=newest, tables=written)


def head_of(service: Service) -> str:
    """The newest revision of a service's tables."""
    assert service.migrations is not None, "only services of tests have no history"
    return str(script_directory(service.migrations).get_current_head())


async def _write_table(
    name: str, table: Table, snapshot: Snapshot, folder: Path, progress: Progress
) -> TableFile:
    columns = [(str(column.name), kind_of(column)) for column in table.columns]
    writer = TableWriter(folder, name, table.name, columns)
    try:
        async for rows in snapshot.pages(table):
            writer.write(_plain(rows))
            progress.advance(len(rows))
    finally:
        written = writer.close()
    return written


def _plain(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in rows]
