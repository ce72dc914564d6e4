"""What reads and writes bundles and backups: runtime fulfils it, for it sees every service."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from shared.http.auth import Principal
from workbench.bundles.domain import Brought, Looked, Steps


class CannotLoad(Exception):
    """A service did not take the bundle; the text is one sentence for people."""


class Bundles(Protocol):
    """Bundles in folders, and the services' interfaces with a person's rights."""

    def examples(self) -> Sequence[tuple[str, str, str]]:
        """Examples that come with the program: key, title, and what it is."""
        ...

    def example(self, name: str) -> Path | None:
        """The folder of an example."""
        ...

    def look(self, folder: Path, as_id: str | None) -> Looked:
        """Read a bundle without loading it; blocks."""
        ...

    async def load(
        self,
        folder: Path,
        person: Principal,
        steps: Steps,
        *,
        as_id: str | None,
        keep_good: bool,
        at_rest: Callable[[], Awaitable[bool]],
    ) -> Brought:
        """Load a bundle; what is there already stays. Raises `CannotLoad`."""
        ...

    async def export(self, review_id: str, person: Principal, folder: Path) -> None:
        """Write a review as a bundle. Raises `CannotLoad`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBackup:
    """A backup of the whole installation: its file below the data folder, bytes, and moment."""

    name: str
    size: int
    at: datetime


class Backups(Protocol):
    """Backups of an installation whose data lie in one folder."""

    trouble: str
    """Why the last one was not made, as a sentence; empty where it was."""

    def running(self) -> bool:
        """Whether one is being made."""
        ...

    def made(self) -> Sequence[MadeBackup]:
        """Those that are there, the newest first; blocks."""
        ...

    def begin(self, now: datetime) -> bool:
        """Begin one; False where one is being made already."""
        ...
