"""The optional sources that the settings name, each with the pace that all copies share."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from services.search.connectors.client.caller import Caller, Host
from services.search.connectors.client.crossref import Crossref
from services.search.connectors.client.europe_pmc import EuropePmc
from services.search.connectors.client.openalex import OpenAlex, is_spent
from services.search.connectors.domain.sources import LABELS
from services.search.connectors.ports import CitationSource, RetractionSource, SearchSource
from services.search.pacing.client import Pace, Patience, Timing
from services.search.pacing.domain import host_of, rate_of
from shared.clock import Clock
from shared.ops.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connectors:
    """The sources that are on, by name, by what each can be asked."""

    retractions: dict[str, RetractionSource] = field(default_factory=dict)
    citations: dict[str, CitationSource] = field(default_factory=dict)
    searches: dict[str, SearchSource] = field(default_factory=dict)


@asynccontextmanager
async def open_connectors(
    settings: Settings, clock: Clock, pace_of: Callable[[str, float], Pace]
) -> AsyncIterator[Connectors]:
    """The sources that are on, closed at the end.

    One is on when its address is set and the network is allowed, or when it stands on this
    machine. `pace_of` gives the pace for a host and a rate, in requests a second.
    """
    callers: list[Caller] = []

    def caller(host: Host, *, named: bool) -> Caller:
        name = host_of(host.base)
        rate = rate_of(name, named=named)
        patience = Patience(tries=4, deadline=120.0)
        pace = pace_of(name, rate)
        callers.append(Caller(replace(host, rate=rate), pace, Timing(now=clock.now), patience))
        return callers[-1]

    found = Connectors()
    _open_crossref(settings, found, caller)
    _open_openalex(settings, found, caller)
    _open_europe_pmc(settings, found, caller)
    try:
        yield found
    finally:
        for one in callers:
            await one.close()


def _on(settings: Settings, base: str) -> bool:
    return bool(base) and (settings.network or urlsplit(base).hostname in LOOPBACK)


def _host(settings: Settings, name: str, base: str, secret: dict[str, str]) -> Host:
    local = urlsplit(base).hostname in LOOPBACK
    mailto = f" (mailto:{settings.contact_email})" if settings.contact_email else ""
    return Host(
        label=LABELS[name],
        base=base,
        agent=f"retroduct{mailto}",
        secret={key: value for key, value in secret.items() if value},
        proxy=None if local else settings.https_proxy,
        spent=is_spent if name == "openalex" else lambda _answer: False,
    )


def _open_crossref(settings: Settings, found: Connectors, caller: Callable[..., Caller]) -> None:
    if _on(settings, settings.crossref_url):
        secret = {"mailto": settings.contact_email}
        host = _host(settings, "crossref", settings.crossref_url, secret)
        crossref = Crossref(caller(host, named=bool(settings.contact_email)))
        found.retractions["crossref"] = crossref
        found.citations["crossref"] = crossref


def _open_openalex(settings: Settings, found: Connectors, caller: Callable[..., Caller]) -> None:
    if _on(settings, settings.openalex_url):
        key = settings.openalex_api_key
        secret = {"api_key": key.get_secret_value() if key else ""}
        host = _host(settings, "openalex", settings.openalex_url, secret)
        openalex = OpenAlex(caller(host, named=key is not None))
        found.retractions["openalex"] = openalex
        found.citations["openalex"] = openalex
        found.searches["openalex"] = openalex


def _open_europe_pmc(settings: Settings, found: Connectors, caller: Callable[..., Caller]) -> None:
    if _on(settings, settings.europe_pmc_url):
        host = _host(settings, "europe_pmc", settings.europe_pmc_url, {})
        europe_pmc = EuropePmc(caller(host, named=True))
        found.retractions["europe_pmc"] = europe_pmc
        found.citations["europe_pmc"] = europe_pmc
        found.searches["europe_pmc"] = europe_pmc
