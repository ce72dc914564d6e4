"""Taking an upload in: to a temporary file, page by page into the library."""

import asyncio
import hashlib
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, TypeVar

from services.search.imports import handlers as imports_handlers
from services.search.imports import store as imports_store
from services.search.imports.domain.result import (
    Import,
    ImportEvent,
    ImportRefused,
    Rejection,
    Repair,
)
from services.search.imports.formats.reader import read_import
from services.search.imports.handlers import MOST_TOLD, Upload
from services.search.library.domain.record import SourceRecord
from services.search.library.handlers.preparation import Prepared, prepare_all, under
from shared.db import Tx
from shared.http.problems import Conflict, Invalid, TooLarge
from shared.ids import stable_id
from shared.kernel.service import Context

Told = TypeVar("Told", Repair, Rejection)
PAGE = 500
PIECE = 4 << 20


class NotAnExport(Invalid):
    """The upload is no export of references."""

    title = "The file cannot be imported"


@dataclass(slots=True)
class _Page:
    records: list[Prepared] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    end: bool = False


@dataclass(slots=True)
class _Told:
    """What will be told of the import; the first thousand of each kind."""

    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    untold: int = 0

    def add(self, page: _Page) -> None:
        self.untold += _fill(self.repairs, page.repairs) + _fill(self.rejections, page.rejections)


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
        sha256, size = await _spool(body, spool, ctx.settings.max_upload_mb)
        upload = Upload(
            review_id=review_id,
            import_id=stable_id(review_id, "import", sha256),
            filename=filename,
            source=source or filename,
            arm=arm,
            sha256=sha256,
            size=size,
        )
        with _only_reader(upload):
            done = await ctx.db.write(lambda tx: imports_handlers.begin_import(tx, upload))
            return done if done is not None else await _read_or_refuse(ctx, upload, spool)


async def _read_or_refuse(ctx: Context, upload: Upload, spool: IO[bytes]) -> Mapping[str, Any]:
    try:
        return await _read(ctx, upload, spool)
    except ImportRefused as refusal:
        why = refusal.why
        await ctx.db.write(lambda tx: imports_handlers.refuse_import(tx, upload, why))
        raise NotAnExport(why, line=refusal.line) from refusal


_reading: set[tuple[str, str]] = set()


@contextmanager
def _only_reader(upload: Upload) -> Iterator[None]:
    """Holds an import in this process: a client that repeats too soon is told to wait."""
    key = (upload.review_id, upload.import_id)
    if key in _reading:
        raise Conflict(
            f"These bytes are being imported; look at imports/{upload.import_id}, or wait.",
            import_id=upload.import_id,
        )
    _reading.add(key)
    try:
        yield
    finally:
        _reading.discard(key)


async def _spool(body: AsyncIterator[bytes], spool: IO[bytes], most_mb: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    async for block in body:
        size += len(block)
        if size > most_mb << 20:
            raise TooLarge(
                f"The upload is larger than {most_mb} MB; split it, or set RETRODUCT_MAX_UPLOAD_MB."
            )
        digest.update(block)
        spool.write(block)
    spool.seek(0)
    return digest.hexdigest(), size


async def _read(ctx: Context, upload: Upload, spool: IO[bytes]) -> Mapping[str, Any]:
    """Reads the next page in a thread while this one is being kept."""
    found = await asyncio.to_thread(read_import, spool, upload.source)  # type: ignore[arg-type]
    told, kept = _Told(), 0
    coming = asyncio.create_task(asyncio.to_thread(_next_page, upload, found, found.events))
    try:
        while not (page := await coming).end or page.records:
            coming = asyncio.create_task(asyncio.to_thread(_next_page, upload, found, found.events))
            kept += await _keep(ctx, upload, page, told)
    except ImportRefused as refusal:
        if not kept:
            raise
        told.rejections.append(Rejection(refusal.line, refusal.why))
    told.add(page)
    await _keep_bytes(ctx, upload, spool)
    return await ctx.db.write(
        lambda tx: imports_handlers.end_import(
            tx,
            upload,
            (found.format, found.encoding),
            told.repairs,
            told.rejections,
            told.untold,
        )
    )


async def _keep(ctx: Context, upload: Upload, page: _Page, told: _Told) -> int:
    told.add(page)
    if page.records:
        await ctx.db.write(lambda tx: imports_handlers.keep_import_page(tx, upload, page.records))
    return len(page.records)


def _next_page(upload: Upload, found: Import, events: Iterator[ImportEvent]) -> _Page:
    """The next records of the file with what was said on the way."""
    del found
    page, raw = _Page(), []
    for event in events:
        if isinstance(event, SourceRecord):
            raw.append(under(event, upload.source))
            if len(raw) >= PAGE:
                break
        elif isinstance(event, Repair):
            page.repairs.append(event)
        else:
            page.rejections.append(event)
    else:
        page.end = True
    page.records = prepare_all(upload.review_id, raw)
    return page


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
    if (review_id, import_id) in _reading:
        raise Conflict("The import is still being read; reverse it when it has ended.")
    while await ctx.db.write(
        lambda tx: imports_handlers.reverse_page(tx, review_id, import_id, reason)
    ):
        pass
    row = await ctx.db.read(lambda tx: imports_store.one(tx, review_id, import_id))
    if row is None:
        raise imports_handlers.UnknownImport()
    return row
