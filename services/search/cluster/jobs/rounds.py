"""Rounds of CLUSTER searching as a job: the network between transactions, never inside one.

The job may be repeated from its start: a question that was answered is not asked again, and
what was kept is not fetched again. A call that fails ends in a retried job with the reason
in the round; a question that a source refuses ends its step there alone.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from services.search.cluster.domain.round import Answered
from services.search.cluster.handlers import answers, relations, rounds
from services.search.cluster.jobs import pubmed
from services.search.cluster.jobs.elsewhere import ask_elsewhere
from services.search.connectors.domain.sources import BudgetSpent, NoAnswer
from services.search.library.domain.record import SourceRecord
from services.search.library.handlers.preparation import prepare_all
from services.search.living.domain.runs import call_json
from services.search.pubmed.domain.answers import Call, Page, PubMedRefused, PubMedUnavailable
from shared.db import Tx
from shared.kernel.failures import delay
from shared.kernel.jobs import Job
from shared.kernel.service import Context

AT_ONCE = 200
"""Articles of optional sources that are kept in one transaction."""


async def cluster_round(job: Job, ctx: Context) -> None:
    """Ask what the round's steps want, keep what is new within the budget, and end it."""
    payload = job.payload
    key = (payload["review_id"], payload["step_id"], payload["number"])
    task = await ctx.db.write(lambda tx: rounds.begin_round(key, tx))
    if task is None:
        return
    pause = delay(job.attempts)
    try:
        await _carry_out(task, ctx, last=pause is None)
    except PubMedRefused as failure:
        await _note(task, str(failure), failure.calls, None, ctx)
    except PubMedUnavailable as failure:
        await _note(task, str(failure), failure.calls, pause, ctx)
        raise
    except BudgetSpent as spent:
        await _note(task, str(spent), (), _until(spent), ctx)
        await _later(job, spent, ctx)
    except NoAnswer as failure:
        await _note(task, str(failure), (), pause, ctx)
        raise
    except Exception as failure:
        reason = f"Keeping what was found failed ({type(failure).__name__}: {failure})"
        await _note(task, reason, (), pause, ctx)
        raise


async def _carry_out(task: rounds.Round, ctx: Context, *, last: bool) -> None:
    async def keep(answer: Answered) -> None:
        await ctx.db.write(lambda tx: answers.keep_answer(task, answer, tx))

    for asking in task.asking:
        async for answer in pubmed.answers(asking, ctx.resources.pubmed):
            await keep(answer)
    sources = ctx.resources.connectors.citations
    if failed := await ask_elsewhere(task.asking, sources, keep, last=last):
        raise _first(failed)
    wanted = await ctx.db.write(lambda tx: answers.choose(task, tx))
    await _fetch(task, [name for name in wanted if name.isdecimal()], ctx)
    await _take(task, [name for name in wanted if not name.isdecimal()], ctx)
    said = await ctx.db.read(lambda tx: relations.gathered(tx, task.key, task.pearls.keys()))
    proposed = await asyncio.to_thread(relations.proposals, said, task.options)
    await ctx.db.write(lambda tx: rounds.finish_round(task, proposed, tx))


def _first(failed: Sequence[NoAnswer]) -> NoAnswer:
    """What decides when the round is tried again: an outage before a budget that is used up."""
    return min(failed, key=lambda one: isinstance(one, BudgetSpent))


async def _fetch(task: rounds.Round, pmids: Sequence[str], ctx: Context) -> None:
    """Fetch articles from PubMed and keep them, page by page."""
    if pmids:
        async for page in ctx.resources.pubmed.fetch(pmids):
            await _keep(task, page, ctx)


async def _keep(task: rounds.Round, page: Page, ctx: Context) -> None:
    records = [article.record for article in page.articles]
    prepared = await asyncio.to_thread(prepare_all, task.review_id, records)
    named = {one.own_id or "": one for one in prepared}
    await ctx.db.write(lambda tx: answers.keep_found(task, named, page.missing, page.calls, tx))


async def _take(task: rounds.Round, names: Sequence[str], ctx: Context) -> None:
    """Keep articles without a PMID as the optional sources gave them."""
    for first in range(0, len(names), AT_ONCE):
        await _take_some(task, names[first : first + AT_ONCE], ctx)


async def _take_some(task: rounds.Round, names: Sequence[str], ctx: Context) -> None:
    async def query(tx: Tx) -> dict[str, SourceRecord]:
        return await answers.said_of(task, names, tx)

    said = await ctx.db.read(query)
    prepared = await asyncio.to_thread(prepare_all, task.review_id, said.values())
    named = dict(zip(said, prepared, strict=True))
    await ctx.db.write(lambda tx: answers.keep_found(task, named, (), (), tx))


async def _later(job: Job, spent: BudgetSpent, ctx: Context) -> None:
    """Go on when the source answers again."""

    async def enqueue(tx: Tx) -> None:
        due = tx.now() + _until(spent)
        await tx.enqueue(job.name, key=job.key, payload=job.payload, not_before=due)

    await ctx.db.write(enqueue)


def _until(spent: BudgetSpent) -> timedelta:
    return timedelta(seconds=spent.wait or 0.0)


async def _note(
    task: rounds.Round, reason: str, calls: Sequence[Call], wait: timedelta | None, ctx: Context
) -> None:
    said = [call_json(call) for call in calls]
    await ctx.db.write(lambda tx: rounds.note_round_trouble(task, reason, said, wait, tx))


JOBS = {rounds.ROUND_JOB: cluster_round}
