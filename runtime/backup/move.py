"""Move an installation from SQLite files to PostgreSQL."""

import tempfile
from pathlib import Path

from runtime.backup.files import Manifest, verify
from runtime.backup.restore import put_back
from runtime.backup.take import write_tables
from runtime.loading.progress import Progress
from shared.clock import SystemClock
from shared.ops.settings import Settings


async def move(source: Settings, target: Settings, progress: Progress) -> Manifest:
    """Copy every row from the files to PostgreSQL, and compare counts and contents.

    Nobody may work on the files meanwhile. What was broken off goes on: a service that is
    complete at the target is left as it is. The files stay.
    """
    with tempfile.TemporaryDirectory(dir=source.home, prefix=".moving-") as made:
        folder = Path(made)
        manifest = await write_tables(source, folder, progress, SystemClock())
        verify(folder, manifest)
        await put_back(target, folder, manifest, progress)
    return manifest
