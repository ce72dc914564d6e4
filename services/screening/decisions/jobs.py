"""Records offered again, and changed stages followed, in transactions of a chunk each."""

import asyncio
from typing import Any

from services.screening.decisions.handlers import stage_changes
from services.screening.decisions.store import counts
from services.screening.decisions.store.counts import Excluded
from services.screening.stages.domain.reconsider import offers
from shared.kernel.jobs import Job
from shared.kernel.service import Context

LEAST_WORDS = 3


async def reconsider(job: Job, ctx: Context) -> None:
    """Offer excluded records again that a change touches; nothing is flipped."""
    review_id, stage = job.payload["review_id"], job.payload["stage"]
    cause, changed = job.payload["cause"], job.payload["changed"]
    reasons = job.payload.get("reasons", ())
    after = ""
    while True:
        rows = await _excluded(ctx, review_id, stage, after)
        texts = [(row.record_id, row.text) for row in rows]
        found = await asyncio.to_thread(offers, changed, texts, LEAST_WORDS)
        touched: dict[str, tuple[str, ...]] = {
            row.record_id: () for row in rows if row.reason in reasons
        }
        touched |= {one.record_id: one.words for one in found}
        await _offer(ctx, review_id, stage, cause, list(touched.items()))
        if not rows:
            return
        after = rows[-1].record_id


async def _excluded(ctx: Context, review_id: str, stage: str, after: str) -> list[Excluded]:
    return await ctx.db.read(lambda tx: counts.excluded_texts(tx, review_id, stage, after, 2000))


async def _offer(ctx: Context, review_id: str, stage: str, cause: str, found: Any) -> None:
    if found:
        await ctx.db.write(lambda tx: counts.offer_again(tx, review_id, stage, cause, found))


async def follow_stage_change(job: Job, ctx: Context) -> None:
    """Let the records of a changed stage follow, chunk by chunk, what the review says by then."""
    payload = job.payload
    key = (payload["review_id"], payload["stage"], payload["what"])
    after: str | None = payload["after"]
    while after is not None:
        after = await _next_chunk(ctx, key, after)


async def _next_chunk(ctx: Context, key: tuple[str, str, str], after: str) -> str | None:
    return await ctx.db.write(lambda tx: stage_changes.next_chunk(tx, *key, after))
