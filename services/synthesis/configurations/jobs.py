"""Slow work of synthesis: recomputing a theory, outside any transaction."""

import asyncio
from functools import partial

from services.synthesis.configurations.handlers import recompute as recompute_handlers
from shared.kernel.jobs import Job
from shared.kernel.service import Context


async def recompute(job: Job, context: Context) -> None:
    """Compute a theory that waits, and keep what changed.

    Reads its inputs from one snapshot, computes in a thread, writes in one short transaction.
    Repeating it changes nothing; a crash in between leaves the theory waiting.
    """
    review_id, theory_id = str(job.payload["review_id"]), str(job.payload["theory_id"])
    task = await context.db.read(partial(recompute_handlers.read_task, review_id, theory_id))
    if task is None:
        return
    result = await asyncio.to_thread(recompute_handlers.compute, task)
    await context.db.write(partial(recompute_handlers.keep_result, task, result))
