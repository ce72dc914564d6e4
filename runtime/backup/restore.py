"""Put a backup back, on SQLite or PostgreSQL, wherever it was taken."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Table, func, inspect, select, text

from runtime.backup.content import Content, line_of, plain_table
from runtime.backup.documents import put_documents_back
from runtime.backup.files import (
    Manifest,
    ServiceFiles,
    TableFile,
    opened_backup,
    read_manifest,
    rows_of,
    verify,
)
from runtime.backup.reconcile import ask_for_what_is_missing
from runtime.catalogue import services
from runtime.loading.progress import Progress
from shared import db
from shared.clock import SystemClock
from shared.http.problems import Conflict, Invalid
from shared.kernel import migrations
from shared.kernel.service import Service
from shared.ops.settings import Settings

BATCH = 1000
TargetState = Literal["empty", "same", "other"]


class HoldsOthers(Conflict):
    """Something else is there."""

    title = "The database is not empty"


async def restore(settings: Settings, source: Path, progress: Progress) -> Manifest:
    """Put a backup into empty databases, and let the services catch up with each other.

    A service that holds exactly the backup already is left as it is, so that what was broken off
    goes on. Raises `Invalid` for a damaged backup and `HoldsOthers` where data would be
    overwritten; each service is filled in one transaction, and read again before it ends.
    """
    with opened_backup(source) as folder:
        manifest = read_manifest(folder)
        progress.step("checking", 0)
        verify(folder, manifest)
        await put_back(settings, folder, manifest, progress)
    return manifest


async def put_back(
    settings: Settings, folder: Path, manifest: Manifest, progress: Progress
) -> None:
    """The same from a folder that is known to be whole."""
    declared = services()
    if strange := sorted(manifest.services.keys() ^ declared.keys()):
        raise Invalid(f"The backup is of other services ({', '.join(strange)} differ).")
    standing = {
        name: await _standing(settings, name, files) for name, files in manifest.services.items()
    }
    for name, found in standing.items():
        if found == "other":
            raise HoldsOthers(
                f"The database of {name} holds other data, and nothing is overwritten: name an "
                "empty place (RETRODUCT_HOME, RETRODUCT_DATABASE_URL or RETRODUCT_SCHEMA_PREFIX)."
            )
    for name, files in manifest.services.items():
        progress.step(name, sum(table.rows for table in files.tables))
        if standing[name] == "empty":
            await _fill(settings, declared[name], files, folder, progress)
    put_documents_back(settings, folder, manifest.documents)
    for name, service in declared.items():
        async with _database(settings, name) as database:
            await migrations.upgrade(database, service.tables, service.migrations)
    await ask_for_what_is_missing(settings, folder, manifest)


@asynccontextmanager
async def _database(settings: Settings, name: str) -> AsyncIterator[db.Database]:
    database = db.connect(
        settings.url_of(name),
        service=name,
        schema=settings.schema_of(name),
        clock=SystemClock(),
        synchronous=settings.sqlite_synchronous,
    )
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def _standing(settings: Settings, name: str, files: ServiceFiles) -> TargetState:
    async with _database(settings, name) as database:
        found: TargetState = await database.run_sync(
            partial(_standing_of, files=files, schema=_schema(settings, name))
        )
        return found


def _schema(settings: Settings, name: str) -> str | None:
    return None if settings.url_of(name).startswith("sqlite") else settings.schema_of(name)


def _standing_of(connection: Connection, files: ServiceFiles, schema: str | None) -> TargetState:
    """Whether a database is empty, or holds exactly what the backup holds."""
    there = set(inspect(connection).get_table_names(schema=schema)) - {"alembic_version"}
    if not there:
        return "empty"
    if any(table.name not in there for table in files.tables):
        return "other"
    tables = [(plain_table(one.name, one.columns), one) for one in files.tables]
    if _revision(connection) != files.revision:
        return "other"
    if not any(_count(connection, table) for table, _ in tables):
        return "empty"
    same = all(_content(connection, table, one) == _wanted(one) for table, one in tables)
    return "same" if same else "other"


def _revision(connection: Connection) -> str | None:
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _wanted(table: TableFile) -> tuple[int, str]:
    return table.rows, table.content


def _content(connection: Connection, table: Table, one: TableFile) -> tuple[int, str]:
    """Rows and content of a table as it stands in the database."""
    kinds = [kind for _, kind in one.columns]
    content = Content()
    rows = connection.execute(select(*table.columns), execution_options={"yield_per": BATCH})
    for part in rows.partitions(BATCH):
        content.add([line_of(tuple(row), kinds) for row in part])
    return content.rows, content.figure


async def _fill(
    settings: Settings, service: Service, files: ServiceFiles, folder: Path, progress: Progress
) -> None:
    schema = _schema(settings, service.name)

    def work(connection: Connection) -> None:
        migrations.upgrade_connection(
            connection, service.tables, service.migrations, schema, files.revision
        )
        for one in files.tables:
            table = plain_table(one.name, one.columns)
            for part in _parts(folder, service.name, one):
                connection.execute(table.insert(), part)
                progress.advance(len(part))
            _check(connection, service.name, table, one)
            _go_on_counting(connection, one)

    async with _database(settings, service.name) as database:
        await database.run_sync(work)


def _parts(folder: Path, service: str, table: TableFile) -> Iterator[list[dict[str, Any]]]:
    rows = rows_of(folder, service, table)
    while part := list(islice(rows, BATCH)):
        yield part


def _check(connection: Connection, service: str, table: Table, one: TableFile) -> None:
    found = _content(connection, table, one)
    if found != _wanted(one):
        raise Invalid(
            f"Table '{one.name}' of {service} came out with {found[0]} rows and another content "
            f"than the {one.rows} rows of the backup; nothing of {service} was kept."
        )


def _go_on_counting(connection: Connection, one: TableFile) -> None:
    """Let PostgreSQL give the numbers after those that were put in."""
    if connection.dialect.name != "postgresql" or "position" not in dict(one.columns):
        return
    name = {"table": one.name}
    sequence = connection.execute(
        text("SELECT pg_get_serial_sequence(quote_ident(:table), 'position')"), name
    ).scalar()
    if sequence is not None:
        last = f'SELECT max(position) FROM "{one.name}"'  # noqa: S608
        highest = connection.execute(text(last)).scalar()
        connection.execute(
            text("SELECT setval(CAST(:sequence AS regclass), :last, :used)"),
            {"sequence": sequence, "last": highest or 1, "used": highest is not None},
        )
