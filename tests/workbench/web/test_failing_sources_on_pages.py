"""What a person sees of a source that fails half-way through a round of CLUSTER searching."""

import asyncio
from datetime import timedelta

import pytest

from runtime.loading.client import Api
from services.search.pacing.client import Patience
from services.search.pubmed.client import pubmed
from shared.clock import SystemClock
from shared.ops.settings import Settings
from tests.journeys.test_cluster_round import NBIB, REVIEW, SEARCH, find_gap
from tests.services.search.cluster.cluster_harness import around_the_pearls
from tests.support.apps import open_system
from tests.support.connectors import FakeOpenAlex, Sent, Work
from tests.support.connectors import serve as serve_works
from tests.support.eutils import faults, serve

PAGE = "/reviews/loop/steps"
BROKEN = "Round 1: has broken off, and goes on by itself"
KEPT = "What it has found is kept; the rest is asked for again by itself at "
STATES = ("unexplained_failure", ", proposed<", ", approved<", "(waiting)", "(refused)", "PT1")


@pytest.fixture
def impatient(monkeypatch):
    """PubMed is asked once, and a failure is said at once."""
    monkeypatch.setattr(pubmed, "Patience", lambda: Patience(tries=1))


class Hurrying(SystemClock):
    """The machine's clock, put forward."""

    ahead = timedelta()

    def now(self):
        """The machine's time and what it was put forward."""
        return super().now() + self.ahead


async def seen(http, words):
    """The page as soon as it has these words."""
    for _ in range(600):
        text = (await http.get(PAGE)).text
        if words in text:
            return text
        await asyncio.sleep(0.05)
    raise AssertionError(f"the page never says '{words}'")


async def planned(system, http, steps):
    """A round of these steps around the one pearl, its queries approved."""
    api = Api(http, quiet=system.drain)
    await api.post("/api/reviews", REVIEW)
    await api.wait_until_settled("loop")
    params = {"filename": "x.nbib", "source": "pubmed"}
    await api.call("POST", f"{SEARCH}/imports", params=params, content=NBIB.encode())
    await api.wait_until_settled("loop")
    await find_gap(system)
    (pearl,) = await api.listed(f"{SEARCH}/records")
    said = [(await http.get(PAGE)).text]
    form = {"deed": "approve", "pearls": pearl["record_id"], "steps": steps, "acronym": "OUTPOST"}
    assert (await http.post(f"{PAGE}/g1", data={**form, "reason": "why"})).status_code == 303
    await api.wait_until_settled("loop")
    said.append((await http.get(PAGE)).text)
    run = {"deed": "run", "number": "1", "steps": steps}
    assert (await http.post(f"{PAGE}/g1", data=run)).status_code == 303
    return said


async def test_a_round_that_breaks_off_says_so_and_that_it_went_on(tmp_path, impatient):
    clock = Hurrying()
    with serve(around_the_pearls()) as eutils:
        settings = Settings(
            home=tmp_path, ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
        )
        async with open_system(settings, clock) as system, system.client() as http:
            eutils.script(faults.server_error(), faults.server_error(), utility="efetch")
            said = await planned(system, http, ["cited_by"])
            broken = await seen(http, BROKEN)
            assert KEPT in broken
            assert "500" in broken
            clock.ahead = timedelta(hours=1)
            after = await seen(http, "Round 1: has ended")
            assert "it broke off, and went on later." in after
            assert KEPT not in after
            for page in (*said, broken, after):
                assert not [raw for raw in STATES if raw in page.split("<main")[1]]


async def test_a_question_that_its_source_refuses_is_said_beside_the_round(tmp_path, impatient):
    with serve(around_the_pearls()) as eutils:
        settings = Settings(
            home=tmp_path, ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
        )
        async with open_system(settings) as system, system.client() as http:
            eutils.script(faults.refused(), utility="esearch")
            await planned(system, http, ["cited_by", "project"])
            page = await seen(http, "Round 1: has ended")
    assert "6 project (refused by its source)" in page
    assert "The other steps went on without it." in page


async def test_a_round_says_whose_answer_it_waits_for_and_is_read_again_by_itself(tmp_path):
    works = [Work(number=1, doi="10.1000/1", pmid="1"), Work(number=2, pmid="15", cites=(1,))]
    with serve(around_the_pearls()) as eutils, serve_works(FakeOpenAlex(works)) as openalex:
        settings = Settings(
            home=tmp_path,
            ncbi_base_url=eutils.base_url,
            openalex_url=openalex.address,
            sqlite_synchronous="NORMAL",
        )
        async with open_system(settings) as system, system.client() as http:
            openalex.faults.append(Sent(429, {"error": "Too fast"}, {"retry-after": "4"}))
            await planned(system, http, ["cited_by"])
            page = await seen(http, ">OpenAlex has not answered yet.")
            assert "data-running" in page
            assert "5 what cites the pearls (no answer yet)" in page
            assert "not asked yet" not in page
            page = await seen(http, "Round 1: has ended")
    assert "has not answered yet" not in page
    assert "data-running" not in page
