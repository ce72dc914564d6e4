"""One service's database: use cases go in, each in one transaction of its own.

A use case is a function of a `Tx` that is handed over whole, so that the
database decides where and how often it runs: on SQLite in the writer's thread,
several in one commit; on PostgreSQL again after a deadlock. Inside it only the
`Tx` may be awaited: no network, no sleeping, no other thread.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import MetaData

from shared.clock import Clock, SystemClock
from shared.db.types import (
    BigKey,
    JsonB,
    UtcDateTime,
    chunks,
    database_now,
    insert_ignoring_twins,
    upsert,
)
from shared.kernel.tx import Session, Tx

T = TypeVar("T")
UseCase = Callable[[Tx], Awaitable[T]]


class WaitedForTheWorld(RuntimeError):
    """A use case awaited something that is not its transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """On whose behalf, and in which trace, a use case runs."""

    actor: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None
    causation_id: str | None = None


who: ContextVar[Who] = ContextVar("who", default=Who())  # noqa: B039


class Database(Protocol):
    """Opens transactions and commits them; nobody else does."""

    service: str
    dialect: str
    clock: Clock
    commit_hooks: "list[Callable[[bool, bool], None]]"
    keys: Any

    async def write(self, use_case: UseCase[T]) -> T:
        """Run a use case in a transaction: its rows and its events, or neither."""
        ...

    async def read(self, query: UseCase[T]) -> T:
        """Run a query on one snapshot; it cannot write."""
        ...

    async def open(self) -> None:
        """Connect; raises `Unavailable` with one clear sentence."""
        ...

    async def close(self) -> None:
        """Let go of every connection and thread."""
        ...

    async def scrub(self) -> None:
        """Leave nothing of what was deleted in the database's files, as far as they are ours."""
        ...

    async def run_sync(self, function: Callable[[Any], Any]) -> Any:
        """Run a function of a plain SQLAlchemy connection in a transaction (migrations)."""
        ...


def transaction(session: Session, *, service: str, clock: Clock, whom: Who, keys: Any = None) -> Tx:
    """A `Tx` over a session, on behalf of whoever asks; `keys` open confidential words."""
    return Tx(
        session,
        service=service,
        clock=clock,
        actor=whom.actor,
        correlation_id=whom.correlation_id,
        traceparent=whom.traceparent,
        causation_id=whom.causation_id,
        keys=keys,
    )


def kernel_metadata() -> MetaData:
    """A MetaData that holds outbox, inbox and jobs; a service adds its tables."""
    from shared.kernel import inbox, jobs, outbox

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    for source in (outbox.metadata, inbox.metadata, jobs.metadata):
        for table in source.tables.values():
            table.to_metadata(metadata)
    return metadata


def connect(
    url: str,
    *,
    service: str,
    schema: str | None = None,
    clock: Clock | None = None,
    synchronous: str = "FULL",
) -> Database:
    """The database at `url` for one service; nothing is opened yet."""
    clock = clock or SystemClock()
    if url.startswith("sqlite"):
        from shared.db.sqlite import SqliteDatabase

        return SqliteDatabase(url, service=service, clock=clock, synchronous=synchronous)
    from shared.db.postgres import PostgresDatabase

    return PostgresDatabase(url, service=service, schema=schema or service, clock=clock)


__all__ = [
    "BigKey",
    "Database",
    "JsonB",
    "Tx",
    "UseCase",
    "UtcDateTime",
    "WaitedForTheWorld",
    "Who",
    "chunks",
    "connect",
    "database_now",
    "insert_ignoring_twins",
    "kernel_metadata",
    "transaction",
    "upsert",
    "who",
]
