"""Every writing route of CLUSTER searching and of looks at sources says what became true."""

import json

from sqlalchemy import select

from runtime.loading.client import Api
from shared.kernel.outbox import outbox
from shared.ops.settings import Settings
from tests.journeys.test_cluster_round import NBIB, REVIEW, SEARCH, find_gap
from tests.services.search.cluster.cluster_harness import around_the_pearls
from tests.services.test_every_route_asks_who import routes_of
from tests.support.apps import open_system
from tests.support.connectors import FakeCrossref, Work
from tests.support.connectors import serve as serve_source
from tests.support.eutils import serve

PREFIX = "/api/search/reviews/{review_id}"
STEP = f"{PREFIX}/steps/{{step_id}}"
ROUND = f"{STEP}/rounds/{{number}}"
OURS = ("/steps/", "/lexicons/", "/contacts/", "/relations", "/retraction-looks")


async def said(system):
    """Type and data of every event that search has said, in order."""
    query = select(outbox.c.type, outbox.c.envelope).order_by(outbox.c.position)
    rows = await system.services["search"].db.read(lambda tx: tx.execute(query))
    return [(row.type, json.loads(row.envelope)["data"]) for row in rows]


class Calls:
    """Calls of writing routes, and what each of them was the cause of."""

    def __init__(self, system, api):
        self.system, self.api, self.tried = system, api, {}

    async def call(self, method, path, expected, body, **values):
        """One call; the first event of the expected type that it led to."""
        before = len(await said(self.system))
        address = path.replace("{review_id}", "loop").replace("{step_id}", "g1")
        for name, value in values.items():
            address = address.replace("{" + name + "}", str(value))
        await self.api.call(method, address, json=body)
        await self.api.wait_until_settled("loop")
        new = (await said(self.system))[before:]
        found = [data for kind, data in new if kind == f"search.{expected}"]
        assert found, (method, path, [kind for kind, _ in new])
        self.tried[(path, method)] = expected
        return found[0]


async def test_every_writing_route_of_cluster_searching_emits_an_event(tmp_path):
    crossref = FakeCrossref([Work(number=1, doi="10.1000/1", pmid="1")])
    with serve(around_the_pearls()) as eutils, serve_source(crossref) as source:
        settings = Settings(
            home=tmp_path,
            ncbi_base_url=eutils.base_url,
            crossref_url=source.address,
            sqlite_synchronous="NORMAL",
        )
        async with open_system(settings) as system, system.client() as http:
            api = Api(http, quiet=system.drain)
            await api.post("/api/reviews", REVIEW)
            await api.wait_until_settled("loop")
            params = {"filename": "x.nbib", "source": "pubmed"}
            await api.call("POST", f"{SEARCH}/imports", params=params, content=NBIB.encode())
            await api.wait_until_settled("loop")
            await find_gap(system)
            calls = Calls(system, api)
            await go_through(calls, api)
            every = {
                route
                for route in routes_of(system.app)
                if route[1] != "GET"
                and route[0].startswith(PREFIX)
                and any(part in route[0] + "/" for part in OURS)
            }
            assert calls.tried.keys() == every


async def go_through(calls, api):
    """Decide everything that can be decided, once."""
    (pearl,) = await api.listed(f"{SEARCH}/records")
    pearls = [pearl["record_id"]]
    body = {
        "pearls": pearls,
        "reason": "unexplained",
        "steps": ["cited_by", "contact"],
    }
    step = await calls.call("POST", f"{STEP}/approve", "cluster_step_decided", body)
    assert (step["state"], step["about"], step["reason"]) == ("approved", "failed", "unexplained")
    assert step["pearls"] == pearls
    planned = await calls.call("POST", f"{ROUND}/withdraw", "cluster_round_decided",
                               {"reason": "too early"}, number=1)  # fmt: skip
    assert (planned["state"], planned["reason"]) == ("withdrawn", "too early")
    planned = await calls.call("POST", f"{STEP}/rounds", "cluster_round_decided", body)
    assert (planned["state"], planned["round"], planned["queries"]) == ("planned", 2, 1)
    assert planned["sources"] == ["pubmed"]
    await calls.call("POST", f"{ROUND}/approve", "cluster_round_decided", {}, number=2)
    closed = await calls.call("POST", f"{STEP}/close", "cluster_step_decided", {"reason": "enough"})
    assert (closed["state"], closed["reason"]) == ("closed", "enough")
    words = {"words": ["social capital"], "reason": "workshop"}
    await calls.call(
        "PUT", f"{PREFIX}/lexicons/{{theory_id}}", "lexicon_changed", words, theory_id="PT1"
    )
    (message,) = await api.listed(f"{SEARCH}/contacts")
    await calls.call("POST", f"{PREFIX}/contacts/{{contact_id}}", "contact_changed",
                     {"state": "sent"}, contact_id=message["contact_id"])  # fmt: skip
    first, second = [one["record_id"] for one in (await api.listed(f"{SEARCH}/records"))[:2]]
    kin = {"a": first, "b": second, "kind": "kinship", "state": "confirmed", "reason": "read"}
    await calls.call("PUT", f"{PREFIX}/relations", "relation_decided", kin)
    look = await calls.call("POST", f"{PREFIX}/retraction-looks", "search_finished", {})
    assert (look["source"], look["succeeded"]) == ("crossref", True)
    await find_gap(calls.system, "g2")
    dismissed = await calls.call("POST", STEP.replace("{step_id}", "g2") + "/dismiss",
                                 "cluster_step_decided", {"reason": "known"})  # fmt: skip
    assert (dismissed["state"], dismissed["reason"]) == ("dismissed", "known")
    del calls.tried[(STEP.replace("{step_id}", "g2") + "/dismiss", "POST")]
    calls.tried[(f"{STEP}/dismiss", "POST")] = "cluster_step_decided"
