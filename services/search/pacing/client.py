"""When to send: one pace for every call to a host, and the pauses between tries."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Time and chance as the adapter meets them; tests give their own.

    `monotonic` counts seconds, `sleep` waits that many, `chance` draws from [0, 1).
    """

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to try: pauses of `base` x 2^n seconds, full jitter, at most `longest`.

    `deadline` bounds one call with all its tries, in seconds.
    """

    tries: int = 6
    base: float = 1.0
    longest: float = 60.0
    deadline: float = 600.0

    def pause(self, failures: int, chance: float, asked: float | None) -> float:
        """Seconds to wait after the `failures`-th failure; never less than the host `asked` for."""
        ceiling = min(self.longest, self.base * 2.0 ** (failures - 1))
        return max(ceiling * chance, asked or 0.0)


class Pace(Protocol):
    """Who may send, and when."""

    async def turn(self) -> None:
        """Return when the caller may send one request."""
        ...

    async def hold(self, seconds: float) -> None:
        """Send nothing for `seconds`: the host said that we are too fast."""
        ...


@dataclass(slots=True)
class Pacer:
    """Gives out sending times `1 / rate` apart in one process, however many ask at once.

    The time is reckoned under the lock and waited for outside it, so that a
    waiting caller never holds up one that may already go.
    """

    rate: float
    timing: Timing
    _free: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self) -> None:
        """Return when the caller may send one request."""
        async with self._lock:
            now = self.timing.monotonic()
            start = max(now, self._free)
            self._free = start + 1 / self.rate
        if start > now:
            await self.timing.sleep(start - now)

    async def hold(self, seconds: float) -> None:
        """Send nothing for `seconds`: the host said that we are too fast."""
        async with self._lock:
            self._free = max(self._free, self.timing.monotonic() + seconds)
