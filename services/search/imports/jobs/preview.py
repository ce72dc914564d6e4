"""Looking into an upload: read as an import would, and not kept."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import IO

from services.search.imports.domain.result import Rejection, Repair
from services.search.imports.handlers import MOST_TOLD
from services.search.imports.jobs.reading import read_pages
from services.search.imports.jobs.uploads import NotAnExport, spool_upload
from services.search.library.store.content import decode
from shared.kernel.service import Context
from shared.ops.limited_process import turn

FIRST_TITLES = 5


@dataclass(slots=True)
class Seen:
    """What is in a file: how it was read, how many records, the first titles, faults by line."""

    format: str = ""
    encoding: str = ""
    records: int = 0
    titles: list[str] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


async def look_into(ctx: Context, review_id: str, body: AsyncIterator[bytes], source: str) -> Seen:
    """What an export file holds; raises `TooLarge`, `NotAnExport` as an import would."""
    with tempfile.TemporaryFile(dir=ctx.settings.home) as spool:
        await spool_upload(body, spool, ctx.settings.max_upload_mb)
        async with turn():
            return await asyncio.to_thread(_read, spool, review_id, source)


def _read(spool: IO[bytes], review_id: str, source: str) -> Seen:
    seen = Seen()
    for page in read_pages(spool, review_id, source):
        if page.refused and not seen.records and not page.records:
            raise NotAnExport(page.refused, line=page.line)
        seen.format, seen.encoding = page.format or seen.format, page.encoding or seen.encoding
        seen.records += len(page.records)
        room = FIRST_TITLES - len(seen.titles)
        seen.titles += [decode(one.content).title for one in page.records[:room]]
        seen.repairs += page.repairs[: MOST_TOLD - len(seen.repairs)]
        seen.rejections += page.rejections[: MOST_TOLD - len(seen.rejections)]
        if page.refused:
            seen.rejections.append(Rejection(page.line, page.refused))
    return seen
