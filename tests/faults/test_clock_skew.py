"""Services whose clocks differ by hours lose nothing of what was said, and double nothing."""

from datetime import timedelta

import pytest

from shared.clock import SystemClock
from tests.faults.speaking import come_to_rest, insist, jobs_done, speaking
from tests.support.kernel import Storage, times

RECORDS = [f"r{n}" for n in range(6)]


class Shifted:
    """The machine's clock, wrong by so much."""

    def __init__(self, by):
        self._by, self._right = by, SystemClock()

    def now(self):
        return self._right.now() + self._by


class Skewed(Storage):
    """Databases whose services read clocks of their own."""

    def __init__(self, kind, home, clocks):
        super().__init__(kind, home)
        self.clocks = clocks

    def connect(self, service, clock=None):
        return super().connect(service, Shifted(self.clocks[service]))


@pytest.mark.parametrize("ahead", ["search", "screening"])
async def test_services_whose_clocks_differ_lose_and_double_nothing(tmp_path, ahead):
    clocks = dict.fromkeys(("search", "screening"), timedelta(hours=-3)) | {
        ahead: timedelta(hours=3)
    }
    async with speaking(Skewed("sqlite", tmp_path, clocks)) as two:
        for id in RECORDS:
            await insist(two.publisher.db, id)
        await come_to_rest(two)
        handled = await two.reader.db.read(times)
        done = await two.reader.db.read(jobs_done)
    assert handled == dict.fromkeys(RECORDS, 1)
    assert set(done) == set(RECORDS)  # a lease that is ended by force has its job done again
