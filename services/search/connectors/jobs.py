"""The optional sources as jobs: the network between transactions, never inside one.

Every job goes on where it stopped. A source whose budget for today is used up is asked again
when it says; one that gives no answer, as often as the kernel tries a job.
"""

import asyncio
from datetime import timedelta

from services.search.connectors.domain.sources import (
    LABELS,
    BudgetSpent,
    Named,
    NoAnswer,
    NotTaken,
    ResultPage,
)
from services.search.connectors.handlers import looks, runs
from services.search.library.domain.retraction import RetractionAnswer
from services.search.library.handlers.preparation import prepare_all
from shared.db import Tx
from shared.kernel.failures import DELAYS
from shared.kernel.jobs import Job
from shared.kernel.service import Context

DUE_JOB = "plan_retraction_looks"
DAILY = timedelta(days=1)


async def schedules(ctx: Context) -> None:
    """At start: look for reviews that are due, if any source is on."""
    if ctx.resources.connectors.retractions:
        await ctx.db.write(lambda tx: tx.enqueue(DUE_JOB))


async def plan_looks(_job: Job, ctx: Context) -> None:
    """Every day: a look in each review that had none for a week."""
    sources = list(ctx.resources.connectors.retractions)

    async def plan(tx: Tx) -> None:
        await looks.plan_due_looks(sources, tx)
        await tx.enqueue(DUE_JOB, not_before=tx.now() + DAILY)

    if sources:
        await ctx.db.write(plan)


async def look_at_retractions(job: Job, ctx: Context) -> None:
    """Ask one source about every article of a review, from where it stopped."""
    review_id, run_id, source = (job.payload[k] for k in ("review_id", "run_id", "source"))
    if source not in ctx.resources.connectors.retractions:
        return
    look = await ctx.db.write(lambda tx: looks.begin_look(review_id, run_id, source, tx))
    if look is None:
        return
    last = job.attempts >= len(DELAYS)
    try:
        await _look(look, ctx)
    except BudgetSpent as spent:
        await _look_trouble(look, str(spent), False, ctx)
        await _later(job, spent, ctx)
    except NotTaken as refusal:
        await _look_trouble(look, str(refusal), True, ctx)
    except NoAnswer as failure:
        await _look_trouble(look, str(failure), last, ctx)
        raise
    except Exception as failure:
        await _look_trouble(look, _ours(failure), last, ctx)
        raise


async def _look(look: looks.Look, ctx: Context) -> None:
    source, after = ctx.resources.connectors.retractions[look.source], look.after
    while articles := await _articles(look, after, ctx):
        answers = await source.retractions(list(articles.values()))
        after = await _keep(look, after, articles, answers, ctx)
    await ctx.db.write(lambda tx: looks.finish_look(look, tx))


async def _articles(look: looks.Look, after: int, ctx: Context) -> dict[str, Named]:
    return await ctx.db.read(lambda tx: looks.next_articles(look, after, tx))


async def _keep(
    look: looks.Look,
    after: int,
    articles: dict[str, Named],
    answers: list[RetractionAnswer],
    ctx: Context,
) -> int:
    return await ctx.db.write(lambda tx: looks.keep_look(look, after, articles, answers, tx))


async def _look_trouble(look: looks.Look, why: str, last: bool, ctx: Context) -> None:
    await ctx.db.write(lambda tx: looks.note_look_trouble(look, why, tx, last=last))


async def _later(job: Job, spent: BudgetSpent, ctx: Context) -> None:
    """Go on when the source answers again."""

    async def enqueue(tx: Tx) -> None:
        due = tx.now() + timedelta(seconds=spent.wait or 0.0)
        await tx.enqueue(job.name, key=job.key, payload=job.payload, not_before=due)

    await ctx.db.write(enqueue)


async def search_elsewhere(job: Job, ctx: Context) -> None:
    """Search Europe PMC or OpenAlex page by page, and keep what is found."""
    review_id, run_id = job.payload["review_id"], job.payload["run_id"]
    run = await ctx.db.write(lambda tx: runs.begin_search(review_id, run_id, tx))
    if run is None:
        return
    last = job.attempts >= len(DELAYS)
    try:
        await _search(run, ctx)
    except BudgetSpent as spent:
        await _search_trouble(run, str(spent), False, ctx)
        await _later(job, spent, ctx)
    except NotTaken as refusal:
        await _search_trouble(run, str(refusal), True, ctx)
    except NoAnswer as failure:
        await _search_trouble(run, str(failure), last, ctx)
        raise
    except Exception as failure:
        await _search_trouble(run, _ours(failure), last, ctx)
        raise


async def _search(run: runs.Run, ctx: Context) -> None:
    source = ctx.resources.connectors.searches.get(run.source)
    if source is None:
        raise NotTaken(f"{LABELS[run.source]} was switched off before the run began.")
    cursor = run.cursor
    while True:
        found = await source.page(run.query, cursor)
        if found.total > runs.MOST:
            raise NotTaken(
                f"{found.total} records answer the query, more than {runs.MOST}; narrow it."
            )
        await _keep_results(run, found, ctx)
        cursor = found.cursor
        if cursor is None:
            break
    await ctx.db.write(lambda tx: runs.finish_search(run, tx))


async def _keep_results(run: runs.Run, found: ResultPage, ctx: Context) -> None:
    prepared = await asyncio.to_thread(prepare_all, run.review_id, found.records)
    await ctx.db.write(lambda tx: runs.keep_results(run, found, prepared, tx))


async def _search_trouble(run: runs.Run, why: str, last: bool, ctx: Context) -> None:
    if last:
        await ctx.db.write(lambda tx: runs.finish_search(run, tx, refused=why))
    else:
        await ctx.db.write(lambda tx: runs.note_search_trouble(run, why, tx))


def _ours(failure: Exception) -> str:
    """A failure that is not the source's, named so that it can be reported."""
    return f"Keeping what was found failed ({type(failure).__name__}: {failure})"


JOBS = {
    DUE_JOB: plan_looks,
    looks.LOOK_JOB: look_at_retractions,
    runs.SEARCH_JOB: search_elsewhere,
}
