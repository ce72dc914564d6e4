"""The same journeys with a process per service on real PostgreSQL and RabbitMQ."""

import asyncio

import asyncpg
import pytest

from runtime.bundle.parse import read_bundle
from runtime.cli.configurations import body_of
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from shared.ops.settings import Settings
from tests.support import copies
from tests.support.apps import open_system
from tests.support.distributed import Deployment, deployed
from tests.support.reference import ROOT

RECO = ROOT / "examples" / "reco"
CASES = ROOT / "tests" / "cases"


def a_case():
    """The richest of the worked cases that has events."""
    return max(
        (p.parent for p in CASES.glob("*/events.jsonl")), key=lambda p: len(list(p.iterdir()))
    )


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """Five processes; the tests of this module use reviews of their own."""
    with deployed(tmp_path_factory.mktemp("far")) as deployment:
        yield deployment


async def ccmocs(client, review):
    found = await Api(client).listed(f"/api/synthesis/reviews/{review}/ccmocs")
    return sorted((body_of(item) for item in found), key=lambda body: body["id"])


async def load(client, home, bundle, quiet=None):
    await Loader(bundle, Api(client, quiet), Ledger(home, bundle.review.id)).load()
    return await ccmocs(client, bundle.review.id)


async def embedded(home, bundle):
    async with (
        open_system(Settings(home=home, sqlite_synchronous="NORMAL", local_owner=True)) as system,
        system.client() as client,
    ):
        return await load(client, home, bundle, system.drain)


@pytest.mark.parametrize(
    ("folder", "fewer"),
    [(CASES / "24-argument-lists", 1), pytest.param(RECO, 11, marks=pytest.mark.slow)],
)
async def test_a_review_on_postgres_and_rabbitmq_is_identical_to_sqlite(
    tmp_path, there, folder, fewer
):
    bundle = read_bundle(folder).whole()
    here = await embedded(tmp_path / "near", bundle)
    async with there.client() as client:
        assert await load(client, tmp_path / "far", bundle) == here
    assert len(here) > fewer


@pytest.mark.slow
async def test_services_killed_at_any_moment_of_a_load_lose_nothing(tmp_path, there):
    bundle = read_bundle(a_case(), review_id="killed").whole()
    here = await embedded(tmp_path / "near", bundle)
    async with there.client() as client:
        await load(client, tmp_path / "far", bundle)
        for name in ("extraction", "synthesis", "workbench"):
            there.kill(name)
        there.start("extraction", "synthesis", "workbench")
        await there.ready()
        await there.settle("killed")
        assert await load(client, tmp_path / "far", bundle) == here


async def test_events_said_while_a_reader_is_down_are_handled_when_it_comes_back(there):
    async with there.client() as client:
        await client.post("/api/reviews", json={"id": "r", "title": "R"})
        await there.settle("r")
        there.kill("workbench")
        theory = {"number": 1, "name": "Trust"}
        for _ in range(100):
            answer = await client.put("/api/synthesis/reviews/r/theories/PT1", json=theory)
            if answer.status_code != 503:
                break
        assert answer.is_success, answer.text
        there.start("workbench")
        await there.ready()
        await there.settle("r")
        counts = (await client.get("/api/reviews/r/event-counts")).json()
        assert counts["synthesis.theory_stated"] == 1


async def test_database_connections_that_are_cut_lose_nothing(tmp_path, there):
    bundle = read_bundle(a_case(), review_id="cut").whole()
    here = await embedded(tmp_path / "near", bundle)
    async with there.client() as client:
        await client.get("/api/reviews")
        killer = await asyncpg.connect(there.database)
        cut = await killer.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE starts_with(application_name, $1)",
            f"retroduct {there.prefix}_",
        )
        await killer.close()
        assert len(cut) >= 5
        assert await load(client, tmp_path / "far", bundle) == here


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        (
            "RETRODUCT_DATABASE_URL",
            "postgresql://nobody@127.0.0.1:1/none",
            "RETRODUCT_DATABASE_URL",
        ),
        ("RETRODUCT_AMQP_URL", "amqp://guest:wrong@127.0.0.1:1/", "RETRODUCT_AMQP_URL"),
        ("RETRODUCT_SECRET", None, "RETRODUCT_SECRET is not set"),
    ],
)
def test_a_wrong_url_is_one_clear_line_at_start(tmp_path, variable, value, says):
    deployment = Deployment(tmp_path)
    environment = deployment.environment("search")
    environment.pop(variable)
    if value:
        environment[variable] = value
    log = tmp_path / "said"
    returncode = copies.start(["serve", "search"], environment, log).wait(300)
    asyncio.run(deployment.stop())
    lines = [line for line in log.read_text().splitlines() if line.strip()]
    assert returncode == 1
    assert len(lines) == 1, lines
    assert says in lines[0]
