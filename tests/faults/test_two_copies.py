"""Two copies of every service, killed at random under load, lose nothing and double nothing."""

import pytest

from tests.faults.two_copies import measured
from tests.support.servers import require_connections

CONNECTIONS = 200
"""What two copies of five services may hold, with room for other tests."""


def check(found):
    """Everything acknowledged is there once, and every service came to rest."""
    assert found["killed"] > 0
    title, full_text = found["stages"]["title"], found["stages"]["full_text"]
    assert title == {"pool": found["imported"], "include": found["votes"]["title"]}
    assert full_text == {"pool": title["include"], "include": found["votes"]["full_text"]}
    assert found["dead"] == 0
    for name, table in found["tables"].items():
        counts = {table["rows"], table["positions"], table["last"], table["published"]}
        assert len(counts) == 1, (name, table)


async def test_copies_killed_at_random_for_a_short_time_lose_and_double_nothing(tmp_path):
    require_connections(CONNECTIONS)
    check(await measured(tmp_path, seconds=6, seed=1))


@pytest.mark.slow
async def test_copies_killed_at_random_for_five_minutes_lose_and_double_nothing(tmp_path):
    require_connections(CONNECTIONS)
    check(await measured(tmp_path, seconds=300, seed=2))
