"""Ranking processes that are started once and lent to one running system after another.

A process takes two seconds to load the learning libraries, more than most tests do. It is the
real one: only its end is put off, and what it learned for one system is forgotten before the
next.
"""

from concurrent import futures
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from services.screening.ranking.adapters import process

_idle: list[ProcessPoolExecutor] = []


def forget_everything():
    """Runs in the ranking's process: as if it had just been started."""
    from services.screening.ranking.adapters import worker

    worker.expect()
    worker._libraries.clear()


class LentPool(Executor):
    """A process pool that goes back to the idle ones when it is shut down."""

    def __init__(self, *arguments, **named):
        self._pool = _idle.pop() if _idle else ProcessPoolExecutor(*arguments, **named)
        self._given = set()

    def __getattr__(self, name):
        return getattr(self._pool, name)

    def submit(self, function, /, *arguments, **named):
        """As the pool does it."""
        future = self._pool.submit(function, *arguments, **named)
        self._given.add(future)
        future.add_done_callback(self._given.discard)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Wait for what was given, and let the next system have the process."""
        given = list(self._given)
        if cancel_futures:
            for future in given:
                future.cancel()
        futures.wait(given)
        if self._pool._broken:
            self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        else:
            self._pool.submit(forget_everything)
            _idle.append(self._pool)


@contextmanager
def lending_processes():
    """The ranking takes its processes from here, until the end."""
    process.ProcessPoolExecutor = LentPool
    try:
        yield
    finally:
        process.ProcessPoolExecutor = ProcessPoolExecutor
        while _idle:
            _idle.pop().shutdown(cancel_futures=True)
