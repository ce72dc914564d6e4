"""PubMed as the settings say, or as little of it as they allow."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from services.search.pacing.client import Pace, Timing
from services.search.pacing.domain import host_of, rate_of
from services.search.pubmed.client.closed import ClosedPubMed
from services.search.pubmed.client.pubmed import Access, PubMed
from services.search.pubmed.client.transport import NCBI
from services.search.pubmed.ports import PubMed as Port
from shared.clock import Clock
from shared.ops.settings import Settings
from shared.ops.telemetry import log

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@asynccontextmanager
async def open_pubmed(
    settings: Settings, clock: Clock, pace_of: Callable[[str, float], Pace] | None = None
) -> AsyncIterator[Port]:
    """The deployment's one PubMed, closed at the end.

    `pace_of` gives the pace for a host and a rate, in requests a second; without it the process
    paces itself.
    Where the network is not allowed, one that refuses every call and says
    which setting allows it; a stand-in on this machine needs no permission.
    """
    local = urlsplit(settings.ncbi_base_url).hostname in LOOPBACK
    if not (settings.network or local):
        yield ClosedPubMed()
        return
    if not (settings.ncbi_email or local):
        log.warning("ncbi_email_missing", advice="set RETRODUCT_NCBI_EMAIL: NCBI asks for it")
    key = settings.ncbi_api_key
    rate = rate_of(host_of(NCBI), named=key is not None)
    pubmed = PubMed(
        Access(
            base_url=settings.ncbi_base_url,
            email=settings.ncbi_email,
            api_key=key.get_secret_value() if key else None,
            proxy=settings.https_proxy,
        ),
        timing=Timing(now=clock.now),
        pace=pace_of(host_of(settings.ncbi_base_url), rate) if pace_of else None,
    )
    try:
        yield pubmed
    finally:
        pubmed.close()
