"""Keeping what fragments are looked up by, for those that were coded before there was an index."""

from services.extraction.fragments.handlers.sources import index_again
from services.extraction.fragments.store import fragments, traits
from shared.db import Tx
from shared.kernel.jobs import Job
from shared.kernel.service import Context

JOB = "index_fragments"
AT_ONCE = 500


async def plan_indexing(ctx: Context) -> None:
    """At the first start of this program: index what is not looked up by anything yet."""
    await ctx.db.write(lambda tx: tx.enqueue(JOB, slot=f"{JOB}/1"))


async def index_fragments(job: Job, ctx: Context) -> None:
    """Index fragments, a page at a time, until every one is."""
    while await ctx.db.write(_index_page):
        pass


async def _index_page(tx: Tx) -> int:
    """Index up to `AT_ONCE` fragments; returns how many."""
    by_review: dict[str, list[str]] = {}
    for review_id, fragment_id in await traits.unindexed(tx, AT_ONCE):
        by_review.setdefault(review_id, []).append(fragment_id)
    for review_id, ids in by_review.items():
        rows = await fragments.fragments_by_id(tx, review_id, ids)
        await index_again(tx, review_id, [fragments.state_of(row) for row in rows.values()])
    return sum(map(len, by_review.values()))
