"""Loading: one bundle after the other, and how far it is written down meanwhile.

A process that dies leaves the load as it is; the next one goes on with it, for every command of a
load names what it makes, so that nothing is there twice.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping

from shared.http.auth import Principal
from shared.kernel.failures import is_outage
from shared.kernel.jobs import Job
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.ops.backlog import unsettled
from shared.ops.telemetry import log
from workbench.bundles.adapters import CannotUnpack, folder_name, unpack
from workbench.bundles.domain import (
    ASKS,
    DONE,
    FAILED,
    LOADING,
    LONGEST_LIST,
    OPEN,
    REFUSED,
    Looked,
    Steps,
)
from workbench.bundles.handlers import JOB
from workbench.bundles.ports import Bundles, CannotLoad
from workbench.bundles.store import loads as store
from workbench.people import store as people
from workbench.reviews import store as reviews

TELL_SECONDS = 0.5
UNKNOWN = (
    "Something went wrong in here that the bundle did not cause ({}). What is loaded so far stays; "
    "go on to try again."
)


async def load_next(_job: Job, ctx: Context) -> None:
    """Load the oldest bundle that waits, and ask for another turn where more wait."""
    row = await ctx.db.read(lambda tx: store.oldest_in(tx, OPEN))
    if row is None:
        return
    try:
        await _load(ctx, row)
    except (CannotLoad, CannotUnpack) as error:
        await _end(ctx, row, FAILED, {"why": str(error)})
    except Exception as error:
        if is_outage(error):
            raise
        log.error("bundle_not_loaded", reason=repr(error)[:300])
        await _end(ctx, row, FAILED, {"why": UNKNOWN.format(type(error).__name__)})
    await ctx.db.write(_come_again)


async def _come_again(tx: Tx) -> None:
    if await store.oldest_in(tx, OPEN) is not None:
        await tx.enqueue(JOB)


async def _load(ctx: Context, row: RowMapping) -> None:
    bundles: Bundles = ctx.peers.bundles
    content = await ctx.db.read(lambda tx: store.content(tx, row["load_id"]))
    with tempfile.TemporaryDirectory(prefix="retroduct-load-") as home:
        folder = Path(home) / folder_name(row["name"])
        await asyncio.to_thread(folder.mkdir)
        await asyncio.to_thread(unpack, content or b"", folder)
        looked = await asyncio.to_thread(bundles.look, folder, row["as_id"])
        person = await ctx.db.read(lambda tx: _person(tx, row))
        if await ctx.db.write(lambda tx: _may_begin(tx, row, looked)):
            await _load_whole(ctx, row, folder, person)


async def _load_whole(ctx: Context, row: RowMapping, folder: Path, person: Principal) -> None:
    steps = Steps()
    async with _telling(ctx, row["load_id"], steps):
        brought = await ctx.peers.bundles.load(
            folder, person, steps,
            as_id=row["as_id"], keep_good=row["keep_good"], at_rest=lambda: at_rest(ctx),
        )  # fmt: skip
    said = {**asdict(brought), "notes": list(brought.notes[:LONGEST_LIST])}
    await _end(ctx, row, DONE, said)


async def _may_begin(tx: Tx, row: RowMapping, looked: Looked) -> bool:
    """Keep what the reading found; whether loading may begin without anybody being asked."""
    faults = [asdict(fault) for fault in looked.faults[:LONGEST_LIST]]
    kept: dict[str, Any] = {"problems": faults, "title": looked.title}
    good = looked.whole or bool(row["keep_good"] and looked.review_id)
    goes_on = row["state"] == LOADING or row["into"]
    taken = not goes_on and await reviews.review(tx, looked.review_id) is not None
    state = REFUSED if not good else ASKS if taken else LOADING
    kept |= {"state": state, "review_id": looked.review_id or None}
    await store.change(tx, row["load_id"], kept)
    return state == LOADING


async def _person(tx: Tx, row: RowMapping) -> Principal:
    """Who loads, with the rights that they have now."""
    account = await people.account(tx, row["person_id"])
    everywhere = row["everywhere"] and (account is None or account["everywhere"])
    return Principal(row["person_id"], everywhere=bool(everywhere))


async def at_rest(ctx: Context) -> bool:
    """Whether nothing moves anywhere but the loading of bundles itself, at two looks."""
    return await _seems_at_rest(ctx) and await _seems_at_rest(ctx)


async def _seems_at_rest(ctx: Context) -> bool:
    moving = {name: dict(left) for name, left in unsettled(await ctx.peers.backlog()).items()}
    own = moving.get("workbench", {})
    loading = await ctx.db.read(lambda tx: store.jobs_called(tx, JOB))
    if own.get("jobs", 0) <= loading:
        own.pop("jobs", None)
    return not any(moving.values())


async def _end(ctx: Context, row: RowMapping, state: str, said: dict[str, Any]) -> None:
    values: dict[str, Any] = {"state": state, "said": said}
    if state == DONE:
        values |= {"content": None, "progress": {}}
    await ctx.db.write(lambda tx: store.change(tx, row["load_id"], values))


@asynccontextmanager
async def _telling(ctx: Context, load_id: str, steps: Steps) -> AsyncIterator[None]:
    """Write down how far the load is, twice a second."""
    task = asyncio.create_task(_tell(ctx, load_id, steps))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _tell(ctx: Context, load_id: str, steps: Steps) -> None:
    before: dict[str, Any] = {}
    while True:
        now = steps.told()
        if now != before:
            with suppress(Exception):
                progress = {"progress": now}
                await ctx.db.write(lambda tx: store.change(tx, load_id, progress))  # noqa: B023
            before = now
        await asyncio.sleep(TELL_SECONDS)
