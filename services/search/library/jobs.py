"""Texts get their places in the index of full-text search, some time after they were written."""

from services.search.library.store import fulltext
from services.search.library.store.records import INDEXED_AFTER, INDEXING
from shared.db import Tx
from shared.kernel.jobs import Job
from shared.kernel.service import Context


async def plan_indexing(ctx: Context) -> None:
    """At start: what an earlier version or a stop left without a place."""
    await ctx.db.write(lambda tx: tx.enqueue(INDEXING))


async def index_texts(_job: Job, ctx: Context) -> None:
    """Gives all waiting texts their places, in short transactions; later during an import."""
    if await ctx.db.read(fulltext.is_importing):
        await ctx.db.write(_later)
        return
    await ctx.db.write(fulltext.clear_orphans)
    while await ctx.db.write(fulltext.place_some):
        pass


async def _later(tx: Tx) -> None:
    await tx.enqueue(INDEXING, not_before=tx.now() + INDEXED_AFTER)
