"""Stand-ins of the optional sources that rounds ask, and clients of them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from services.search.connectors.client.access import Connectors
from services.search.connectors.client.caller import Caller, Host
from services.search.connectors.client.crossref import Crossref
from services.search.connectors.client.europe_pmc import EuropePmc
from services.search.connectors.client.openalex import OpenAlex, is_spent
from services.search.connectors.domain.sources import LABELS
from services.search.pacing.client import Pacer, Patience, Timing
from tests.support.connectors import FakeCrossref, FakeEuropePmc, FakeOpenAlex, Work, serve

DOI = "10.1000/1"
WORKS = [
    Work(number=1, doi=DOI, pmid="1", title="Outreach in the OUTPOST trial.", cites=(3, 4)),
    Work(number=3, doi="10.1000/3", title="A report that PubMed lacks", only=("crossref",)),
    Work(number=4, doi="10.1000/4", pmid="12", title="A survey of gardens and wards.", year=2020),
    Work(number=5, doi="10.1000/5", title="A chapter that cites the trial", cites=(1,)),
    Work(number=15, doi="10.1000/15", pmid="15", title="What carers said.", cites=(1,)),
]
FAKES = {
    "crossref": (FakeCrossref, "/"),
    "europe_pmc": (FakeEuropePmc, "/rest/"),
    "openalex": (FakeOpenAlex, "/"),
}
CLIENTS: dict[str, Any] = {"crossref": Crossref, "europe_pmc": EuropePmc, "openalex": OpenAlex}


@pytest.fixture
def works() -> list[Work]:
    """What the stand-ins know."""
    return WORKS


@pytest.fixture
def standing(works: list[Work]) -> Iterator[dict[str, Any]]:
    """The three stand-ins, running."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(serve(kind(works), path))
            for name, (kind, path) in FAKES.items()
        }


@pytest_asyncio.fixture
async def connectors(standing: dict[str, Any]) -> AsyncIterator[Connectors]:
    """Clients of the stand-ins, whose pauses take no time."""
    passed = SimpleNamespace(seconds=0.0)

    async def sleep(seconds: float) -> None:
        passed.seconds += seconds

    timing = Timing(monotonic=lambda: passed.seconds, sleep=sleep, chance=lambda: 0.5)
    callers: dict[str, Caller] = {}
    for name, one in standing.items():
        spent = is_spent if name == "openalex" else lambda _answer: False
        host = Host(label=LABELS[name], base=one.address, rate=1000.0, spent=spent)
        callers[name] = Caller(host, Pacer(1000.0, timing), timing, Patience(tries=2))
    yield Connectors(citations={name: CLIENTS[name](one) for name, one in callers.items()})
    for caller in callers.values():
        await caller.close()
