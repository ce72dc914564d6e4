"""Full texts put into `<home>/watch-documents/<review id>/` are taken in.

The report beside a file says which documents it seems to be of; a person confirms.
"""

from collections.abc import AsyncIterator
from typing import Any

from services.extraction.uploads.jobs.uploads import take_upload
from shared.kernel.folder_watch import FolderWatch
from shared.kernel.service import Context

_TOLD = ("upload_id", "kind", "state", "pages", "proposals", "warnings")


async def _take(
    ctx: Context, review_id: str, name: str, body: AsyncIterator[bytes]
) -> dict[str, Any]:
    taken = await take_upload(ctx, review_id, body, name=name)
    return {key: taken.row[key] for key in _TOLD}


WATCH = FolderWatch("watch_documents", "watch-documents", _take)
