"""Backups that the owner makes in the browser: files in a folder beside the databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from runtime.backup.files import PART
from runtime.backup.take import take_backup
from runtime.loading.progress import Silent
from shared.http.problems import Problem
from shared.ops.settings import Settings
from workbench.bundles.ports import MadeBackup

FOLDER = "backups"


@dataclass(slots=True)
class BrowserBackups:
    """Fulfils `workbench.bundles.ports.Backups`: all data of the installation lie in one folder."""

    settings: Settings
    trouble: str = ""
    _task: "asyncio.Task[None] | None" = field(default=None, init=False)

    def running(self) -> bool:
        """Whether one is being made."""
        return self._task is not None and not self._task.done()

    def made(self) -> Sequence[MadeBackup]:
        """Those that lie in the folder, the newest first; blocks."""
        folder = self.settings.home / FOLDER
        found = [path for path in folder.glob("*.tar") if PART not in path.suffixes]
        made = [
            MadeBackup(
                name=f"{FOLDER}/{path.name}",
                size=path.stat().st_size,
                at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
            )
            for path in found
        ]
        return sorted(made, key=lambda one: one.at, reverse=True)

    def begin(self, now: datetime) -> bool:
        """Begin one named after the moment; False where one is being made already."""
        if self.running():
            return False
        self.trouble = ""
        self._task = asyncio.create_task(self._take(now), name="backup")
        return True

    async def _take(self, now: datetime) -> None:
        folder = self.settings.home / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / f"{now.astimezone(UTC):%Y-%m-%d-%H%M%S}.tar"
        try:
            await take_backup(self.settings, target, Silent())
        except (Problem, OSError) as problem:
            self.trouble = str(problem)
