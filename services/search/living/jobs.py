"""Living searches as jobs: the network between transactions, never inside one.

Every job may be repeated from its start: it asks PubMed again and keeps what
is not yet kept. A call that fails ends in a retried job with the reason in the
run's history; only the last failure ends the run.
"""

import asyncio
from datetime import datetime
from typing import Any

from services.search.library.handlers.preparation import prepare_all
from services.search.living.domain.runs import Findings, Plan, call_json
from services.search.living.handlers import refetch, runs, searches
from services.search.living.store import searches as living_store
from services.search.pubmed.domain.answers import Call, Page, PubMedRefused, PubMedUnavailable
from shared.kernel.failures import DELAYS
from shared.kernel.jobs import Job
from shared.kernel.service import Context


async def run_search(job: Job, ctx: Context) -> None:
    """Search every due window, keep what is new, and advance the watermark at the end.

    Every failure is kept with the run and raised, so that the job is tried
    again; a query that PubMed refuses ends the run at once.
    """
    review_id, run_id = job.payload["review_id"], job.payload["run_id"]
    plan = await ctx.db.write(lambda tx: runs.begin_run(review_id, run_id, tx))
    if plan is None:
        return
    try:
        await _search(plan, ctx)
    except PubMedRefused as failure:
        await _note(plan, str(failure), failure.calls, True, ctx)
    except PubMedUnavailable as failure:
        await _note(plan, str(failure), failure.calls, _is_last(job), ctx)
        raise
    except Exception as failure:
        await _note(plan, _ours(failure), (), _is_last(job), ctx)
        raise


async def _search(plan: Plan, ctx: Context) -> None:
    pubmed = ctx.resources.pubmed
    before = await ctx.db.read(lambda tx: living_store.hits_of(tx, plan.review_id, plan.search_id))
    outcomes = [await pubmed.search(plan.query, window) for window in plan.windows]
    found = Findings(outcomes=tuple(outcomes))
    known = frozenset(before)
    wanted = [pmid for pmid in found.pmids if pmid not in known]
    missing, fetches = await _fetch(plan, wanted, ctx)
    findings = Findings(outcomes=found.outcomes, missing=missing, fetches=fetches)
    await ctx.db.write(lambda tx: runs.finish_run(plan, findings, before, tx))


async def _fetch(
    plan: Plan, wanted: list[str], ctx: Context
) -> tuple[tuple[str, ...], tuple[Call, ...]]:
    missing: list[str] = []
    calls: list[Call] = []
    async for page in ctx.resources.pubmed.fetch(wanted):
        await _keep(plan, page, ctx)
        missing += page.missing
        calls += page.calls
    return tuple(missing), tuple(calls)


async def _keep(plan: Plan, page: Page, ctx: Context) -> None:
    records = [article.record for article in page.articles]
    prepared = await asyncio.to_thread(prepare_all, plan.review_id, records)
    pmids = [article.pmid for article in page.articles]
    await ctx.db.write(lambda tx: runs.keep_found(plan, prepared, pmids, tx))


async def _note(plan: Plan, reason: str, calls: tuple[Call, ...], last: bool, ctx: Context) -> None:
    said = [call_json(call) for call in calls]
    await ctx.db.write(lambda tx: runs.note_trouble(plan, reason, said, last, tx))


def _ours(failure: Exception) -> str:
    """A failure that is not PubMed's, named so that it can be reported."""
    return f"Keeping what was found failed ({type(failure).__name__}: {failure})"


def _is_last(job: Job) -> bool:
    """Whether the kernel gives the job up after this failure."""
    return job.attempts >= len(DELAYS)


async def scheduled_search(job: Job, ctx: Context) -> None:
    """A slot has come: ask for its run and plan the next slot."""
    slot = datetime.fromisoformat(job.payload["slot"])
    review_id, search_id = job.payload["review_id"], job.payload["search_id"]
    await ctx.db.write(lambda tx: searches.fire_slot(review_id, search_id, slot, tx))


async def refetch_records(job: Job, ctx: Context) -> None:
    """Fetch every PubMed record of a review again: retractions, corrections, new metadata."""
    review_id, slot = job.payload["review_id"], job.payload["slot"]
    look = await ctx.db.write(lambda tx: refetch.begin_refetch(review_id, slot, tx))
    if look is None:
        return
    try:
        await _look(look, ctx)
    except PubMedRefused as failure:
        await _note_look(look, str(failure), True, ctx)
    except PubMedUnavailable as failure:
        await _note_look(look, str(failure), _is_last(job), ctx)
        raise
    except Exception as failure:
        await _note_look(look, _ours(failure), _is_last(job), ctx)
        raise


async def _note_look(look: refetch.RefetchPage, reason: str, last: bool, ctx: Context) -> None:
    await ctx.db.write(lambda tx: refetch.note_refetch_trouble(look, reason, last, tx))


async def _look(look: refetch.RefetchPage, ctx: Context) -> None:
    changed, missing, calls = 0, list[str](), list[dict[str, Any]]()
    async for page in ctx.resources.pubmed.fetch(look.pmids):
        changed += await _renew(look, page, ctx)
        missing += page.missing
        calls += [call_json(call) for call in page.calls]
    await ctx.db.write(
        lambda tx: refetch.finish_refetch(
            look, changed=changed, missing=missing, calls=calls, tx=tx
        )
    )


async def _renew(look: refetch.RefetchPage, page: Page, ctx: Context) -> int:
    """Keep what has changed in one page; most pages cost only the comparison."""
    found = await ctx.db.read(lambda tx: refetch.compare(look, page.articles, tx))
    if not (found.changed or found.elsewhere):
        return 0
    records = [article.record for article in found.changed]
    prepared = await asyncio.to_thread(prepare_all, look.review_id, records)
    return await ctx.db.write(
        lambda tx: refetch.keep_refetched(look, prepared, found.elsewhere, tx)
    )


async def schedules(ctx: Context) -> None:
    """At start: plan the next slot of every active search and of every review's weekly look.

    What is planned already stays planned once: a slot is a unique key.
    """

    async def plan(tx: Any) -> None:
        for row in await living_store.scheduled(tx):
            await searches.plan_slot(row, tx.now(), tx)
        for review_id in await living_store.open_reviews(tx):
            await searches.plan_refetch(review_id, tx)

    await ctx.db.write(plan)


JOBS = {
    searches.RUN_JOB: run_search,
    searches.SLOT_JOB: scheduled_search,
    searches.REFETCH_JOB: refetch_records,
}
