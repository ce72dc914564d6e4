"""Turns: how many threads of a process write at once, first come, first served.

The embedded services' writers compute under one interpreter. As many of them as there are
processors, and the thread that holds the interpreter waits for a processor while the event
loop waits for the interpreter: 148 ms at worst with five writers on two processors, 24 ms
with one at a time, for less processor time and a tenth more of the clock.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A semaphore that hands on in order; `threading.Semaphore` lets the last holder overtake."""

    def __init__(self, width: int) -> None:
        self._free = width
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, and hand it on at the end."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


def processors_for_writing() -> int:
    """All processors that the process may use but one, which the event loop needs."""
    asked = getattr(os, "sched_getaffinity", None)  # not on macOS
    return max(1, (len(asked(0)) if asked else os.cpu_count() or 1) - 1)


writers = Turns(processors_for_writing())
"""Shared by all SQLite databases of the process."""
