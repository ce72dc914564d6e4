"""One pace for every copy of the service: a host counts requests per key or per address."""

import asyncio
from collections.abc import Awaitable, Callable

from services.search.pacing import store
from shared.db import Database


class SharedPacer:
    """Gives out sending times to a host `1 / rate` seconds apart, whichever process asks."""

    def __init__(
        self,
        db: Database,
        host: str,
        rate: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._db = db
        self._host = host
        self._gap = 1 / rate
        self._sleep = sleep

    async def turn(self) -> None:
        """Return when the caller may send one request."""
        wait = await self._db.write(lambda tx: store.take_turn(tx, self._host, self._gap))
        if wait > 0:
            await self._sleep(wait)

    async def hold(self, seconds: float) -> None:
        """Send nothing for `seconds`: the host said that we are too fast."""
        await self._db.write(lambda tx: store.hold(tx, self._host, seconds))
