"""Taking an upload in: to a temporary file, page by page into the library."""

import asyncio
import hashlib
import tempfile
import zlib
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, TypeVar

from services.search.imports import handlers as imports_handlers
from services.search.imports import store as imports_store
from services.search.imports.domain.result import ImportRefused, Rejection, Repair
from services.search.imports.handlers import MOST_TOLD, Upload
from services.search.imports.jobs.reading import ReadPage, read_pages
from shared.db import Tx
from shared.http.problems import Invalid, TooLarge
from shared.ids import new_id, stable_id
from shared.kernel.cancellation import raise_if_cancelled
from shared.kernel.service import Context
from shared.ops.limited_process import turn

Told = TypeVar("Told", Repair, Rejection)
PIECE = 4 << 20


class NotAnExport(Invalid):
    """The upload is no export of references."""

    title = "The file cannot be imported"


@dataclass(slots=True)
class _Told:
    """What will be told of the import; the first thousand of each kind."""

    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    unlisted: int = 0
    records: int = 0

    def add(self, page: ReadPage) -> None:
        self.unlisted += _fill(self.repairs, page.repairs) + _fill(self.rejections, page.rejections)


def _fill(told: list[Told], more: list[Told]) -> int:
    """Adds to `told` what it has room for; how many were left out."""
    room = MOST_TOLD - len(told)
    told += more[:room]
    return max(0, len(more) - room)


async def take_upload(
    ctx: Context,
    review_id: str,
    body: AsyncIterator[bytes],
    *,
    filename: str,
    source: str,
    arm: str,
) -> Mapping[str, Any]:
    """Imports an export file that arrives as a stream; the import as a row.

    The same bytes are the same import: a repeat answers what the first gave.
    Raises `TooLarge` over the limit, `NotAnExport` for what cannot be read.
    """
    with tempfile.TemporaryFile(dir=ctx.settings.home) as spool:
        sha256, size = await spool_upload(body, spool, ctx.settings.max_upload_mb)
        upload = Upload(
            review_id=review_id,
            import_id=stable_id(review_id, "import", sha256),
            filename=filename,
            source=source or filename,
            arm=arm,
            sha256=sha256,
            size=size,
            reader=new_id(),
        )
        done = await ctx.db.write(lambda tx: imports_handlers.begin_import(tx, upload))
        if done is not None:
            return done
        async with _only_reader(ctx, upload):
            return await _read_or_refuse(ctx, upload, spool)


async def _read_or_refuse(ctx: Context, upload: Upload, spool: IO[bytes]) -> Mapping[str, Any]:
    """Reads the upload; whatever goes wrong, the import ends refused with line and reason."""
    try:
        async with turn():
            return await _read(ctx, upload, spool)
    except ImportRefused as refusal:
        why, line = refusal.why, refusal.line
        await ctx.db.write(lambda tx: imports_handlers.refuse_import(tx, upload, why, line))
        raise NotAnExport(why, line=line) from refusal
    except Exception as error:
        why = f"The import broke off ({type(error).__name__}); send the file again."
        await ctx.db.write(lambda tx: imports_handlers.refuse_import(tx, upload, why, 1))
        raise


@asynccontextmanager
async def _only_reader(ctx: Context, upload: Upload) -> AsyncIterator[None]:
    """Renews the lease on an import while it is read, and ends it whatever happens."""
    keeper = asyncio.create_task(_keep_reading(ctx, upload))
    try:
        yield
    finally:
        keeper.cancel()
        await ctx.db.write(lambda tx: imports_handlers.stop_reading(tx, upload))


async def _keep_reading(ctx: Context, upload: Upload) -> None:
    """A page that takes long is no reason to lose the lease; a lost one shows at the next page."""
    while True:
        raise_if_cancelled()
        await asyncio.sleep(imports_store.READING_SECONDS / 4)
        with suppress(Exception):
            await ctx.db.write(lambda tx: imports_handlers.go_on_reading(tx, upload))


async def spool_upload(
    body: AsyncIterator[bytes], spool: IO[bytes], most_mb: int
) -> tuple[str, int]:
    """Write a body to a file, off the event loop; its hash and size. Raises `TooLarge`."""
    digest, size = hashlib.sha256(), 0

    def take(block: bytes) -> None:
        digest.update(block)
        spool.write(block)

    async for block in body:
        size += len(block)
        if size > most_mb << 20:
            raise TooLarge(
                f"The upload is larger than {most_mb} MB; split it, or set RETRODUCT_MAX_UPLOAD_MB."
            )
        await asyncio.to_thread(take, block)
    spool.seek(0)
    return digest.hexdigest(), size


async def _read(ctx: Context, upload: Upload, spool: IO[bytes]) -> Mapping[str, Any]:
    """Keeps a page while the next one is being read."""
    pages = read_pages(spool, upload.review_id, upload.source)
    told, found = _Told(), ("", "")
    coming = asyncio.create_task(asyncio.to_thread(next, pages, None))
    try:
        while (page := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, pages, None))
            found = (page.format, page.encoding) if page.format else found
            await _keep(ctx, upload, page, told)
    finally:
        await _stop(coming, pages)
    await _keep_bytes(ctx, upload, spool)
    return await ctx.db.write(
        lambda tx: imports_handlers.end_import(
            tx, upload, found, told.repairs, told.rejections, told.unlisted
        )
    )


async def _stop(
    coming: "asyncio.Task[ReadPage | None]", pages: Generator[ReadPage, None, None]
) -> None:
    """Ends the reading, whatever it is doing."""
    await asyncio.gather(coming, return_exceptions=True)
    await asyncio.to_thread(pages.close)


async def _keep(ctx: Context, upload: Upload, page: ReadPage, told: _Told) -> None:
    """Keeps a page; raises `ImportRefused` when it refuses a file of which nothing is kept."""
    if page.refused:
        page.rejections.append(Rejection(page.line, page.refused))
    told.add(page)
    if page.records:
        await ctx.db.write(lambda tx: imports_handlers.keep_import_page(tx, upload, page.records))
    told.records += len(page.records)
    if page.refused and not told.records:
        raise ImportRefused(page.refused, page.line)


async def _keep_bytes(ctx: Context, upload: Upload, spool: IO[bytes]) -> None:
    """Keeps the upload as it came, in compressed pieces."""
    spool.seek(0)
    pieces = iter(lambda: spool.read(PIECE), b"")
    for number, piece in enumerate(pieces):
        data = await asyncio.to_thread(zlib.compress, piece, 1)
        await ctx.db.write(partial(_keep_piece, upload, number, data))


async def _keep_piece(upload: Upload, number: int, data: bytes, tx: Tx) -> None:
    await imports_store.keep_bytes(tx, upload.review_id, upload.import_id, number, data)


async def reverse_import(
    ctx: Context, review_id: str, import_id: str, reason: str
) -> Mapping[str, Any]:
    """Takes an import back, page by page; the import as a row.

    Also one that broke off; `Conflict` while it is being read.
    """
    while await ctx.db.write(
        lambda tx: imports_handlers.reverse_page(tx, review_id, import_id, reason)
    ):
        pass
    row = await ctx.db.read(lambda tx: imports_store.one(tx, review_id, import_id))
    if row is None:
        raise imports_handlers.UnknownImport()
    return row
