"""Erasing sources whose retention date has passed, looked for every hour."""

from datetime import timedelta

from services.extraction.documents.handlers.erasure import ERASE_DUE, erase_due
from shared.db import Tx
from shared.kernel.jobs import Job
from shared.kernel.service import Context

EVERY = timedelta(hours=1)


async def plan_erasure(ctx: Context) -> None:
    """At start: look at once, and every hour from then on."""
    await ctx.db.write(lambda tx: tx.enqueue(ERASE_DUE))


async def erase_due_sources(job: Job, ctx: Context) -> None:
    """Erase what is due, and plan the next look."""

    async def use_case(tx: Tx) -> None:
        await erase_due(tx)
        await tx.enqueue(ERASE_DUE, not_before=tx.now() + EVERY)

    await ctx.db.write(use_case)
