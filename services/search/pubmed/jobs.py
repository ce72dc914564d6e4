"""One pace for every copy of the service: NCBI counts requests per key or per address."""

import asyncio
from collections.abc import Awaitable, Callable

from services.search.pubmed import store
from shared.db import Database

NCBI = "ncbi"


class SharedPacer:
    """Gives out sending times `1 / rate` seconds apart, whichever process asks."""

    def __init__(
        self, db: Database, rate: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._db = db
        self._gap = 1 / rate
        self._sleep = sleep

    async def turn(self) -> None:
        """Return when the caller may send one request."""
        wait = await self._db.write(lambda tx: store.take_turn(tx, NCBI, self._gap))
        if wait > 0:
            await self._sleep(wait)

    async def hold(self, seconds: float) -> None:
        """Send nothing for `seconds`: NCBI said that we are too fast."""
        await self._db.write(lambda tx: store.hold(tx, NCBI, seconds))
