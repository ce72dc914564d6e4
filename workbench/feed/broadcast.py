"""Wakes listeners of the feed: one look at the heads for all of them together."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from shared.kernel.failures import LONGEST_PAUSE, is_outage, wait_out
from shared.ops.telemetry import log

Load = Callable[[int], Coroutine[Any, Any, Sequence[Any]]]
"""Reads what follows a position."""
Heads = Callable[[Sequence[str]], Awaitable[dict[str, int]]]
LOOK_SECONDS = 0.04
PAGES = 64
"""Pages of a review that are kept for listeners who lag a little."""


class Beat:
    """One review's newest position, and a way to wait for the next."""

    def __init__(self) -> None:
        self.position = 0
        self.listeners = 0
        self._moved = asyncio.Event()
        self._pages: OrderedDict[int, asyncio.Task[Sequence[Any]]] = OrderedDict()

    async def page(self, after: int, load: Load) -> Sequence[Any]:
        """What follows a position, read and put into words once for all who ask for it.

        What was read stays for those who come to it a little later; an empty page does not.
        """
        task = self._pages.get(after)
        if task is None:
            task = self._pages[after] = asyncio.create_task(load(after))
            while len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        try:
            found = await asyncio.shield(task)
        except BaseException:
            if task.done():
                self._pages.pop(after, None)
            raise
        if not found:
            self._pages.pop(after, None)
        return found

    def move(self, position: int) -> None:
        """Tell listeners that the feed has grown."""
        self.position = position
        self._moved.set()
        self._moved = asyncio.Event()

    async def wait(self, after: int, seconds: float) -> bool:
        """Until the feed is longer than `after`; False when that took too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.position <= after:
                    await self._moved.wait()
                return True
        return False


class Pulse:
    """Looks at the feed's heads 25 times a second, only while somebody listens."""

    def __init__(self) -> None:
        self._beats: dict[str, Beat] = {}
        self._looking: asyncio.Task[None] | None = None
        self.heads: Heads | None = None

    @contextmanager
    def listening(self, review_id: str) -> Iterator[Beat]:
        """Take part in one review's beat. Waits for nothing: a stream may end at any moment."""
        beat = self._beats.setdefault(review_id, Beat())
        beat.listeners += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="pulse")
        try:
            yield beat
        finally:
            beat.listeners -= 1
            if beat.listeners == 0:
                self._beats.pop(review_id, None)

    async def _look(self) -> None:
        """An outage is waited out here: a feed that stands still looks like one with no news."""
        while self._beats and self.heads is not None:
            found = await wait_out("feed", self._heads)
            for review_id, position in found.items():
                beat = self._beats.get(review_id)
                if beat is not None and position > beat.position:
                    beat.move(position)
            await asyncio.sleep(LOOK_SECONDS)

    async def _heads(self) -> dict[str, int]:
        """The heads now; a failure that is no outage is logged, and tried again too."""
        assert self.heads is not None
        try:
            return await self.heads(sorted(self._beats))
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("feed_failed")
            await asyncio.sleep(LONGEST_PAUSE)
            return {}

    async def close(self) -> None:
        """Stop looking."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
