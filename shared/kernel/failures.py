"""How failures are told apart, waited out, and given up.

An outage is a lost or refused connection, a server that starts or shuts down, an
exhausted pool, a full disk: told by SQLSTATE and driver class. It is nobody's failure, so
a loop pauses and counts nothing. Everything else (a statement time-out, a statement with
too many parameters, a value that the database refuses) fails again with the same event,
and is that event's failure.
"""

import asyncio
import errno
import socket
import sqlite3
import traceback
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar

from asyncpg import InterfaceError, InternalClientError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from shared.kernel.cancellation import raise_if_cancelled
from shared.ops.telemetry import log
from shared.text import clean

T = TypeVar("T")
DELAYS = (
    timedelta(seconds=1),
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
)
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
REASON_LENGTH = 2000

_NETWORK = {
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.ENETRESET,
    errno.ENETUNREACH,
    errno.ENOTCONN,
    errno.ETIMEDOUT,
}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_DISK_FULL, _TOO_MANY_CONNECTIONS = "53100", "53300"
_SHUTTING_DOWN = {"57P01", "57P02", "57P03"}
_ENDED_BY_SERVER = "another operation (2)"
"""asyncpg has read the server's last words (state 2), and not yet that its socket is closed."""
_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
"""Another process holds the file past the busy time-out; the disk fails, is full or away."""


class Unreachable(ConnectionError):
    """A database or broker that takes no connection, or no longer answers on it."""


def delay(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts before; None: give up."""
    return DELAYS[attempts] if attempts < len(DELAYS) else None


def is_outage(error: BaseException) -> bool:
    """Whether a database or broker is down: nobody's failure, so pause and do not count.

    Several errors at once are an outage only if each of them is.
    """
    if isinstance(error, BaseExceptionGroup):
        return all(is_outage(one) for one in error.exceptions)
    return any(_is_connection_lost(link) or _is_server_down(link) for link in _chain(error))


def is_disk_full(error: BaseException) -> bool:
    """Whether a disk has no room: that of files, of SQLite or of PostgreSQL."""
    return any(
        getattr(link, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
        or getattr(link, "sqlstate", None) == _DISK_FULL
        or (isinstance(link, OSError) and link.errno in _FULL)
        for link in _chain(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what SQLAlchemy wraps in it, and what it was raised from."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = getattr(current, "orig", None) or current.__cause__


def _is_connection_lost(error: BaseException) -> bool:
    if isinstance(error, ConnectionError | socket.gaierror | PoolExhausted):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    if isinstance(error, InterfaceError):
        return "closed" in str(error)
    if isinstance(error, InternalClientError):
        return _ENDED_BY_SERVER in str(error)
    return isinstance(error, OSError) and error.errno in _NETWORK | _FULL


def _is_server_down(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    state = str(getattr(error, "sqlstate", None) or "")
    return state.startswith("08") or state in {*_SHUTTING_DOWN, _TOO_MANY_CONNECTIONS, _DISK_FULL}


async def wait_out(name: str, action: Callable[[], Awaitable[T]]) -> T:
    """Await `action()`, again and again until no outage stops it; other errors are raised."""
    pause = FIRST_PAUSE
    while True:
        raise_if_cancelled()
        try:
            return await action()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("outage_waited_out", loop=name, reason=describe(error)[:200])
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def describe(error: BaseException) -> str:
    """Type and message as text that every database keeps, at most 2,000 characters.

    Of a statement's error only what the driver says: SQLAlchemy adds the values that were
    to be stored, which may be confidential.
    """
    said = getattr(error, "orig", None) or error
    said = said.__cause__ if said is not error and said.__cause__ else said
    return clean(f"{type(said).__name__}: {said}")[:REASON_LENGTH]


def fingerprint(error: BaseException) -> str:
    """The same for failures of one cause: exception type and innermost own frame."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "site-packages" not in f.filename] or list(frames)
    where = f"{own[-1].filename.rsplit('/', 1)[-1]}:{own[-1].name}" if own else ""
    return sha256(f"{type(error).__name__}@{where}".encode()).hexdigest()[:12]
