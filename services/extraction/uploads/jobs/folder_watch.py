"""Folder watch: full texts put into `<home>/watch-documents/<review id>/` are taken in.

A file is taken once it has kept its size from one look to the next. It moves to
`done/` or `refused/` beside it, with a report of the same name and `.json` that says which
documents it seems to be of; a person confirms. A review that is not known yet leaves its
files where they are.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from services.extraction.uploads.jobs.uploads import take_upload
from shared.db import Tx
from shared.http.problems import NotKnownYet, Problem
from shared.kernel.jobs import Job
from shared.kernel.service import Context

JOB = "watch_documents"
EVERY = timedelta(seconds=30)
BLOCK = 1 << 18
_TOLD = ("upload_id", "kind", "state", "pages", "proposals", "warnings")


def folder_of(home: Path) -> Path:
    """Where reviews' folders lie."""
    return home / "watch-documents"


async def plan_watch(ctx: Context) -> None:
    """At start: look at once, when there is a folder to watch."""
    if folder_of(ctx.settings.home).is_dir():
        await ctx.db.write(lambda tx: tx.enqueue(JOB))


async def watch_folders(job: Job, ctx: Context) -> None:
    """Takes in what lies in the watched folders, and plans the next look."""
    seen: Mapping[str, int] = job.payload.get("sizes", {})
    sizes: dict[str, int] = {}
    for path in await asyncio.to_thread(_files, folder_of(ctx.settings.home)):
        size = path.stat().st_size
        if seen.get(str(path)) == size:
            await _take(ctx, path)
        else:
            sizes[str(path)] = size
    payload = {"sizes": sizes}

    async def again(tx: Tx) -> None:
        await tx.enqueue(JOB, payload=payload, not_before=tx.now() + EVERY)

    await ctx.db.write(again)


def _files(folder: Path) -> list[Path]:
    """Files of the reviews' folders, hidden ones left alone, oldest first."""
    found = [
        path
        for path in folder.glob("*/*")
        if path.is_file() and not path.name.startswith((".", "~"))
    ]
    return sorted(found, key=lambda path: path.stat().st_mtime)


async def _take(ctx: Context, path: Path) -> None:
    try:
        taken = await take_upload(ctx, path.parent.name, _blocks(path), name=path.name)
    except NotKnownYet:
        return
    except Problem as problem:
        await asyncio.to_thread(_move, path, "refused", problem.document())
        return
    told = {name: taken.row[name] for name in _TOLD}
    await asyncio.to_thread(_move, path, "done", told)


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as stream:
        while block := await asyncio.to_thread(stream.read, BLOCK):
            yield block


def _move(path: Path, where: str, report: Mapping[str, Any]) -> None:
    target = path.parent / where
    target.mkdir(exist_ok=True)
    os.replace(path, target / path.name)
    (target / f"{path.name}.json").write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
