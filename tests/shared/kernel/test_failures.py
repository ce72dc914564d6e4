"""Outages are told by SQLSTATE and driver class, never by `OSError` alone."""

import asyncio
import errno
import socket
import sqlite3

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from shared.kernel.failures import Unreachable, describe, is_outage, wait_out


def wrapped(error, *, lost=False):
    """As SQLAlchemy hands on what a driver raises."""
    return DBAPIError("INSERT", {"title": "a secret"}, error, connection_invalidated=lost)


def of_sqlite(code, kind=sqlite3.OperationalError):
    error = kind("says sqlite")
    error.sqlite_errorcode = code
    return error


OUTAGES = [
    ConnectionRefusedError("no"),
    ConnectionResetError("cut"),
    BrokenPipeError("cut"),
    Unreachable("nobody there"),
    socket.gaierror(-2, "Name or service not known"),
    OSError(errno.EHOSTUNREACH, "No route to host"),
    OSError(errno.ENOSPC, "No space left on device"),
    PoolExhausted("QueuePool limit reached"),
    asyncpg.ConnectionDoesNotExistError("closed in the middle of operation"),
    asyncpg.ConnectionFailureError("lost"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.AdminShutdownError("terminating connection"),
    asyncpg.CrashShutdownError("terminating connection"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.DiskFullError("could not extend file"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
    wrapped(asyncpg.CannotConnectNowError("starting up")),
    wrapped(Exception("closed"), lost=True),
    of_sqlite(sqlite3.SQLITE_BUSY),
    of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT),
    of_sqlite(sqlite3.SQLITE_LOCKED),
    of_sqlite(sqlite3.SQLITE_FULL),
    of_sqlite(sqlite3.SQLITE_IOERR_WRITE),
    wrapped(of_sqlite(sqlite3.SQLITE_CANTOPEN)),
    ExceptionGroup("two", [ConnectionResetError("a"), ConnectionResetError("b")]),
]
FAILURES = [
    KeyError("x"),
    OSError("by itself"),
    FileNotFoundError(errno.ENOENT, "No such file"),
    PermissionError(errno.EACCES, "Permission denied"),
    TimeoutError(),
    asyncpg.InterfaceError("the number of query arguments cannot exceed 32767"),
    asyncpg.InternalClientError("cannot switch to state 11; another operation (7) is in progress"),
    asyncpg.QueryCanceledError("canceling statement due to statement timeout"),
    asyncpg.UniqueViolationError("duplicate key"),
    asyncpg.DeadlockDetectedError("deadlock"),
    wrapped(asyncpg.InterfaceError("the number of query arguments cannot exceed 32767")),
    of_sqlite(sqlite3.SQLITE_CORRUPT, sqlite3.DatabaseError),
    of_sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.IntegrityError),
    sqlite3.InterfaceError("Error binding parameter"),
    ExceptionGroup("two", [ConnectionResetError("a"), KeyError("b")]),
]


@pytest.mark.parametrize("error", OUTAGES, ids=repr)
def test_it_is_an_outage(error):
    assert is_outage(error)


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_it_is_a_failure(error):
    assert not is_outage(error)


def test_an_outage_is_recognised_through_its_wrapping():
    outer = RuntimeError("while writing")
    outer.__cause__ = ConnectionRefusedError("no")
    assert is_outage(outer)


def test_a_reason_tells_no_values_of_the_statement():
    said = describe(wrapped(asyncpg.UniqueViolationError("duplicate key")))
    assert said == "UniqueViolationError: duplicate key"


async def test_an_outage_is_waited_out_with_growing_pauses(monkeypatch):
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    left = [ConnectionRefusedError("no")] * 7

    async def action():
        if left:
            raise left.pop()
        return "done"

    assert await wait_out("test", action) == "done"
    assert pauses == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]


async def test_what_is_no_outage_is_not_waited_out():
    async def action():
        raise LookupError("broken")

    with pytest.raises(LookupError):
        await wait_out("test", action)
