"""The invented example through all services: the review that the tutorial is done with."""

import sqlite3
from contextlib import closing
from pathlib import Path

from runtime.bundle.parse import read_bundle
from runtime.demo import TOUR
from runtime.loading.client import Api
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from shared.ops.settings import Settings
from tests.journeys.test_repair_of_versions import _back_to as back_to
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
        steps = await api.listed("/api/search/reviews/tour/steps")
        (step,) = [one for one in steps if one["detail"]["kind"] == "argument_challenged"]
        (weekly,) = await api.listed("/api/search/reviews/tour/searches")
        (strategy,) = await api.listed("/api/search/reviews/tour/strategies")
        pearls = await api.listed(f"/api/search/reviews/tour/steps/{step['step_id']}/pearls")

    assert (weekly["state"], weekly["schedule"]) == ("active", "0 6 * * 1")
    assert weekly["next_slot"]
    assert [concept["name"] for concept in strategy["concepts"]][1] == "Walking"
    stages = {stage["stage"]: stage for stage in flow["stages"]}
    assert flow["identified"] == 183
    assert stages["title_abstract"]["pool"] == 151
    assert stages["title_abstract"]["waiting"] > 40
    assert len(conflicts) == 2
    words = flow["words"]["title_abstract"]
    assert words["walking"] == "Not met: Walking in a group or with a companion"
    assert stages["full_text"]["exclude"] == 5
    predictions = {p["id"]: p for a in arguments.values() for p in a["predictions"]}
    assert predictions["no-recognition"]["observed"]
    assert predictions["no-bus"]["observed"]
    assert not predictions["alone-peer"]["observed"] + predictions["alone-peer"]["refuted"]
    assert predictions["ill-leader"]["refuted"]
    against = {one["title"] for one in pearls if one["why"] == "a case against an argument"}
    assert "Peer-led walking in villages: a cluster trial with nested interviews" in against
    assert not any(fragment.startswith("B") for item in ccmocs for fragment in item["fragments"])


async def test_reasons_have_names_in_an_installation_that_is_upgraded(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    review = {"id": "named", "title": "Named", "stages": [{"name": "ta"}]}
    criteria = {"criteria": [{"id": "E1", "text": "off topic", "kind": "exclude"}]}
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=system.drain)
        await api.post("/api/reviews", review)
        await api.wait_until_settled("named")
        await api.put("/api/screening/reviews/named/stages/ta/criteria", criteria)
        await api.wait_until_settled("named")
    back_to(tmp_path, "workbench", "0009")
    back_to(tmp_path, "synthesis", "0011")
    with closing(sqlite3.connect(tmp_path / "synthesis.sqlite")) as db, db:
        heard = db.execute("DELETE FROM subscriptions WHERE type LIKE '%criteria_changed'")
        assert heard.rowcount == 1
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=system.drain)
        await api.wait_until_settled("named")
        flows = [
            await api.get("/api/reviews/named/flow"),
            await api.get("/api/synthesis/reviews/named/flow"),
        ]
    assert [flow["words"] for flow in flows] == [{"ta": {"E1": "off topic"}}] * 2
