"""Erasing sources whose retention date has passed, looked for then and every hour."""

from functools import partial

from services.extraction.documents.handlers.erasure import erase_due
from services.extraction.documents.handlers.retention import ERASE_DUE, look_again
from services.extraction.documents.handlers.study_repair import NAME_STUDIES, name_studies
from shared.db import Tx
from shared.kernel.jobs import Job
from shared.kernel.service import Context


async def plan_erasure(ctx: Context) -> None:
    """At start: look at once, then when the next date has passed, and every hour."""
    await ctx.db.write(lambda tx: tx.enqueue(ERASE_DUE))


async def plan_naming(ctx: Context) -> None:
    """At start: look for studies that an earlier version called by an id."""
    await ctx.db.write(lambda tx: tx.enqueue(NAME_STUDIES))


async def name_old_studies(job: Job, ctx: Context) -> None:
    """Name the studies that are called by an id, a page at a time."""
    after: tuple[str, str] | None = ("", "")
    while after is not None:
        after = await ctx.db.write(partial(_name_page, after))


async def _name_page(after: tuple[str, str], tx: Tx) -> tuple[str, str] | None:
    return await name_studies(tx, after)


async def erase_due_sources(job: Job, ctx: Context) -> None:
    """Erase what is due, and plan the next look."""

    async def use_case(tx: Tx) -> None:
        await erase_due(tx)
        await look_again(tx)

    await ctx.db.write(use_case)
