"""Slow work outside transactions: ranking, the stopping rule, offering records again."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from services.screening.decisions.handlers import counts
from services.screening.decisions.store import holds, records
from services.screening.ranking import handlers as ranking_handlers
from services.screening.ranking.domain.places import changed_places
from services.screening.ranking.handlers import Due
from services.screening.ranking.ports import (
    ForgottenReview,
    Ranker,
    RankingDone,
    RecordTexts,
)
from services.screening.ranking.store import refresh_statistics
from services.screening.stopping import handlers as stopping_handlers
from shared.db import chunks
from shared.http.problems import NotFound, NotKnownYet
from shared.kernel.jobs import Job
from shared.kernel.service import Context

PLACES_AT_ONCE = 500
TEXTS_AT_ONCE = 500
"""Packing 50,000 for the ranker at once keeps the interpreter, and every request, for 0.2 s."""


async def follow(job: Job, ctx: Context) -> None:
    """Let day counts, kappa, stopping rule and ranking follow what happened at a stage."""
    review_id, stage = job.payload["review_id"], job.payload["stage"]
    try:
        await ctx.db.write(refresh_statistics)
        await ctx.db.write(lambda tx: counts.tell_days(tx, review_id, stage))
        await ctx.db.write(lambda tx: holds.release_judged(tx, review_id, stage))
        await ctx.db.write(lambda tx: counts.note_kappa(tx, review_id, stage))
        await ctx.db.write(lambda tx: stopping_handlers.finish_closing(tx, review_id, stage))
        await assess_stopping(ctx, review_id, stage)
        await rerank(ctx, review_id, stage)
    except (NotFound, NotKnownYet):
        return  # the stage was taken out of the review meanwhile


async def assess_stopping(ctx: Context, review_id: str, stage: str) -> None:
    """Look at the stopping rule and say what is new."""
    ranker: Ranker = ctx.resources.ranker
    if not await ctx.db.read(lambda tx: stopping_handlers.is_assessment_due(tx, review_id, stage)):
        return
    labels, pool, target, _ = await ctx.db.read(
        lambda tx: stopping_handlers.stopping_facts(review_id, stage, tx)
    )
    seen = await ranker.assess(labels, pool, target)
    await ctx.db.write(lambda tx: stopping_handlers.note_assessment(tx, review_id, stage, seen))


async def rerank(ctx: Context, review_id: str, stage: str) -> None:
    """Rank a stage anew if that is due; what changes is written in slices between decisions."""
    found = await _ranked(ctx, review_id, stage)
    if found is None:
        return
    due, done = found
    parts = chunks(changed_places(done.places, due.first, due.task.top), PLACES_AT_ONCE)
    written = 0
    for part in parts:
        await _write_places(ctx, review_id, stage, part)
        written += 1
    now = await ctx.db.write(
        lambda tx: ranking_handlers.finish_ranking(tx, review_id, stage, due, done)
    )
    if now == due.changes + written:  # nobody else changed an entry meanwhile
        ctx.resources.ranker.keep_list(review_id, stage, now)


async def _ranked(ctx: Context, review_id: str, stage: str) -> tuple[Due, RankingDone] | None:
    """What was due and its ranking; a ranker that forgot the review is told everything again."""
    try:
        return await _try_to_rank(ctx, review_id, stage)
    except ForgottenReview:
        return await _try_to_rank(ctx, review_id, stage)


async def _try_to_rank(ctx: Context, review_id: str, stage: str) -> tuple[Due, RankingDone] | None:
    ranker: Ranker = ctx.resources.ranker
    listed = ranker.listed(review_id, stage)
    due = await ctx.db.read(lambda tx: ranking_handlers.due_ranking(tx, review_id, stage, listed))
    if due is None:
        return None
    async with ctx.resources.turn:
        await send_texts(ctx, due)
        return due, await ranker.rank(due.task)


async def _write_places(ctx: Context, review_id: str, stage: str, part: Any) -> None:
    await ctx.db.write(lambda tx: ranking_handlers.keep_places(tx, review_id, stage, part))


async def send_texts(ctx: Context, due: Due) -> None:
    """Tell the ranker the texts that it does not know yet.

    Mostly those are the records that the stage has not placed; only where others changed too,
    which the sum of the versions shows, are the versions of the whole review compared.
    """
    ranker: Ranker = ctx.resources.ranker
    review_id = due.task.review_id
    if ranker.stamp(review_id) == due.texts:
        return
    versions = due.fresh
    if ranker.stamp(review_id, versions) != due.texts:
        versions = await ctx.db.read(lambda tx: records.versions(tx, review_id))
    await ranker.learn(review_id, _texts(ctx, review_id, ranker.outdated(review_id, versions)))


async def _texts(
    ctx: Context, review_id: str, wanted: Sequence[str]
) -> AsyncIterator[Sequence[RecordTexts]]:
    """Texts in parts; all of a large library at once would make every garbage collection long."""
    for part in chunks(wanted, TEXTS_AT_ONCE):
        yield await _part(ctx, review_id, part)


async def _part(ctx: Context, review_id: str, part: Sequence[str]) -> Sequence[RecordTexts]:
    return await ctx.db.read(lambda tx: records.texts(tx, review_id, part))
