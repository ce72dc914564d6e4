"""What reads, loads and writes bundles: runtime fulfils it, for it sees every service."""

from collections.abc import Awaitable, Callable, Sequence
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
