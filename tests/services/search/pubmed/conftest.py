"""The fake E-utilities, and a PubMed that speaks to them without waiting for real time."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from services.search.pacing.client import Timing
from services.search.pubmed.client.pubmed import Access, PubMed
from tests.support.eutils import Corpus, EUtils, serve


@dataclass(slots=True)
class Hours:
    """Time that passes only by sleeping; `slept` are the pauses asked for, in seconds."""

    seconds: float = 0.0
    day: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return self.day + timedelta(seconds=self.seconds)

    def timing(self, chance: float = 0.5) -> Timing:
        return Timing(
            now=self.now,
            monotonic=lambda: self.seconds,
            sleep=self.sleep,
            chance=lambda: chance,
        )


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def corpus() -> Corpus:
    return Corpus()


@pytest.fixture
def eutils(corpus: Corpus, hours: Hours) -> Iterator[EUtils]:
    def today() -> date:
        return hours.now().date()

    with serve(corpus, today) as server:
        yield server


@pytest.fixture
async def pubmed(eutils: EUtils, hours: Hours) -> AsyncIterator[PubMed]:
    """Waits long enough for the fake on a machine that is busy with other things."""
    async for client in _client(eutils, hours, quiet=30.0, whole=60.0):
        yield client


@pytest.fixture
async def hasty_pubmed(eutils: EUtils, hours: Hours) -> AsyncIterator[PubMed]:
    """Gives up soon, for servers that stay silent."""
    async for client in _client(eutils, hours, quiet=0.5, whole=1.0):
        yield client


async def _client(
    eutils: EUtils, hours: Hours, *, quiet: float, whole: float
) -> AsyncIterator[PubMed]:
    client = PubMed(
        Access(base_url=eutils.base_url, email="team@example.org", quiet=quiet, whole=whole),
        timing=hours.timing(),
    )
    yield client
    client.close()
