"""What the optional sources can be asked, as protocols; clustering and jobs ask through these.

Every method raises `NoAnswer` where asking later can help (`BudgetSpent` where only another
day can) and `NotTaken` where it cannot; neither is ever an empty answer.
"""

from collections.abc import Sequence
from typing import Protocol

from services.search.connectors.domain.sources import Links, Named, ResultPage
from services.search.library.domain.retraction import RetractionAnswer


class RetractionSource(Protocol):
    """A source that knows what became of articles."""

    async def retractions(self, articles: Sequence[Named]) -> list[RetractionAnswer]:
        """What the source says of each article, in their order; "unknown" where it does not."""
        ...


class CitationSource(Protocol):
    """A source that CLUSTER searching asks: for citations, and for what a question finds."""

    async def cited_by(self, article: Named, most: int) -> Links:
        """At most `most` articles that cite this one."""
        ...

    async def references(self, article: Named, most: int) -> Links:
        """At most `most` articles that this one cites."""
        ...

    async def found(self, query: str, most: int) -> Links:
        """What a question in the source's own language finds; nothing but its number, if that is
        more than `most`.
        """
        ...


class SearchSource(Protocol):
    """A source that can be searched, page by page."""

    async def page(self, query: str, cursor: str | None) -> ResultPage:
        """The page of a search at `cursor` (None: the first)."""
        ...
