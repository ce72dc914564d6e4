"""The invented example through all services: the review that the tutorial is done with."""

from pathlib import Path

from runtime.bundle.parse import read_bundle
from runtime.demo import TOUR
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from shared.ops.settings import Settings
from tests.support.apps import open_system


async def test_the_invented_review_shows_every_state_that_the_tutorial_needs(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=system.drain)
        bundle = read_bundle(TOUR).whole()
        await Loader(bundle, api, Ledger(tmp_path, "tour")).load()
        flow = await api.get("/api/reviews/tour/flow")
        conflicts = await api.listed("/api/screening/reviews/tour/stages/title_abstract/conflicts")
        arguments = {
            item["id"]: item["evidence"]
            for item in await api.listed("/api/synthesis/reviews/tour/arguments")
        }
        ccmocs = await api.listed("/api/synthesis/reviews/tour/ccmocs")

    stages = {stage["stage"]: stage for stage in flow["stages"]}
    assert flow["identified"] == 180
    assert stages["title_abstract"]["pool"] == 150
    assert stages["title_abstract"]["waiting"] > 40
    assert len(conflicts) == 2
    assert stages["full_text"]["exclude"] == 5
    predictions = {p["id"]: p for a in arguments.values() for p in a["predictions"]}
    assert predictions["no-recognition"]["observed"]
    assert predictions["no-bus"]["observed"]
    assert not predictions["alone-peer"]["observed"] + predictions["alone-peer"]["refuted"]
    assert not any(fragment.startswith("B") for item in ccmocs for fragment in item["fragments"])
