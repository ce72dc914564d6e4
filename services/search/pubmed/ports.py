"""What the search service needs of the outside world, as protocols."""

from collections.abc import AsyncIterator, Iterable
from typing import Protocol

from services.search.pubmed.domain.answers import LinkOutcome, Page, SearchOutcome
from services.search.pubmed.domain.partition import Window


class PubMed(Protocol):
    """Searches, articles and citation links of PubMed.

    Every method raises `PubMedUnavailable` where asking later can help and
    `PubMedRefused` where it cannot; neither is ever an empty result.
    """

    async def count(self, query: str, window: Window | None = None) -> SearchOutcome:
        """How many records `query` finds in `window`, and how PubMed understood it."""
        ...

    async def search(self, query: str, window: Window | None = None) -> SearchOutcome:
        """All PMIDs that `query` finds in `window`."""
        ...

    def fetch(self, pmids: Iterable[str]) -> AsyncIterator[Page]:
        """The articles of `pmids` in pages of at most 200, and those that are missing."""
        ...

    async def links(self, pmids: Iterable[str], kind: str) -> LinkOutcome:
        """Citation links of `kind` (`cited_by`, `references`, `similar`) of each PMID."""
        ...

    async def spelling(self, query: str) -> str:
        """How PubMed would have spelt `query`; empty if it has nothing to correct."""
        ...
