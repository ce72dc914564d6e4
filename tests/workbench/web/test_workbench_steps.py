"""The page of CLUSTER searching: steps are approved, searched and closed by forms."""

from datetime import UTC, datetime

from runtime.cli import clusters
from runtime.loading.client import Api
from shared.http.auth import Principal
from shared.ops.settings import Settings
from tests.journeys.test_cluster_round import NBIB, REVIEW, SEARCH, find_gap
from tests.services.search.cluster.cluster_harness import around_the_pearls
from tests.support.apps import open_system
from tests.support.eutils import serve

PAGE = "/reviews/loop/steps"


async def test_a_step_is_approved_searched_and_closed_on_its_page(tmp_path):
    with serve(around_the_pearls()) as eutils:
        settings = Settings(
            home=tmp_path, ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
        )
        async with open_system(settings) as system, system.client() as http:
            api = Api(http, quiet=system.drain)
            await api.post("/api/reviews", REVIEW)
            await api.wait_until_settled("loop")
            assert "No step is open" in (await http.get(PAGE)).text
            params = {"filename": "x.nbib", "source": "pubmed"}
            await api.call("POST", f"{SEARCH}/imports", params=params, content=NBIB.encode())
            await api.wait_until_settled("loop")
            await find_gap(system)
            (pearl,) = await api.listed(f"{SEARCH}/records")

            shown = (await http.get(PAGE, params={"q": "OUTPOST"})).text
            assert f'name="pearls" value="{pearl["record_id"]}"' in shown
            refused = await http.post(f"{PAGE}/g1", data={"deed": "approve", "topic": "door"})
            assert refused.status_code == 422
            assert 'role="alert"' in refused.text
            assert 'name="topic" value="door"' in refused.text

            form = {"deed": "approve", "pearls": pearl["record_id"], "steps": "cited_by"}
            said = await http.post(f"{PAGE}/g1", data={**form, "budget": "0", "reason": "why"})
            assert (said.status_code, said.headers["location"]) == (303, PAGE)
            await api.wait_until_settled("loop")
            shown = (await http.get(PAGE)).text
            assert "citation links of PMID 1" in shown
            assert "(empirical studies)" in shown
            assert "It looks for the outcome of a configuration" in shown
            run = {"deed": "run", "number": "1", "steps": "cited_by"}
            assert (await http.post(f"{PAGE}/g1", data=run)).status_code == 303
            await api.wait_until_settled("loop")
            shown = (await http.get(PAGE)).text
            assert "Round 1: has ended" in shown
            assert "Beyond the budget: 1." in shown
            assert "no proof" in shown

            said = await http.post(f"{PAGE}/g1", data={"deed": "close", "reason": "enough"})
            assert said.status_code == 303
            assert "Plan a further round" not in (await http.get(PAGE)).text
            (found,) = await api.listed(f"{SEARCH}/rounds")
            lines = [(one["step"], one["beyond"]) for one in clusters.lines_of(found)]
            assert lines == [("5 cited_by", 1), ("all", 1)]


async def test_a_form_of_another_site_decides_no_step(sqlite_system):
    resolver = Principal("ann", {"loop": frozenset(["resolver"])})
    token = sqlite_system.app.state.authenticator.sign(resolver, datetime.now(UTC))
    headers = {"authorization": f"Bearer {token}", "origin": "https://elsewhere.example"}
    async with sqlite_system.client(headers=headers) as http:
        answer = await http.post(f"{PAGE}/g1", data={"deed": "dismiss"})
    assert answer.status_code == 403
    assert "another site" in answer.text
