"""Export files put into `<home>/watch/<review id>/` are imported; their name is their source."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from services.search.imports.jobs.uploads import take_upload
from shared.kernel.folder_watch import FolderWatch
from shared.kernel.service import Context

_TOLD = ("import_id", "format", "encoding", "records", "added", "merged", "seen")


async def _take(
    ctx: Context, review_id: str, name: str, body: AsyncIterator[bytes]
) -> dict[str, Any]:
    row = await take_upload(
        ctx, review_id, body, filename=name, source=Path(name).stem, arm="database"
    )
    told = {"import_id": row["id"]} | {key: row[key] for key in _TOLD if key in row}
    return told | {"repairs": row["repairs"], "rejections": row["rejections"]}


WATCH = FolderWatch("watch_folders", "watch", _take)
