"""Taking a full text in: to a temporary file, read apart, kept, and made a document's text."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from services.extraction.uploads import handlers, store
from services.extraction.uploads.adapters.files import Files
from services.extraction.uploads.jobs.reading import ReadText, read_apart
from shared.db import Tx
from shared.http.problems import Invalid, TooLarge
from shared.ids import stable_id
from shared.kernel.jobs import Job
from shared.kernel.service import Context
from shared.ops.limited_process import turn
from shared.text import clean

HEAD = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An upload as a row, and the fragments whose passages a person has to find again."""

    row: dict[str, Any]
    to_place: tuple[str, ...] = ()


def files_of(ctx: Context) -> Files:
    """The folder of full texts."""
    return Files(ctx.settings.folder_of_documents(), ctx.db.keys)


async def take_upload(
    ctx: Context,
    review_id: str,
    body: AsyncIterator[bytes],
    *,
    name: str,
    document_id: str | None = None,
    password: str = "",
) -> Taken:
    """Take in a full text that arrives as a stream; without a document, propose which it is of.

    Nothing is stored of a file that cannot be read (`UnreadableFile` says why and what to do),
    is too large (`TooLarge`, `NoRoom`), or whose document does not take it.
    """
    await ctx.db.read(lambda tx: handlers.check_upload(review_id, document_id, tx))
    ctx.settings.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=ctx.settings.home) as spool:
        size = await _spool(body, spool, ctx.settings.max_document_mb)
        most = ctx.settings.documents_disk_mb
        await ctx.db.read(lambda tx: handlers.check_room(size, most, tx))
        read = await _read(spool, name, password)
        spool.seek(0)
        data = await asyncio.to_thread(spool.read)
    file = _file(review_id, clean(name), data, read)
    await asyncio.to_thread(files_of(ctx).keep, data)
    try:
        return await ctx.db.write(lambda tx: _keep(review_id, file, read, document_id, tx))
    except Exception:
        await _remove(ctx, file["sha256"])
        raise


async def confirm(
    ctx: Context, review_id: str, upload_id: str, document_id: str, password: str = ""
) -> Taken:
    """An upload that was kept is the text of this document: read again, and stored."""
    row = await ctx.db.read(lambda tx: handlers.known_upload(review_id, upload_id, tx))
    await ctx.db.read(lambda tx: handlers.check_upload(review_id, document_id, tx))
    data = await asyncio.to_thread(files_of(ctx).read, row["sha256"])
    with tempfile.TemporaryFile(dir=ctx.settings.home) as spool:
        spool.write(data)
        read = await _read(spool, row["name"], password)

    async def use_case(tx: Tx) -> Taken:
        return await _confirm(review_id, upload_id, document_id, read, tx)

    return await ctx.db.write(use_case)


async def remove_files(job: Job, ctx: Context) -> None:
    """Delete files from disk that no upload names any more."""
    for name in job.payload.get("files", ()):
        await _remove(ctx, name)


async def _remove(ctx: Context, name: str) -> None:
    if not await ctx.db.read(lambda tx: store.is_kept(tx, name)):
        await asyncio.to_thread(files_of(ctx).remove, name)


async def _keep(
    review_id: str, file: dict[str, Any], read: ReadText, document_id: str | None, tx: Tx
) -> Taken:
    row = await handlers.keep_upload(review_id, file, read.text[:HEAD], tx)
    if document_id is None:
        return Taken(row=row)
    return await _confirm(review_id, row["upload_id"], document_id, read, tx)


async def _confirm(
    review_id: str, upload_id: str, document_id: str, read: ReadText, tx: Tx
) -> Taken:
    row, to_place = await handlers.confirm_upload(
        review_id, upload_id, document_id, read.text, read.places, tx
    )
    return Taken(row=row, to_place=to_place)


def _file(review_id: str, name: str, data: bytes, read: ReadText) -> dict[str, Any]:
    content = sha256(data).hexdigest()
    return {
        "upload_id": stable_id(review_id, "upload", content),
        "sha256": content,
        "name": name,
        "kind": read.kind,
        "size": len(data),
        "pages": read.pages,
        "warnings": read.warnings,
    }


async def _read(spool: IO[bytes], name: str, password: str) -> ReadText:
    spool.seek(0)
    async with turn():
        read = await asyncio.to_thread(read_apart, spool, name, password)
    if read.refused:
        raise handlers.UnreadableFile(read.refused, paste=True)
    return read


async def _spool(body: AsyncIterator[bytes], spool: IO[bytes], most_mb: int) -> int:
    size = 0
    async for block in body:
        size += len(block)
        if size > most_mb << 20:
            raise TooLarge(
                f"A full text may have {most_mb} MB; make the file smaller, "
                "or set RETRODUCT_MAX_DOCUMENT_MB."
            )
        await asyncio.to_thread(spool.write, block)
    if not size:
        raise Invalid("The file is empty (0 bytes); fetch it again.")
    return size
