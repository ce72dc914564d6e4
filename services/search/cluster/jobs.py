"""Rounds of CLUSTER searching as a job: PubMed between transactions, never inside one.

The job may be repeated from its start: a question that was answered is not asked again, and
what was kept is not fetched again. A call that fails ends in a retried job with the reason
in the round; a question that PubMed refuses ends its step alone.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from services.search.cluster.domain.round import UNCERTAIN, Answered, Asking, Query
from services.search.cluster.handlers import relations, rounds
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
"""A question that finds more is too wide for a cluster: it is told, and not carried out.

Of the citation links of one record the first so many are taken, and that is told, too.
"""


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
        async for answer in _answers(asking, ctx.resources.pubmed):
            await _keep_answer(task, answer, ctx)
    wanted = await ctx.db.write(lambda tx: rounds.choose(task, tx))
    if wanted:
        async for page in ctx.resources.pubmed.fetch(wanted):
            await _keep(task, page, ctx)
    said = await ctx.db.read(lambda tx: relations.gathered(tx, task.key, task.pearls.keys()))
    proposed = await asyncio.to_thread(relations.proposals, said, task.options)
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


async def _answers(asking: Asking, pubmed: PubMed) -> AsyncIterator[Answered]:
    """What PubMed says to each question of a step; the last answer says that the step is done.

    A question it refuses ends the step, and says why.
    """
    try:
        if asking.links:
            yield await _linked(asking, pubmed)
        for query in asking.queries:
            yield await _found(asking.step, query, pubmed)
    except PubMedRefused as refusal:
        yield Answered(
            step=asking.step, state="refused", notes=(str(refusal),), calls=refusal.calls
        )
    else:
        yield Answered(step=asking.step)


async def _linked(asking: Asking, pubmed: PubMed) -> Answered:
    """Citation links, asked for twice: PubMed leaves some out at random, never adds any."""
    pmids = list(dict.fromkeys(pmid for _, pmid in asking.links))
    kind = "references" if asking.step == "references" else "cited_by"
    first = await pubmed.links(pmids, kind)
    again = await pubmed.links(pmids, kind)
    every = {pmid: list(dict.fromkeys((*first.of(pmid), *again.of(pmid)))) for pmid in pmids}
    found = {pmid: some[:MOST_FOUND] for pmid, some in every.items()}
    wide = [
        f"{len(some)} links of PMID {pmid}: only the first {MOST_FOUND} were taken."
        for pmid, some in every.items()
        if len(some) > MOST_FOUND
    ]
    failed = tuple(pmid for pmid in first.failed if pmid in again.failed)
    return Answered(
        step=asking.step,
        state="waiting",
        linked=True,
        hits=tuple(
            dict.fromkeys((pearl, each) for pearl, pmid in asking.links for each in found[pmid])
        ),
        notes=(*_about_links(pmids, first, again, failed), *wide, UNCERTAIN),
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


async def _found(step: str, query: Query, pubmed: PubMed) -> Answered:
    """PMIDs that one query of a step finds."""
    hits: list[tuple[str, str]] = []
    outcome = await pubmed.count(query.term)
    calls: list[Call] = [*outcome.calls]
    notes = [each.sentence for each in remarks(query.term, outcome)]
    if outcome.count > MOST_FOUND:
        notes.append(_too_wide(query, outcome.count))
    elif outcome.count:
        found = await pubmed.search(query.term)
        calls += found.calls
        hits += [(pearl, pmid) for pearl in query.pearls or ("",) for pmid in found.ids]
    return Answered(
        step=step,
        state="waiting",
        hits=tuple(dict.fromkeys(hits)),
        counts={query.term: outcome.count},
        notes=tuple(notes),
        calls=tuple(calls),
    )


def _too_wide(query: Query, number: int) -> str:
    return (
        f"{number} records answer {query.term}: more than {MOST_FOUND} are no cluster. None was "
        "taken; narrow it."
    )


JOBS = {rounds.ROUND_JOB: cluster_round}
