"""Folder watch: files put into `<home>/<folder>/<review id>/` are taken in.

A file is taken once it has kept its size from one look to the next. It moves to `done/` or
`refused/` beside it, with a report of the same name and `.json`; a review that is not known yet
leaves its files where they are.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from shared.db import Tx
from shared.http.problems import NotKnownYet, Problem
from shared.kernel.jobs import Job
from shared.kernel.service import Context

EVERY = timedelta(seconds=30)
BLOCK = 1 << 18
Take = Callable[[Context, str, str, AsyncIterator[bytes]], Awaitable[Mapping[str, Any]]]
"""Takes in a file: (context, review, name of the file, its bytes) to what its report says.

Raises `NotKnownYet` where the file is to stay, another `Problem` where it is refused.
"""


@dataclass(frozen=True, slots=True)
class FolderWatch:
    """A folder below the home that holds one folder a review; `job` looks into it."""

    job: str
    folder: str
    take: Take

    def folder_of(self, home: Path) -> Path:
        """Where reviews' folders lie."""
        return home / self.folder

    async def plan(self, ctx: Context) -> None:
        """At start: look at once, when there is a folder to watch."""
        if self.folder_of(ctx.settings.home).is_dir():
            await ctx.db.write(lambda tx: tx.enqueue(self.job))

    async def look(self, job: Job, ctx: Context) -> None:
        """Take in what lies in the watched folders, and plan the next look."""
        seen: Mapping[str, int] = job.payload.get("sizes", {})
        sizes: dict[str, int] = {}
        for path in await asyncio.to_thread(_files, self.folder_of(ctx.settings.home)):
            size = path.stat().st_size
            if seen.get(str(path)) == size:
                await self._take(ctx, path)
            else:
                sizes[str(path)] = size
        payload = {"sizes": sizes}

        async def again(tx: Tx) -> None:
            await tx.enqueue(self.job, payload=payload, not_before=tx.now() + EVERY)

        await ctx.db.write(again)

    async def _take(self, ctx: Context, path: Path) -> None:
        try:
            report = await self.take(ctx, path.parent.name, path.name, _blocks(path))
        except NotKnownYet:
            return
        except Problem as problem:
            await asyncio.to_thread(_move, path, "refused", problem.document())
            return
        await asyncio.to_thread(_move, path, "done", report)


def _files(folder: Path) -> list[Path]:
    """Files of the reviews' folders, hidden ones left alone, oldest first."""
    found = [
        path
        for path in folder.glob("*/*")
        if path.is_file() and not path.name.startswith((".", "~"))
    ]
    return sorted(found, key=lambda path: path.stat().st_mtime)


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as stream:
        while block := await asyncio.to_thread(stream.read, BLOCK):
            yield block


def _move(path: Path, where: str, report: Mapping[str, Any]) -> None:
    target = path.parent / where
    target.mkdir(exist_ok=True)
    os.replace(path, target / path.name)
    (target / f"{path.name}.json").write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
