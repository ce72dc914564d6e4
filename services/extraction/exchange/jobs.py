"""Taking a project in: to a temporary file, read in a process with limits, stored at once; and
taking erased sources out of projects.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Any

from services.extraction.exchange.domain.tree import CannotExchange
from services.extraction.exchange.formats.limited import content_hash, read_limited
from services.extraction.exchange.handlers.forgetting import forget_source
from services.extraction.exchange.handlers.projects import TakenProject, take_project
from shared.http.problems import Invalid, TooLarge
from shared.kernel.jobs import Job
from shared.kernel.service import Context
from shared.ops.limited_process import turn


class NotAProject(Invalid):
    """The upload is no project and no codebook of the exchange format."""

    title = "The file cannot be imported"


async def take_upload(
    ctx: Context, review_id: str, body: AsyncIterator[bytes], *, filename: str
) -> dict[str, Any]:
    """Keep an uploaded project for people to accept.

    Raises `TooLarge` over the limit, `NotAProject` for what cannot be read: nothing is stored.
    """
    with tempfile.TemporaryFile(dir=ctx.settings.home) as spool:
        await _spool(body, spool, ctx.settings.max_upload_mb)
        async with turn():
            taken = await asyncio.to_thread(_read, spool, filename)
    return await ctx.db.write(lambda tx: take_project(review_id, taken, tx))


def _read(spool: IO[bytes], filename: str) -> TakenProject:
    try:
        found = read_limited(spool, filename)
    except CannotExchange as error:
        raise NotAProject(str(error)) from error
    return TakenProject(
        filename=filename,
        kind=found.kind,
        project=found.project,
        were=found.were,
        files=found.files,
        losses=found.losses,
        content_hash=content_hash(found.project),
    )


async def _spool(body: AsyncIterator[bytes], spool: IO[bytes], most_mb: int) -> None:
    size = 0
    async for block in body:
        size += len(block)
        if size > most_mb << 20:
            raise TooLarge(f"The upload is larger than {most_mb} MB; export a part of it.")
        await asyncio.to_thread(spool.write, block)
    spool.seek(0)


async def forget_in_projects(job: Job, ctx: Context) -> None:
    """Take a source that was erased out of the projects that hold it."""
    said = job.payload
    await ctx.db.write(lambda tx: forget_source(said["review"], said["document"], tx))
