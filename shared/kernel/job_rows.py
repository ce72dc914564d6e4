"""The table of jobs, and the statements by which a worker finds and takes one.

They are put together once: for SQLAlchemy that takes longer than to run them, and a worker asks
after every event.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    or_,
    select,
    text,
    update,
)

from shared.db.types import BigKey, JsonB, UtcDateTime, database_now, upsert

LEASE_SECONDS = 15.0
KEPT = 256
"""Statements that are kept of a kind: one for each set of names, of which a service has a few."""

metadata = MetaData()
jobs = Table(
    "jobs",
    metadata,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("payload", JsonB, nullable=False),
    Column("slot", Text, unique=True),
    Column("state", Text, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease", Text),
    Column("lease_until", Float),
    Column("reason", Text),
    Column("fingerprint", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("causation_id", Text),
    Column("correlation_id", Text),
    Index(
        "uq_jobs_running",
        "name",
        "key",
        unique=True,
        postgresql_where=text("state = 'running'"),
        sqlite_where=text("state = 'running'"),
    ),
    Index(
        "uq_jobs_waiting",
        "name",
        "key",
        unique=True,
        postgresql_where=text("state = 'waiting' AND slot IS NULL"),
        sqlite_where=text("state = 'waiting' AND slot IS NULL"),
    ),
    Index(
        "ix_jobs_open",
        "not_before",
        postgresql_where=text("state IN ('waiting', 'running')"),
        sqlite_where=text("state IN ('waiting', 'running')"),
    ),
)


@cache
def waiting(dialect: str, *, slotted: bool) -> Any:
    """Insert a waiting row, or let the same work that waits already be due as early."""
    stmt = upsert(dialect, jobs)
    if slotted:
        return stmt.on_conflict_do_nothing(index_elements=["slot"])
    new = stmt.excluded.not_before
    return stmt.on_conflict_do_update(
        index_elements=["name", "key"],
        index_where=text("state = 'waiting' AND slot IS NULL"),
        set_={"not_before": case((new < jobs.c.not_before, new), else_=jobs.c.not_before)},
    )


@lru_cache(KEPT)
def oldest_due(names: tuple[str, ...]) -> Select[Any]:
    """The oldest job that is due at `now`."""
    return (
        select(jobs)
        .where(_is_due(names))
        .order_by(jobs.c.not_before, jobs.c.position)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


@cache
def taking(dialect: str) -> Any:
    """Give the job at position `taken` to the lease `new_lease`."""
    until = database_now(dialect) + LEASE_SECONDS
    taken = update(jobs).where(jobs.c.position == bindparam("taken"))
    return taken.values(state="running", lease=bindparam("new_lease"), lease_until=until)


def _is_due(names: Sequence[str]) -> ColumnElement[bool]:
    """Of these names, and due at the moment that is given as `now`."""
    return and_(_may_run(names), jobs.c.not_before <= bindparam("now"))


def _may_run(names: Sequence[str]) -> ColumnElement[bool]:
    """Waiting, while no job of the same (name, key) runs."""
    other = jobs.alias("other")
    same = select(other.c.position).where(
        other.c.state == "running", other.c.name == jobs.c.name, other.c.key == jobs.c.key
    )
    return and_(jobs.c.state == "waiting", jobs.c.name.in_(names), ~same.exists())


def _is_lost(dialect: str, names: Sequence[str]) -> ColumnElement[bool]:
    expired = jobs.c.lease_until < database_now(dialect)
    return and_(jobs.c.state == "running", jobs.c.name.in_(names), expired)


@lru_cache(KEPT)
def lost(dialect: str, names: tuple[str, ...]) -> Select[Any]:
    """Jobs whose lease ran out."""
    lost = select(jobs.c.id, jobs.c.lease, jobs.c.attempts).where(_is_lost(dialect, names))
    return lost.with_for_update(skip_locked=True)


def next_due(names: Sequence[str]) -> Select[Any]:
    """When the next job that may run falls due (one row, perhaps NULL)."""
    return _next_due(tuple(names))


@lru_cache(KEPT)
def _next_due(names: tuple[str, ...]) -> Select[Any]:
    return select(jobs.c.not_before).where(_may_run(names)).order_by(jobs.c.not_before).limit(1)


@lru_cache(KEPT)
def ready(dialect: str, names: tuple[str, ...]) -> Select[Any]:
    """A job that may run at `now`, or was left behind."""
    ready = or_(_is_due(names), _is_lost(dialect, names))
    return select(jobs.c.position).where(ready).limit(1)
