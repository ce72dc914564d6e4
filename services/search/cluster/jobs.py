"""Rounds of CLUSTER searching as a job: PubMed between transactions, never inside one.

The job may be repeated from its start: a step that was answered is not asked again, and
what was kept is not fetched again. A call that fails ends in a retried job with the reason
in the round; a question that PubMed refuses ends its step alone.
"""

import asyncio
from collections.abc import Sequence

from services.search.cluster.domain.round import LINKED, UNCERTAIN, Answered, Asking, Query
from services.search.cluster.domain.siblings import siblings
from services.search.cluster.handlers import rounds
from services.search.library.handlers.preparation import prepare_all
from services.search.living.domain.runs import call_json
from services.search.pubmed.domain.answers import (
    Call,
    LinkOutcome,
    Page,
    PubMedRefused,
    PubMedUnavailable,
)
from services.search.pubmed.domain.query_report import remarks
from services.search.pubmed.ports import PubMed
from shared.kernel.failures import DELAYS
from shared.kernel.jobs import Job
from shared.kernel.service import Context

MOST_FOUND = 2000
"""A question that finds more is too wide for a cluster: it is told, and not carried out."""


async def cluster_round(job: Job, ctx: Context) -> None:
    """Ask PubMed what the round's steps want, keep what is new within the budget, and end it."""
    payload = job.payload
    key = (payload["review_id"], payload["step_id"], payload["number"])
    task = await ctx.db.write(lambda tx: rounds.begin_round(key, tx))
    if task is None:
        return
    last = job.attempts >= len(DELAYS)
    try:
        await _carry_out(task, ctx)
    except PubMedRefused as failure:
        await _note(task, str(failure), failure.calls, True, ctx)
    except PubMedUnavailable as failure:
        await _note(task, str(failure), failure.calls, last, ctx)
        raise
    except Exception as failure:
        reason = f"Keeping what was found failed ({type(failure).__name__}: {failure})"
        await _note(task, reason, (), last, ctx)
        raise


async def _carry_out(task: rounds.Round, ctx: Context) -> None:
    for asking in task.asking:
        answer = await _answer(asking, ctx.resources.pubmed)
        await _keep_answer(task, answer, ctx)
    wanted = await ctx.db.write(lambda tx: rounds.choose(task, tx))
    if wanted:
        async for page in ctx.resources.pubmed.fetch(wanted):
            await _keep(task, page, ctx)
    pearls, found = await ctx.db.read(lambda tx: rounds.gathered(task, tx))
    proposed = await asyncio.to_thread(siblings, pearls, found, task.options.acronym)
    await ctx.db.write(lambda tx: rounds.finish_round(task, proposed, tx))


async def _keep_answer(task: rounds.Round, answer: Answered, ctx: Context) -> None:
    await ctx.db.write(lambda tx: rounds.keep_answer(task, answer, tx))


async def _keep(task: rounds.Round, page: Page, ctx: Context) -> None:
    records = [article.record for article in page.articles]
    prepared = await asyncio.to_thread(prepare_all, task.review_id, records)
    await ctx.db.write(lambda tx: rounds.keep_found(task, prepared, page.missing, page.calls, tx))


async def _note(
    task: rounds.Round, reason: str, calls: Sequence[Call], last: bool, ctx: Context
) -> None:
    said = [call_json(call) for call in calls]
    await ctx.db.write(lambda tx: rounds.note_round_trouble(task, reason, said, last, tx))


async def _answer(asking: Asking, pubmed: PubMed) -> Answered:
    """What PubMed says to one step. A question it refuses ends the step, and says why."""
    try:
        if asking.step in LINKED:
            return await _linked(asking, pubmed)
        return await _found(asking, pubmed)
    except PubMedRefused as refusal:
        return Answered(
            step=asking.step, state="refused", notes=(str(refusal),), calls=refusal.calls
        )


async def _linked(asking: Asking, pubmed: PubMed) -> Answered:
    """Citation links, asked for twice: PubMed leaves some out at random, never adds any."""
    pmids = [pmid for _, pmid in asking.links]
    if not pmids:
        return Answered(step=asking.step)
    first = await pubmed.links(pmids, asking.step)
    again = await pubmed.links(pmids, asking.step)
    found = {pmid: dict.fromkeys((*first.of(pmid), *again.of(pmid))) for pmid in pmids}
    failed = tuple(pmid for pmid in first.failed if pmid in again.failed)
    return Answered(
        step=asking.step,
        hits=tuple((pearl, each) for pearl, pmid in asking.links for each in found[pmid]),
        notes=(*_about_links(pmids, first, again, failed), UNCERTAIN),
        unanswered=failed,
        calls=(*first.calls, *again.calls),
    )


def _about_links(
    pmids: Sequence[str], first: LinkOutcome, again: LinkOutcome, failed: Sequence[str]
) -> list[str]:
    said = []
    for pmid in pmids:
        one, other = set(first.of(pmid)), set(again.of(pmid))
        if pmid in failed:
            said.append(f"PubMed gave no answer about {pmid} in an otherwise good answer.")
        elif not one | other:
            said.append(f"PubMed names no link of {pmid}, or does not know it.")
        elif one != other:
            said.append(f"Two answers about {pmid} differed ({len(one)}, {len(other)} links).")
    return said


async def _found(asking: Asking, pubmed: PubMed) -> Answered:
    """PMIDs that the step's queries find, each query by itself."""
    hits: list[tuple[str, str]] = []
    notes: list[str] = []
    calls: list[Call] = []
    counts: dict[str, int] = {}
    for query in asking.queries:
        outcome = await pubmed.count(query.term)
        calls += outcome.calls
        counts[query.term] = outcome.count
        notes += [each.sentence for each in remarks(query.term, outcome)]
        if outcome.count > MOST_FOUND:
            notes.append(_too_wide(query, outcome.count))
        elif outcome.count:
            found = await pubmed.search(query.term)
            calls += found.calls
            hits += [(pearl, pmid) for pearl in query.pearls or ("",) for pmid in found.ids]
    return Answered(
        step=asking.step,
        hits=tuple(dict.fromkeys(hits)),
        counts=counts,
        notes=tuple(notes),
        calls=tuple(calls),
    )


def _too_wide(query: Query, number: int) -> str:
    return (
        f"{number} records answer {query.term}: more than {MOST_FOUND} are no cluster. None was "
        "taken; narrow it."
    )


JOBS = {rounds.ROUND_JOB: cluster_round}
