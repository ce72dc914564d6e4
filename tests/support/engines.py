"""SQLAlchemy engines that are made once in a process and lent to one SQLite file after another.

An engine compiles each statement when it first meets it, which costs more than to run it, and
most tests send a statement once. The engine is the real one: only the file that it opens is
exchanged.
"""

from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import make_url

from shared.db import sqlite
from shared.db.sqlite_file import engine_of

_free: dict[tuple, list] = {}


class _Lent:
    """An engine that goes back to the free ones when it is disposed of."""

    def __init__(self, shelf, url, synchronous, readonly):
        self._shelf = shelf
        self._lent = False
        self._arguments = []
        self.engine = engine_of(url, synchronous, readonly=readonly)
        self.engine.dispose = self._give_back
        event.listen(self.engine, "do_connect", self._connect)

    def lend(self, url):
        """Let the engine open the file of this URL."""
        self._lent, self.engine.url = True, make_url(url)
        self._arguments = list(self.engine.dialect.create_connect_args(self.engine.url)[0])

    def _connect(self, _dialect, _record, arguments, _named):
        arguments[:] = self._arguments

    def _give_back(self):
        self.engine.pool.dispose()
        if self._lent:
            self._lent = False
            self._shelf.append(self)


def _lent_engine(url, synchronous, *, readonly=False):
    """As `engine_of`, for a file of this name."""
    shelf = _free.setdefault((Path(make_url(url).database or "").stem, synchronous, readonly), [])
    lent = shelf.pop() if shelf else _Lent(shelf, url, synchronous, readonly)
    lent.lend(url)
    return lent.engine


@contextmanager
def lending_engines():
    """Databases on SQLite take their engines from here, until the end."""
    sqlite.engine_of = _lent_engine
    try:
        yield
    finally:
        sqlite.engine_of = engine_of
        _free.clear()
