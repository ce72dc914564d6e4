"""The loop closes: a gap in the evidence, an approved step, a round, new records to screen."""

from pathlib import Path
from typing import Any

from runtime.loading.client import Api
from services.search.living.handlers.event_handlers import on_gaps_found
from shared.events import Received
from shared.events.synthesis import GapFound
from shared.ops.settings import Settings
from tests.services.search.cluster.cluster_harness import around_the_pearls
from tests.support.apps import open_system
from tests.support.eutils import serve

REVIEW = {
    "id": "loop",
    "title": "Loop",
    "stages": [{"name": "title"}],
    "team": [{"person": "ann", "name": "Ann", "roles": ["reviewer", "resolver"]}],
}
NBIB = "PMID- 1\nTI  - Outreach in the OUTPOST trial.\nFAU - Curie, Marie\nDP  - 2020\n"
SEARCH = "/api/search/reviews/loop"


async def find_gap(system: Any, gap_id: str = "g1") -> None:
    """What synthesis says when the evidence leaves a failure unexplained."""
    gap = GapFound(
        review_id="loop",
        gap_id=gap_id,
        theory_id="PT1",
        kind="unexplained_failure",
        detail="failed",
    )  # fmt: skip
    db = system.services["search"].db
    letter = Received(
        id=f"gap of {gap_id}",
        event=gap,
        subject=gap.subject,
        subject_version=1,
        time=db.clock.now(),
        correlation_id="c",
    )
    await db.write(lambda tx: on_gaps_found([letter], tx))


async def _paged(api: Api, path: str) -> list[Any]:
    """A list one item at a time."""
    found, cursor = [], {}
    while True:
        page = await api.get(path, limit=1, **cursor)
        found += page["items"]
        cursor = {"cursor": page["next"]} if page.get("next") else {}
        if not cursor:
            return found


async def test_a_gap_leads_to_records_that_wait_in_screening(tmp_path: Path) -> None:
    with serve(around_the_pearls()) as eutils:
        settings = Settings(
            home=tmp_path, ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
        )
        async with open_system(settings) as system, system.client() as http:
            api = Api(http, quiet=system.drain)
            await api.post("/api/reviews", REVIEW)
            await api.wait_until_settled("loop")
            params = {"filename": "x.nbib", "source": "pubmed"}
            await api.call("POST", f"{SEARCH}/imports", params=params, content=NBIB.encode())
            await api.wait_until_settled("loop")
            await find_gap(system)
            (step,) = await api.listed(f"{SEARCH}/steps")
            (pearl,) = await api.listed(f"{SEARCH}/records")
            body = {"pearls": [pearl["record_id"]], "reason": "unexplained", "budget": 50}
            path = f"{SEARCH}/steps/{step['step_id']}"
            approved = await api.post(f"{path}/approve", body)
            assert approved["state"] == "approved"
            planned = await api.get(f"{path}/rounds/1")
            assert planned["state"] == "planned"
            await api.post(f"{path}/rounds/1/approve", {})
            await api.wait_until_settled("loop")

            (found,) = await api.listed(f"{SEARCH}/rounds")
            assert (found["state"], found["total"]["new"], found["may_close"]) == (
                "succeeded", 3, False,
            )  # fmt: skip
            hits = await _paged(api, f"{path}/rounds/1/hits")
            assert [hit["pmid"] for hit in hits] == ["11", "12", "15"]
            queue = (await api.get("/api/screening/reviews/loop/stages/title/queue"))["items"]
            titles = {each["title"].rstrip(".") for each in queue}
            assert "What carers said of the visits" in titles
            assert len(titles) == 4

            new = {hit["record_id"] for hit in hits}
            votes = [{"record": one, "verdict": "exclude", "reason": "topic"} for one in new]
            decisions = "/api/screening/reviews/loop/stages/title/decisions"
            await api.post(decisions, {"decisions": votes})
            await api.wait_until_settled("loop")
            found = await api.get(f"{path}/rounds/1")
            assert (found["total"]["excluded"], found["may_close"]) == (3, True)
            closed = await api.post(f"{path}/close", {"reason": found["closing"]})
            assert closed["state"] == "done"
            refused = await http.post(f"{path}/rounds", json=body)
            assert refused.status_code == 409
