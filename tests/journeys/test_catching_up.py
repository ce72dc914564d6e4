"""A service that has heard nothing yet asks for history and ends with the same state."""

import pytest
from sqlalchemy import delete

from runtime.bundle.parse import read_bundle
from runtime.cli.configurations import body_of
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from services.synthesis.projections.store.tables import computed, published
from shared import db as databases
from shared.kernel.inbox import inbox, subscriptions
from shared.kernel.outbox import counters
from tests.support.apps import open_system
from tests.support.reference import ROOT

RECO = ROOT / "examples" / "reco"
CASE = ROOT / "tests" / "cases" / "09-outcomes-pinned-and-distal"


async def ccmocs(client, review):
    found = await Api(client).listed(f"/api/synthesis/reviews/{review}/ccmocs")
    return sorted((body_of(item) for item in found), key=lambda body: body["id"])


def tables_of(module):
    return [t for t in vars(module).values() if type(t).__name__ == "Table"]


async def as_if_it_had_never_listened(settings):
    """Empty everything that synthesis was told or computed; what people stated stays theirs."""
    db = databases.connect(
        settings.url_of("synthesis"),
        service="synthesis",
        schema=settings.schema_of("synthesis"),
    )
    await db.open()

    async def forget(tx):
        for table in [*tables_of(published), *tables_of(computed), inbox, subscriptions]:
            await tx.execute(delete(table))
        await tx.execute(delete(counters).where(counters.c.kind == "received"))

    await db.write(forget)
    await db.close()


@pytest.mark.parametrize("folder", [CASE, pytest.param(RECO, marks=pytest.mark.slow)])
async def test_a_service_that_starts_after_the_load_catches_up_by_replay(settings, folder):
    bundle = read_bundle(folder).whole()
    async with open_system(settings) as system, system.client() as client:
        api = Api(client, system.drain)
        await Loader(bundle, api, Ledger(settings.home, bundle.review.id)).load()
        before = await ccmocs(client, bundle.review.id)
    await as_if_it_had_never_listened(settings)
    async with open_system(settings) as system, system.client() as client:
        await system.drain()
        assert await ccmocs(client, bundle.review.id) == before
        assert before
