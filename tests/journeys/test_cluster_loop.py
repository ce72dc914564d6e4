"""One CLUSTER loop, whole: from a challenged argument to an answered prediction and the report."""

from pathlib import Path
from typing import Any

from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.services.search.cluster.cluster_harness import around_the_pearls
from tests.support.apps import open_system
from tests.support.eutils import serve

SEARCH, SCREENING = "/api/search/reviews/loop", "/api/screening/reviews/loop/stages"
EXTRACTION, SYNTHESIS = "/api/extraction/reviews/loop", "/api/synthesis/reviews/loop"
REVIEW = {
    "id": "loop",
    "title": "Outreach",
    "question": "What works for whom?",
    "stages": [
        {"name": "title", "from": None, "main": True, "policy": {"kind": "single"}},
        {"name": "full_text", "from": "title", "main": True, "policy": {"kind": "single"}},
    ],
}
NBIB = """PMID- 1
TI  - Outreach in the OUTPOST trial.
FAU - Curie, Marie
AD  - Institute of Outreach. marie.curie@example.org
SI  - ClinicalTrials.gov/NCT00000001
DP  - 2020

PMID- 3
TI  - Staff views of night visits.
FAU - Noether, Emmy
SI  - ClinicalTrials.gov/NCT00000001
DP  - 2019

PMID- 4
TI  - Gardens and wards.
FAU - Farrow, Femi
DP  - 2018
"""
ROLES = {"door": "context", "night": "context", "trust": "mechanism_response", "stay": "outcome"}
ARGUMENT = {
    "theory": "PT1",
    "contexts": [{"group": "DOOR", "state": "present"}],
    "response": "TRUST",
    "outcome": "STAY",
    "predictions": [
        {
            "id": "door",
            "given": [{"role": "context", "group": "DOOR", "state": "present"}],
            "expected": {"role": "outcome", "group": "STAY", "state": "occurred"},
        },
        {
            "id": "night",
            "given": [{"role": "context", "group": "NIGHT", "state": "present"}],
            "expected": {"role": "outcome", "group": "STAY", "state": "failed"},
        },
    ],
}


async def code(api: Api, name: str, record: str, context: str, outcome: str) -> None:
    """The report of a record with one fragment."""
    document = {"kind": "literature", "title": f"Report {name}", "record": record}
    await api.put(f"{EXTRACTION}/documents/d{name}", document)
    states = {context: "present", "trust": "present", "stay": outcome}
    body = {
        "id": f"f{name}",
        "theories": ["PT1"],
        "elements": [{"role": ROLES[one], "code": one, "state": s} for one, s in states.items()],
        "sources": [{"document": f"d{name}", "attribution": "cited"}],
        "document": f"d{name}",
        "quote": f"They came, and what followed was told ({name}).",
    }
    await api.post(f"{EXTRACTION}/fragments/batch", {"fragments": [body]})
    await api.wait_until_settled("loop")


async def decide(api: Api, stage: str, verdict: str, *records: str) -> None:
    votes = [{"record": one, "verdict": verdict} for one in records]
    await api.post(f"{SCREENING}/{stage}/decisions", {"decisions": votes})
    await api.wait_until_settled("loop")


async def begin(api: Api) -> dict[str, str]:
    """A library of three, one of them excluded, and a theory; record ids by PMID."""
    await api.post("/api/reviews", REVIEW)
    await api.wait_until_settled("loop")
    params = {"filename": "x.nbib", "source": "pubmed"}
    await api.call("POST", f"{SEARCH}/imports", params=params, content=NBIB.encode())
    await api.wait_until_settled("loop")
    ids = {one["pmid"]: one["record_id"] for one in await api.listed(f"{SEARCH}/records")}
    await decide(api, "title", "include", ids["1"], ids["4"])
    await decide(api, "title", "exclude", ids["3"])
    await decide(api, "full_text", "include", ids["1"], ids["4"])
    await api.put(f"{SYNTHESIS}/theories/PT1", {"number": 1, "name": "Known people stay"})
    await api.wait_until_settled("loop")
    groups = [
        {"id": name.upper(), "role": role, "label": name.capitalize(), "codes": [{"id": name}],
         **({"level": "intermediate"} if role == "outcome" else {})}
        for name, role in ROLES.items()
    ]  # fmt: skip
    await api.put(f"{EXTRACTION}/theories/PT1/codebook", {"groups": groups})
    return ids


async def challenged(api: Api, ids: dict[str, str]) -> dict[str, Any]:
    """An argument is stated, then a case comes that speaks against it: the step it proposes."""
    await code(api, "4", ids["4"], "door", "occurred")
    await api.put(f"{SYNTHESIS}/arguments/a", ARGUMENT)
    await api.wait_until_settled("loop")
    await code(api, "1", ids["1"], "door", "failed")
    steps = await api.listed(f"{SEARCH}/steps")
    (step,) = [one for one in steps if one["detail"]["kind"] == "argument_challenged"]
    return step


async def prediction(api: Api) -> list[str]:
    """The cases in which the prediction about nights was observed."""
    found = await api.get(f"{SYNTHESIS}/arguments/a")
    (night,) = [one for one in found["evidence"]["predictions"] if one["id"] == "night"]
    return night["observed"]


async def reincluded(api: Api, record: str) -> None:
    """Reviewers take the record up again at both stages."""
    (again,) = (await api.get(f"{SCREENING}/title/reconsider"))["items"]
    assert again["record"] == record
    reopened = {"reason": "it seems to be of the pearl's study"}
    await api.post(f"{SCREENING}/title/settlements/{record}/reopen", reopened)
    await decide(api, "title", "include", record)
    await decide(api, "full_text", "include", record)


async def test_a_challenged_argument_leads_to_a_sibling_a_changed_ccmoc_and_an_answered_prediction(
    tmp_path: Path,
) -> None:
    with serve(around_the_pearls()) as eutils:
        settings = Settings(
            home=tmp_path, ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
        )
        async with open_system(settings) as system, system.client() as http:
            api = Api(http, quiet=lambda: system.drain(300))
            ids = await begin(api)
            step = await challenged(api, ids)
            path = f"{SEARCH}/steps/{step['step_id']}"
            pearls = await api.listed(f"{path}/pearls")
            assert [(one["record_id"], one["why"]) for one in pearls[:1]] == [
                (ids["1"], "a case against an argument")
            ]
            assert await prediction(api) == []

            body = {"pearls": [ids["1"]], "steps": ["recheck", "cited_by", "contact"]}
            await api.post(f"{path}/approve", body)
            assert eutils.seen == [], "nothing is asked before people approve"
            await api.post(f"{path}/rounds/1/approve", {})
            await api.wait_until_settled("loop")

            await reincluded(api, ids["3"])
            (sibling,) = await api.listed(f"{SEARCH}/relations")
            assert (sibling["kind"], sibling["why"]) == ("sibling", "the same trial (NCT00000001)")
            said = {name: sibling[name] for name in ("a", "b", "kind")}
            await api.put(f"{SEARCH}/relations", {**said, "state": "confirmed", "reason": "read"})
            await code(api, "3", ids["3"], "night", "failed")

            await _what_came_of_it(api, path, ids)
            await _what_the_report_says(http)


async def _what_came_of_it(api: Api, path: str, ids: dict[str, str]) -> None:
    links = await api.get(f"{EXTRACTION}/studies/links")
    assert links["links"] == [{"a": "d1", "b": "d3"}], "the siblings count as one study"
    assert len(await prediction(api)) == 1
    total = (await api.get(f"{path}/rounds/1"))["total"]
    assert (total["offered"], total["reincluded"], total["fragments"]) == (1, 1, 1)
    assert total["ccmocs"] >= 1
    assert total["arguments"] == 1
    method = {one["step"]: one["state"] for one in await api.listed(f"{path}/method")}
    assert {name: method[name] for name in ("pearls", "recheck", "cited_by", "contact")} == {
        "pearls": "done", "recheck": "done", "cited_by": "done", "contact": "proposed",
    }  # fmt: skip
    (message,) = await api.listed(f"{SEARCH}/contacts")
    assert message["address"] == "marie.curie@example.org"


async def _what_the_report_says(http: Any) -> None:
    """The yield table shows the path, in words and without ids."""
    text = (await http.get(f"{SYNTHESIS}/report.md")).text
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    head = next(row for row in rows if row[:2] == ["Theory and round", "Step"])
    (recheck,) = [row for row in rows if row[1].startswith("3 Recheck of the library")]
    found = dict(zip(head, recheck, strict=True))
    assert found["Theory and round"] == "PT1: Known people stay, round 1"
    assert found["Sources asked"] == "the library"
    asked = [
        row[head.index("Sources asked")] for row in rows if row[0] == found["Theory and round"]
    ]
    assert any(sources.startswith("PubMed ") for sources in asked)
    wanted = ("Offered again", "Included again", "Fragments coded", "Arguments changed")
    assert [found[name] for name in wanted] == ["1", "1", "1", "1"]
    assert int(found["CCMOCs changed"]) >= 1
    assert "forward citation searching in 1 round" in text
    assert "Curie 2020: Outreach in the OUTPOST trial" in text
