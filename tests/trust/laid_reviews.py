"""Whole reviews that are filled once in a process and laid where a system opens its files."""

import shutil
import tempfile
from pathlib import Path

from tests.support.apps import open_system
from tests.support.schemas import on_sqlite
from tests.trust.whole_review import fill

_filled = {}


async def lay(home, *reviews):
    """Lay reviews, which are filled once in a process, where a system opens its files; gives them.

    `reviews` are ids with their letter and word.
    """
    if reviews not in _filled:
        folder = tempfile.TemporaryDirectory(prefix="whole-reviews-")
        async with open_system(on_sqlite(Path(folder.name))) as system, system.client() as client:
            wholes = [await fill(system, client, *review) for review in reviews]
        _filled[reviews] = (folder, wholes)
    folder, wholes = _filled[reviews]
    shutil.copytree(folder.name, home, dirs_exist_ok=True)
    return wholes
