"""The file of a SQLite database: how it is opened, kept private, and rid of what was deleted."""

import sqlite3
from contextlib import suppress
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event

from shared.db.types import to_json
from shared.http.problems import Unavailable

READERS = 2
BUSY_MS = 30_000
WRITER_CACHE_KB = 8000
READER_CACHE_KB = 2000


def engine_of(url: str, synchronous: str, *, readonly: bool = False) -> Engine:
    """Connections to the file in its write-ahead log; those of `readonly` cannot write."""
    engine = create_engine(
        url,
        pool_size=READERS + 2,
        max_overflow=4,
        json_serializer=to_json,
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _connect(dbapi: sqlite3.Connection, _record: object) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",
            f"cache_size=-{READER_CACHE_KB if readonly else WRITER_CACHE_KB}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if readonly:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def scrub(engine: Engine, path: str) -> None:
    """Write the file anew without what was deleted, and empty its write-ahead log.

    Raises `Unavailable` while somebody still reads what was before.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA temp_store=FILE")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA temp_store=MEMORY")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() or (1, 0, 0)
    finally:
        connection.close()
    if busy:
        raise Unavailable(f"'{path}' is being read; what was erased leaves its log a little later.")


def keep_private(path: Path) -> None:
    """Let nobody but its owner read a file; SQLite gives its journals the same rights."""
    path.touch(mode=0o600)
    for one in (path, *path.parent.glob(f"{path.name}-*")):
        with suppress(FileNotFoundError, PermissionError):
            one.chmod(0o600)
