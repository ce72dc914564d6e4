"""Work of the library that nobody waits for: the index of texts, records read by newer rules."""

from functools import partial

from services.search.library.domain.dedup.features import VERSION
from services.search.library.handlers.refolding import refold_some
from services.search.library.store import refolding, text_index
from services.search.library.store.records import INDEXED_AFTER, INDEXING
from shared.db import Tx
from shared.kernel.jobs import Job
from shared.kernel.service import Context
from shared.ops.telemetry import log

REFOLDING = "refold_features"


async def plan_indexing(ctx: Context) -> None:
    """At start: what an earlier version or a stop left without a place."""
    await ctx.db.write(lambda tx: tx.enqueue(INDEXING))


async def plan_refolding(ctx: Context) -> None:
    """At start: reviews whose source records were read by other rules of comparison."""

    async def plan(tx: Tx) -> None:
        for review_id in await refolding.behind(tx, VERSION):
            await tx.enqueue(REFOLDING, key=review_id, payload={"review_id": review_id})

    await ctx.db.write(plan)


async def refold_features(job: Job, ctx: Context) -> None:
    """Reads a review's source records anew, in short transactions; goes on where it stopped."""
    review_id, chunks = job.payload["review_id"], 0
    while await ctx.db.write(partial(refold_some, review_id)):
        chunks += 1
    log.info("features_refolded", review=review_id, version=VERSION, chunks=chunks + 1)


async def index_texts(_job: Job, ctx: Context) -> None:
    """Gives all waiting texts their places, in short transactions; later during an import."""
    if await ctx.db.read(text_index.is_importing):
        await ctx.db.write(_later)
        return
    await ctx.db.write(text_index.clear_orphans)
    while await ctx.db.write(text_index.place_some):
        pass


async def _later(tx: Tx) -> None:
    await tx.enqueue(INDEXING, not_before=tx.now() + INDEXED_AFTER)


JOBS = {INDEXING: index_texts, REFOLDING: refold_features}
