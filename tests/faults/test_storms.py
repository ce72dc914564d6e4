"""Under faults at random nothing acknowledged is lost or doubled; the ledger notices if it is."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.faults.ledger import Ledger, Load, doi
from tests.faults.sites import in_one_process, on_servers_of_its_own
from tests.faults.storm import weather
from tests.support.private_servers import require_private_servers
from tests.support.reference import ROOT


def answering(held):
    """A client of services that hold this."""

    def answer(request):
        kind = request.url.path.rsplit("/", 1)[-1]
        return httpx.Response(200, json={"items": held[kind]})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://x")


async def compared(**held):
    """The kinds that the ledger of one file, one vote and one fragment finds lost, and doubled."""
    ledger = Ledger(files={1: "i1"}, votes={"r1": "include"}, fragments={"f1"})
    async with answering({**WHOLE, **held}) as owner:
        lost, doubled = await Load(owner, None, ledger).compare()
    return {kind for kind, ids in lost.items() if ids}, {
        kind for kind, ids in doubled.items() if ids
    }


def a_record(n):
    """As the library lists it."""
    return {"record_id": f"r{n + 1}", "doi": doi(1, n)}


VOTE = {"record": "r1", "verdict": "include"}
WHOLE = {
    "records": [a_record(n) for n in range(3)],
    "imports": [{"import_id": "i1"}],
    "decisions": [VOTE],
    "settlements": [VOTE],
    "queue": [{"record": "r2"}, {"record": "r3"}],
    "fragments": [{"id": "f1"}],
}
OTHER = {"record": "r1", "verdict": "exclude"}


async def test_a_ledger_finds_nothing_where_all_is_there_once():
    assert await compared() == (set(), set())


@pytest.mark.parametrize(
    ("held", "lost", "doubled"),
    [
        ({"imports": []}, {"imports"}, set()),
        ({"imports": [{"import_id": "i2"}]}, {"imports"}, {"imports"}),
        ({"records": WHOLE["records"] + [a_record(2)]}, set(), {"records"}),
        ({"queue": [{"record": "r2"}]}, {"screened"}, set()),
        ({"queue": WHOLE["queue"] + [{"record": "r1"}]}, set(), {"screened"}),
        ({"decisions": []}, {"votes"}, set()),
        ({"decisions": [OTHER]}, {"votes"}, {"votes"}),
        ({"decisions": [VOTE, VOTE]}, set(), {"votes"}),
        ({"settlements": [OTHER]}, {"settlements"}, {"settlements"}),
        ({"fragments": []}, {"fragments"}, set()),
        ({"fragments": [{"id": "f1"}, {"id": "f1"}]}, set(), {"fragments"}),
    ],
)
async def test_a_ledger_finds_what_is_missing_and_what_is_twice(held, lost, doubled):
    assert await compared(**held) == (lost, doubled)


async def test_a_ledger_finds_a_record_that_was_lost_with_its_screening():
    fewer = {"records": WHOLE["records"][:2], "queue": WHOLE["queue"][:1]}
    assert await compared(**fewer) == ({"records"}, set())


def check(found):
    """Nothing is missing, twice there, or shown to strangers, and all came to rest."""
    assert found["acknowledged"] > 0
    assert found["injected"] > 0
    assert found["refusals_to_strangers"] > 0
    assert (found["lost"], found["doubled"], found["leaked"]) == (0, 0, 0), found
    assert found["settled_after_seconds"] is not None


@pytest.mark.slow
async def test_a_storm_over_one_process_loses_doubles_and_leaks_nothing():
    with tempfile.TemporaryDirectory() as home:
        async with in_one_process(Path(home)) as site:
            check(await weather(site, faults=20, restarts=1, minutes=3, seed=5))


@pytest.mark.slow
async def test_a_storm_over_services_and_servers_loses_doubles_and_leaks_nothing():
    require_private_servers()
    with tempfile.TemporaryDirectory() as home:
        async with on_servers_of_its_own(Path(home)) as site:
            check(await weather(site, faults=20, restarts=1, minutes=5, seed=6))


@pytest.mark.slow
def test_a_storm_that_is_told_to_end_leaves_no_server_running():
    require_private_servers()
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o711)  # the user `postgres` has to come through
        command = [sys.executable, "-m", "benchmarks.faults", "--minutes", "5"]
        storm = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TMPDIR": home})
        until = time.monotonic() + 120
        while not (logs := list(Path(home).glob("*/services/*.log"))) and time.monotonic() < until:
            time.sleep(0.2)
        assert logs
        assert len(running_in(home)) >= 3
        storm.terminate()
        assert storm.wait(60) == 1
        assert running_in(home) == []


def running_in(home):
    """Command lines of processes that were started with something of this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
            if any(f"{home}/".encode() in part for part in said) and said[0]:
                found.append(said[0].replace(b"\0", b" ").decode(errors="replace")[:100])
    return found
