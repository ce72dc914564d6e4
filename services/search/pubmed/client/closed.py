"""PubMed where the network is not allowed: every call says which setting allows it."""

from collections.abc import AsyncIterator, Iterable

from services.search.pubmed.domain.answers import LinkOutcome, Page, PubMedRefused, SearchOutcome
from services.search.pubmed.domain.partition import Window

SENTENCE = "PubMed was not asked: set RETRODUCT_NETWORK=true to let searches reach the network."


class ClosedPubMed:
    """Fulfils the port by refusing, so that no run mistakes silence for "no hits"."""

    async def count(self, query: str, window: Window | None = None) -> SearchOutcome:
        """Refuse: PubMed is switched off."""
        raise PubMedRefused(SENTENCE)

    async def search(self, query: str, window: Window | None = None) -> SearchOutcome:
        """Refuse: PubMed is switched off."""
        raise PubMedRefused(SENTENCE)

    def fetch(self, pmids: Iterable[str]) -> AsyncIterator[Page]:
        """Refuse: PubMed is switched off."""
        raise PubMedRefused(SENTENCE)

    async def links(self, pmids: Iterable[str], kind: str) -> LinkOutcome:
        """Refuse: PubMed is switched off."""
        raise PubMedRefused(SENTENCE)

    async def spelling(self, query: str) -> str:
        """Refuse: PubMed is switched off."""
        raise PubMedRefused(SENTENCE)
