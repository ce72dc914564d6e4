"""Searches, strategies and rounds of CLUSTER searching go out in a bundle and come in again."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Integer

from runtime.bundle.parse import read_bundle
from runtime.loading.client import Api
from runtime.loading.export import export
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from runtime.loading.progress import Silent
from runtime.loading.searching import renamed
from services.search.exchange.store.kept import CLUSTER, FROM_EVENTS, TABLES
from services.search.tables import metadata
from shared.db import UtcDateTime, kernel_metadata
from shared.ops.settings import Settings
from tests.journeys.test_cluster_round import NBIB, REVIEW, SEARCH, find_gap
from tests.services.search.cluster.cluster_harness import around_the_pearls
from tests.support.apps import open_system
from tests.support.eutils import serve

LIBRARY = {
    "reviews", "imports", "import_bytes", "source_records", "sightings", "records", "texts",
    "text_places", "aliases", "history", "keys", "recent_keys", "crowded", "pairs", "proposals",
    "settlements", "assignments", "pacing", "feature_versions",
}  # fmt: skip
"""What goes out as records and decisions, what a load makes anew, and the pace."""
STRATEGY = {
    "name": "Joint care",
    "concepts": [{"name": "dual", "broad": ["dual diagnosis", "comorbid*"]}],
    "reason": "first draft",
}
ELSEWHERE = {
    "run_id": "psy-1",
    "platform": "Ovid",
    "database": "PsycINFO",
    "ran_on": "2024-02-01",
    "hits": 412,
    "lines": ["1. dual diagnosis.ti,ab."],
}


async def searched(system: Any, api: Api) -> None:
    """A review with a scheduled search, a strategy at its second version, a run, and a round."""
    await api.post("/api/reviews", REVIEW)
    await api.wait_until_settled("loop")
    params = {"filename": "x.nbib", "source": "pubmed"}
    await api.call("POST", f"{SEARCH}/imports", params=params, content=NBIB.encode())
    weekly = {"name": "Weekly", "query": "dual diagnosis", "schedule": "0 6 * * 1"}
    await api.put(f"{SEARCH}/searches/weekly", weekly)
    await api.put(f"{SEARCH}/strategies/joint", STRATEGY)
    await api.put(f"{SEARCH}/strategies/joint", {**STRATEGY, "limits": "en", "reason": "too many"})
    await api.post(f"{SEARCH}/strategies/joint/runs", ELSEWHERE)
    await find_gap(system)
    (pearl,) = await api.listed(f"{SEARCH}/records")
    body = {"pearls": [pearl["record_id"]], "reason": "unexplained", "budget": 50}
    await api.post(f"{SEARCH}/steps/g1/approve", body)
    await api.wait_until_settled("loop")
    await api.post(f"{SEARCH}/steps/g1/rounds/1/approve", {})
    await api.wait_until_settled("loop")
    await worked_on(api)


async def worked_on(api: Api) -> None:
    """Words of the theory at a second version, a message that was sent, a confirmed kinship."""
    await api.put(f"{SEARCH}/lexicons/PT1", {"words": ["social capital"], "reason": "workshop"})
    await api.put(f"{SEARCH}/lexicons/PT1", {"words": ["candidacy"], "reason": "too wide"})
    (message,) = await api.listed(f"{SEARCH}/contacts")
    sent = {"state": "sent", "note": "by mail"}
    await api.post(f"{SEARCH}/contacts/{message['contact_id']}", sent)
    first, second = [one["record_id"] for one in (await api.listed(f"{SEARCH}/records"))[:2]]
    kin = {"a": first, "b": second, "kind": "kinship", "state": "confirmed", "reason": "read"}
    await api.put(f"{SEARCH}/relations", kin)
    await api.wait_until_settled("loop")


async def told(api: Api) -> dict[str, Any]:
    """What people see of it: the round with its yields, its hits, versions, the schedule."""
    path = f"{SEARCH}/strategies/joint"
    search = await api.get(f"{SEARCH}/searches/weekly")
    return {
        "rounds": await api.listed(f"{SEARCH}/rounds"),
        "hits": await api.listed(f"{SEARCH}/steps/g1/rounds/1/hits"),
        "approved": await api.get(f"{SEARCH}/steps", state="approved"),
        "versions": await api.listed(f"{path}/versions"),
        "words": await api.listed(f"{SEARCH}/lexicons/PT1/versions"),
        "messages": await api.listed(f"{SEARCH}/contacts"),
        "relations": sorted(
            [one[name] for name in ("a_label", "b_label", "kind", "state", "reason")]
            for one in await api.listed(f"{SEARCH}/relations")
        ),
        "elsewhere": await api.listed(f"{path}/runs"),
        "search": {name: search[name] for name in ("query", "schedule", "state", "version")},
    }


async def taken_out(api: Api, folder: Path) -> dict[str, bytes]:
    """Every file of the review's bundle but what a load stamps anew."""
    await export(api, "loop", folder, Silent())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


async def test_searching_goes_out_and_comes_in_again(tmp_path: Path) -> None:
    files, said = [], []
    with serve(around_the_pearls()) as eutils:
        address = eutils.base_url
        for turn in ("here", "there"):
            settings = Settings(
                home=tmp_path / turn, ncbi_base_url=address, sqlite_synchronous="NORMAL"
            )
            async with open_system(settings) as system, system.client() as http:
                api = Api(http, quiet=system.drain)
                if turn == "here":
                    await searched(system, api)
                    asked = len(eutils.seen)
                else:
                    bundle = read_bundle(tmp_path / "here-out").whole()
                    loader = Loader(bundle, api, Ledger(settings.home, bundle.review.id))
                    assert (await loader.load()).refused == ()
                    await find_gap(system)
                said.append(await told(api))
                files.append(await taken_out(api, tmp_path / f"{turn}-out"))
        assert len(eutils.seen) == asked, "a load asks PubMed nothing"
    assert json.loads(files[0]["searching.json"])["tables"].keys() >= {
        "searches", "strategies", "strategy_versions", "strategy_runs", "steps",
        "cluster_rounds", "cluster_hits", "cluster_lexicons", "cluster_contacts",
        "cluster_contact_log", "cluster_relations",
    }  # fmt: skip
    assert said[0]["rounds"][0]["total"]["new"] == 3
    assert [one["version"] for one in said[0]["words"]] == [2, 1]
    assert said[0] == said[1]
    assert files[0]["searching.json"] == files[1]["searching.json"]
    assert files[0].keys() == files[1].keys()


async def test_loading_again_changes_nothing_that_people_decided_since(tmp_path: Path) -> None:
    with serve(around_the_pearls()) as eutils:
        settings = Settings(
            home=tmp_path / "home", ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
        )
        async with open_system(settings) as system, system.client() as http:
            api = Api(http, quiet=system.drain)
            await searched(system, api)
            kept = await api.get(f"{SEARCH}/searching")
            await api.post(f"{SEARCH}/steps/g1/close", {"reason": "enough"})
            await api.put(f"{SEARCH}/strategies/joint", {**STRATEGY, "reason": "back"})
            for table, rows in kept["tables"].items():
                answer = await api.post(f"{SEARCH}/searching", {"table": table, "rows": rows})
                assert answer == {"added": 0}
            assert (await api.get(f"{SEARCH}/steps", state="done"))["items"]
            assert (await api.get(f"{SEARCH}/strategies/joint"))["version"] == 3


async def test_rows_that_cannot_be_are_refused_by_name(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=system.drain)
        await api.post("/api/reviews", REVIEW)
        await api.wait_until_settled("loop")
        for table, row, word in (
            ("records", {"id": "x"}, "no table 'records'"),
            ("strategies", {}, "'id' is missing"),
            ("strategies", {"id": "x", "version": "two"}, "'version' must be a whole number"),
            ("steps", {"id": "x", "changed_at": "2024-01-01"}, "with its zone"),
            ("steps", {"id": "x", "changed_at": "0001-01-01T00:00:00+23:00"}, "with its zone"),
            ("searches", whole("searches", definition="text"), "'definition' must be an object"),
            ("searches", whole("searches", watermark=[1]), "'watermark' must be an object"),
            ("strategy_runs", whole("strategy_runs", lines={}), "'lines' must be a list of texts"),
            ("strategy_runs", whole("strategy_runs", lines=[1]), "'lines' must be a list of texts"),
            ("retraction_answers", answer(source="gossip"), "No source 'gossip' is asked"),
            ("retraction_answers", answer(flags={}), "'flags' must be a list of objects"),
            ("retraction_answers", answer(flags=[{"kind": "rumour"}]), "A flag has a kind"),
        ):
            refused = await http.post(f"{SEARCH}/searching", json={"table": table, "rows": [row]})
            assert refused.status_code == 422
            assert word in refused.json()["detail"]
        assert (await api.get(f"{SEARCH}/searching"))["tables"] == {}
        assert (await http.get("/reviews/loop")).status_code == 200


def answer(**wrong):
    """What a source said, and this in it."""
    return whole("retraction_answers", **{"source": "crossref", "flags": [], **wrong})


def whole(table, **wrong):
    """A row with its key and its moments, and this in it."""
    columns = TABLES[table].columns
    keys = {c.name: 1 if isinstance(c.type, Integer) else "x" for c in columns if c.primary_key}
    moments = {c.name: "2026-01-01T00:00:00Z" for c in columns if isinstance(c.type, UtcDateTime)}
    return {**keys, **moments, **wrong}


def test_every_table_of_search_is_in_the_bundle_or_said_to_come_another_way() -> None:
    kernel = set(kernel_metadata().tables)
    every = set(metadata.tables) - kernel
    assert every == set(TABLES) | FROM_EVENTS | (LIBRARY & every)
    assert {name for name in every if name.startswith(CLUSTER)} <= set(TABLES) | FROM_EVENTS


def test_records_are_named_by_the_ids_that_they_have_here() -> None:
    said = {"pearls": {"old": "12"}, "report": {"siblings": [{"record_id": "old"}]}, "n": 3}
    now = {"pearls": {"new": "12"}, "report": {"siblings": [{"record_id": "new"}]}, "n": 3}
    assert renamed(said, {"old": "new"}) == now
