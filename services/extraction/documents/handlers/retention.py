"""When sources are looked at for their retention dates: as soon as the next one has passed."""

from collections.abc import Iterable
from datetime import timedelta

from services.extraction.documents import store
from shared.db import Tx
from shared.db.rows import Row

ERASE_DUE = "erase_due_sources"
"""The job that erases sources whose retention date has passed."""
EVERY = timedelta(hours=1)


async def look_when_due(tx: Tx, changed: Iterable[Row]) -> None:
    """Have sources that were changed looked at when the first of their dates has passed."""
    dates = [row["retain_until"] for row in changed if row["retain_until"] is not None]
    if dates:
        await tx.enqueue(ERASE_DUE, not_before=min(dates))


async def look_again(tx: Tx) -> None:
    """Plan the next look: when the next date has passed, after an hour at the latest."""
    due, latest = await store.next_due(tx), tx.now() + EVERY
    await tx.enqueue(ERASE_DUE, not_before=min(due, latest) if due else latest)
