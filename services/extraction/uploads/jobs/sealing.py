"""Sealing everything confidential with the newest key: after a key was added, or set at all."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from services.extraction.fragments.store import fragments, memos
from services.extraction.texts import store as texts_store
from services.extraction.uploads import store
from services.extraction.uploads.jobs.uploads import files_of
from shared.db import Tx
from shared.kernel.jobs import Job
from shared.kernel.service import Context

JOB = "seal_sources"
AT_ONCE = 100
Seal = Callable[[Tx, tuple[str, str]], Awaitable[list[tuple[str, str]]]]


async def plan_sealing(ctx: Context) -> None:
    """At start: seal anew where the newest key is another than the last time."""
    keys = ctx.db.keys
    if keys is None or await ctx.db.read(lambda tx: texts_store.is_sealed_with(tx, keys.newest)):
        return
    await ctx.db.write(lambda tx: tx.enqueue(JOB))


async def seal_sources(job: Job, ctx: Context) -> None:
    """Store all that is sealed anew under the newest key, a page at a time: documents, fragments,
    memos, comments, answers, notes of rounds, projects and files.

    Afterwards older keys may leave the settings.
    """
    for seal in (_documents, _fragments, _uploads, _memos):
        await _all_of(ctx, seal)
    for table in store.SEALED:
        await _all_rows(ctx, table)
    for name in await ctx.db.read(store.all_hashes):
        await asyncio.to_thread(files_of(ctx).seal_again, name)
    await ctx.db.write(lambda tx: texts_store.keep_key(tx, tx.keys.newest))


async def _all_of(ctx: Context, seal: Seal) -> None:
    after = ("", "")
    while True:
        sealed = await ctx.db.write(_page(seal, after))
        if not sealed:
            return
        after = sealed[-1]


def _page(seal: Seal, after: tuple[str, str]) -> Callable[[Tx], Any]:
    return lambda tx: seal(tx, after)


async def _all_rows(ctx: Context, table: str) -> None:
    """Seal anew what is sealed in one table."""
    after: tuple[str, ...] | None = None
    while True:
        page = _rows(table, after)
        after = await ctx.db.write(page)
        if after is None:
            return


def _rows(table: str, after: tuple[str, ...] | None) -> Callable[[Tx], Any]:
    return lambda tx: store.seal_rows(tx, table, after, AT_ONCE)


async def _memos(tx: Tx, after: tuple[str, str]) -> list[tuple[str, str]]:
    rows = await memos.memo_page(tx, after, AT_ONCE)
    await memos.seal_memos(tx, rows)
    return [(row["review_id"], row["memo_id"]) for row in rows]


async def _documents(tx: Tx, after: tuple[str, str]) -> list[tuple[str, str]]:
    rows = await texts_store.confidential_page(tx, after, AT_ONCE)
    for row in rows:
        await texts_store.seal_document(tx, row)
    return [(row["review_id"], row["document_id"]) for row in rows]


async def _fragments(tx: Tx, after: tuple[str, str]) -> list[tuple[str, str]]:
    rows = await fragments.withheld_page(tx, after, AT_ONCE)
    await fragments.seal_again(tx, rows)
    return [(row["review_id"], row["fragment_id"]) for row in rows]


async def _uploads(tx: Tx, after: tuple[str, str]) -> list[tuple[str, str]]:
    rows = await store.all_uploads_page(tx, after, AT_ONCE)
    for row in rows:
        await store.keep_upload(tx, row)
    return [(row["review_id"], row["upload_id"]) for row in rows]
