"""Clients of the stand-ins that wait without taking time."""

from dataclasses import dataclass, field

import pytest

from services.search.connectors.client.caller import Caller, Host
from services.search.connectors.client.crossref import Crossref
from services.search.connectors.client.europe_pmc import EuropePmc
from services.search.connectors.client.openalex import OpenAlex, is_spent
from services.search.pacing.client import Pacer, Patience, Timing


@dataclass
class Waiting:
    """Time that passes only by sleeping; `slept` are the pauses asked for, in seconds."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.seconds += seconds

    def timing(self):
        return Timing(monotonic=lambda: self.seconds, sleep=self.sleep, chance=lambda: 0.5)


@pytest.fixture
def waiting():
    return Waiting()


@pytest.fixture
async def client(waiting):
    """Makes the client of a stand-in; its connections are closed at the end."""
    callers = []

    def make(kind, standing, **about):
        timing = waiting.timing()
        about = {"label": kind.__name__, "rate": 1000.0} | about
        if kind is OpenAlex:
            about["spent"] = is_spent
        host = Host(base=standing.address, **about)
        callers.append(Caller(host, Pacer(1000.0, timing), timing, Patience(tries=3)))
        return kind(callers[-1])

    yield make
    for caller in callers:
        await caller.close()


KINDS = {"crossref": Crossref, "openalex": OpenAlex, "europe_pmc": EuropePmc}
