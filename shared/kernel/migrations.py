"""One Alembic history per service, the same for SQLite and PostgreSQL.

Each service keeps `migrations/versions/*.py` (no env.py: this module is it).
"""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from shared.db import Database
from shared.db.postgres import PostgresDatabase, signed_crc


async def upgrade(db: Database, tables: MetaData, folder: Path | None) -> None:
    """Bring the schema to the newest revision, under a lock, in one transaction.

    Without a history the tables are made as they are.
    """
    schema = db.schema if isinstance(db, PostgresDatabase) else None
    await db.run_sync(lambda connection: upgrade_connection(connection, tables, folder, schema))


def script_directory(folder: Path) -> ScriptDirectory:
    """The history in `folder`."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def upgrade_connection(
    connection: Connection,
    tables: MetaData,
    folder: Path | None,
    schema: str | None,
    to: str = "head",
) -> None:
    """The same on a connection that is in a transaction, up to the revision `to`."""
    if connection.dialect.name == "postgresql":
        key = {"a": signed_crc("migrations"), "b": signed_crc(schema or "")}
        connection.execute(text("SELECT pg_advisory_xact_lock(:a, :b)"), key)
    if folder is None:
        tables.create_all(connection)
        return
    script = script_directory(folder)

    def steps(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs(to, revision)

    with EnvironmentContext(script.__dict__.get("config") or Config(), script, fn=steps) as env:
        env.configure(
            connection=connection,
            target_metadata=tables,
            version_table_schema=schema,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        env.run_migrations()
