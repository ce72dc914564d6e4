"""What a person sees of pearls that cannot take every step, and of sources that know too much."""

from datetime import date

from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.journeys.test_cluster_round import NBIB, REVIEW, SEARCH, find_gap
from tests.services.search.cluster.cluster_harness import ORCID, around_the_pearls
from tests.support.apps import open_system
from tests.support.eutils import FakeArticle, serve

PAGE = "/reviews/loop/steps"
LONELY = "\nPMID- 20\nTI  - Salt mines under the moon.\nFAU - Farrow, Femi\nDP  - 2020\n"
GREY = "TY  - RPRT\nAU  - Noether, E.\nTI  - A grey report on doors\nPY  - 2019\nER  - \n"
PEARL = NBIB + f"AUID- ORCID: {ORCID}\n"


def a_prolific_author():
    """The cluster, and 10,000 further papers of the first pearl's author."""
    corpus = around_the_pearls()
    day, curie = date(2025, 12, 1), (("Curie", "Marie"),)
    numbers = range(10_001, 20_001)
    corpus.add(*(FakeArticle(pmid=n, title=f"Paper {n}", crdt=day, authors=curie, orcid=ORCID)
                 for n in numbers))  # fmt: skip
    return corpus


async def test_the_page_says_what_could_not_be_done_and_what_was_bounded(tmp_path):
    with serve(a_prolific_author()) as eutils:
        settings = Settings(
            home=tmp_path, ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
        )
        async with open_system(settings) as system, system.client() as http:
            api = Api(http, quiet=system.drain)
            await api.post("/api/reviews", REVIEW)
            await api.wait_until_settled("loop")
            for name, text in (("x.nbib", PEARL + LONELY), ("x.ris", GREY)):
                params = {"filename": name, "source": "a database"}
                await api.call("POST", f"{SEARCH}/imports", params=params, content=text.encode())
            await api.wait_until_settled("loop")
            await find_gap(system)
            pearls = [one["record_id"] for one in await api.listed(f"{SEARCH}/records")]
            assert len(pearls) == 3

            form = {"deed": "approve", "pearls": pearls, "budget": "5", "reason": "why"}
            form["steps"] = ["recheck", "cited_by", "lead_author"]
            assert (await http.post(f"{PAGE}/g1", data=form)).status_code == 303
            await api.wait_until_settled("loop")
            run = {"deed": "run", "number": "1", "steps": ["recheck", "cited_by", "lead_author"]}
            assert (await http.post(f"{PAGE}/g1", data=run)).status_code == 303
            await api.wait_until_settled("loop")

            page = (await http.get(PAGE)).text
            assert "has neither a PMID nor a DOI: cannot take steps 2, 5 and 11" in page
            assert "remain." in page
            assert "PubMed names no link of 20" in page
            assert "no proof" in page
            assert "more than 2000 are no cluster. None was taken; narrow it." in page
