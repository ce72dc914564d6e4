"""Whatever fails at whatever step of outbox, inbox or jobs: nothing is lost, nothing doubled."""

import asyncio
import os
import subprocess
import sys

import pytest
import pytest_asyncio

from shared.ops import failpoints
from shared.ops.failpoints import POINTS
from tests.faults.speaking import come_to_rest, insist, jobs_done, speaking
from tests.support.kernel import Storage, times
from tests.support.reference import ROOT

COUNT = 12
RECORDS = {f"r{n}" for n in range(COUNT)}
OF_WHAT_WAITS = ("inbox.after_claim", "inbox.after_done")
"""Steps that SQLite, which handles events as they arrive, comes to only where that failed."""


@pytest_asyncio.fixture
async def storage(request, tmp_path):
    place = Storage(request.param, tmp_path)
    yield place
    await place.clean()


on_sqlite = pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
everywhere = pytest.mark.parametrize("storage", ["sqlite", "postgres", "rabbit"], indirect=True)


async def say_all_while(storage, rules):
    """Say every record while these rules hold; what was handled, and which jobs were done."""
    async with speaking(storage) as two:
        with failpoints.armed(rules):
            for id in sorted(RECORDS):
                await insist(two.publisher.db, id)
                await asyncio.sleep(0.01)
            await come_to_rest(two)
            rules_met = [rule for some in failpoints._armed.values() for rule in some]
            reached = {rule.point for rule in rules_met if rule.reached}
        handled = await two.reader.db.read(times)
        return handled, set(await two.reader.db.read(jobs_done)), reached


def check(handled, done):
    """Every event was handled once, every job was done."""
    assert handled == dict.fromkeys(RECORDS, 1)
    assert done == RECORDS


@on_sqlite
@pytest.mark.parametrize("action", ["error", "outage", "delay:0.02"])
async def test_every_step_that_fails_once_loses_and_doubles_nothing(storage, action):
    rules = [f"{point}={action}@1" for point in POINTS]
    rules.append("inbox.after_handle=error@2")
    handled, done, reached = await say_all_while(storage, ",".join(rules))
    check(handled, done)
    assert reached == set(POINTS)


@pytest.mark.slow
@everywhere
@pytest.mark.parametrize("action", ["error", "outage"])
@pytest.mark.parametrize("point", POINTS)
async def test_a_step_that_fails_repeatedly_loses_and_doubles_nothing(storage, point, action):
    rules = [f"{point}={action}@{n}" for n in (1, 2, 4)]
    if storage.kind == "sqlite" and point in OF_WHAT_WAITS:
        rules.append("inbox.after_handle=error@1")
    handled, done, _ = await say_all_while(storage, ",".join(rules))
    check(handled, done)


def spoken(storage, rules):
    """Run the process once; what it acknowledged, and how it ended."""
    words = [storage.kind, str(storage.home), storage.prefix, str(COUNT)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.speaking", *words],
        env={**os.environ, "RETRODUCT_FAILPOINTS": rules},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return set(ended.stdout.split()), ended


async def kill_at(storage, points):
    """Kill a process at each of these points in turn, and let the last one come to its end."""
    acknowledged = set()
    for point in points:
        rule = f"{point}=kill@2"
        if storage.kind == "sqlite" and point in OF_WHAT_WAITS:
            rule = f"inbox.after_handle=error@1,{point}=kill@1"
        said, ended = await asyncio.to_thread(spoken, storage, rule)
        assert ended.returncode == -9, ended.stderr[-2000:]
        assert f"failpoint {point} kill" in ended.stderr
        acknowledged |= said
    said, ended = await asyncio.to_thread(spoken, storage, "")
    assert "settled" in said, ended.stderr[-2000:]
    async with speaking(storage) as two:
        await come_to_rest(two)
        handled = await two.reader.db.read(times)
        return handled, set(await two.reader.db.read(jobs_done)), acknowledged


@on_sqlite
async def test_a_process_killed_between_publishing_and_marking_loses_nothing(storage):
    handled, done, acknowledged = await kill_at(storage, ["outbox.before_mark"])
    check(handled, done)
    assert acknowledged <= RECORDS


@pytest.mark.slow
@everywhere
@pytest.mark.parametrize("point", POINTS)
async def test_a_process_killed_at_any_step_loses_and_doubles_nothing(storage, point):
    handled, done, acknowledged = await kill_at(storage, [point])
    check(handled, done)
    assert acknowledged <= RECORDS
