"""Where open-access full texts come from."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FoundText:
    """A full text as it was fetched, with a name for its file."""

    name: str
    data: bytes


class OpenAccess(Protocol):
    """A place that holds open-access full texts."""

    async def fetch(self, doi: str | None, pmid: str | None) -> FoundText | None:
        """The full text of an article, or None where there is no open one.

        Raises `Unavailable` where the place does not answer.
        """
        ...
