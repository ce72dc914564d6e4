"""The flow is one: pages, report and screening's counts say the same at every turn."""

from pathlib import Path
from typing import Any

from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.support.apps import open_system

RIS = "TY  - JOUR\nTI  - {title}\nDO  - 10.1000/{n}\nPY  - 2011\nER  - \n"
REVIEW = {
    "id": "flow",
    "title": "Flow",
    "protocol": "PROSPERO CRD42020168667",
    "stages": [
        {"name": "ta"},
        {"name": "mapping", "from": "ta", "main": False},
        {"name": "full", "from": "ta", "policy": {"kind": "dual"}},
    ],
    "team": [{"person": p, "name": p, "roles": ["reviewer"]} for p in ("ann", "bob")],
}
SEARCH, SCREEN = "/api/search/reviews/flow", "/api/screening/reviews/flow/stages"
EXTRACT = "/api/extraction/reviews/flow"


def a_file(*numbers: int) -> bytes:
    titles = ("Trust", "Doors", "Gardens", "Caseloads", "Nurses at home", "Salt", "Prisons", "Pay")
    return "".join(RIS.format(title=titles[n], n=n) for n in numbers).encode()


async def bring(api: Api, name: str, source: str, arm: str, *numbers: int) -> str:
    params = {"filename": name, "source": source, "arm": arm}
    answer = await api.call("POST", f"{SEARCH}/imports", params=params, content=a_file(*numbers))
    await api.wait_until_settled("flow")
    return str(answer["import_id"])


async def records(api: Api) -> dict[str, str]:
    """DOI → record."""
    found = await api.listed(f"{SEARCH}/records")
    return {str(r["doi"])[-1]: r["record_id"] for r in found if r["state"] == "active"}


async def decide(api: Api, stage: str, **verdicts: str) -> None:
    """`r3="include"`: record 3; `r3_ann` by Ann."""
    known = await records(api)
    for name, verdict in verdicts.items():
        number, _, person = name.removeprefix("r").partition("_")
        word, _, reason = verdict.partition(":")
        vote = {"record": known[number], "verdict": word}
        vote |= ({"person": person} if person else {}) | ({"reason": reason} if reason else {})
        await api.post(f"{SCREEN}/{stage}/decisions", {"decisions": [vote]})
    await api.wait_until_settled("flow")


async def the_flow(api: Api) -> dict[str, Any]:
    """The flow as workbench keeps it, once it is what synthesis and screening count."""
    await api.wait_until_settled("flow")
    shown = await api.get("/api/reviews/flow/flow")
    del shown["reported"]
    assert shown["faults"] == []
    assert shown == await api.get("/api/synthesis/reviews/flow/flow")
    screened = await api.get("/api/screening/reviews/flow/flow")
    assert shown["stages"] == screened["stages"]
    return dict(shown)


async def test_pages_report_and_screening_count_one_flow_at_every_turn(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        await api.post("/api/reviews", REVIEW)
        await api.wait_until_settled("flow")
        for stage in ("ta", "full"):
            reasons = {"criteria": [{"id": "E1", "text": "off topic"}]}
            await api.put(f"{SCREEN}/{stage}/criteria", reasons)
        seen = []

        async def agree() -> None:
            seen.append(await the_flow(api))

        await bring(api, "a.ris", "embase", "database", 0, 1, 2, 3, 4)
        await bring(api, "b.ris", "medline", "database", 0, 1, 5)
        await bring(api, "c.ris", "website", "other", 2, 6)
        late = await bring(api, "d.ris", "psycinfo", "database", 7)
        await agree()
        await decide(api, "ta", r0="include", r1="include", r2="include", r3="exclude:E1")
        await decide(api, "ta", r4="include", r5="maybe", r6="include", r7="include")
        await decide(api, "mapping", r0="include", r1="exclude")
        await agree()
        await decide(api, "full", r0_ann="include", r0_bob="include", r1_ann="include")
        await decide(api, "full", r1_bob="exclude:E1", r2_ann="exclude:E1", r2_bob="exclude:E1")
        await decide(api, "full", r4_ann="include", r4_bob="include", r6_ann="include")
        await agree()
        known = await records(api)
        for number, study in (("0", "trial"), ("4", "follow-up")):
            body = {"title": number, "record": known[number], "study": study}
            await api.put(f"{EXTRACT}/documents/d{number}", body)
        await agree()
        lost = {"state": "not_retrieved", "reason": "no library has it"}
        for number in ("2", "6"):
            await api.put(f"{EXTRACT}/retrievals/{known[number]}", lost)
        await agree()
        await api.put(f"{EXTRACT}/studies/links", {"a": "trial", "b": "follow-up"})
        await agree()
        await api.post(f"{SEARCH}/imports/{late}/reverse", {"reason": "wrong range"})
        await agree()
        await api.post(f"{SEARCH}/records/{known['4']}/flags", {"flag": "retraction"})
        await agree()
        report = await http.get("/api/synthesis/reviews/flow/report.md")
    assert "Protocol: PROSPERO CRD42020168667." in report.text
    assert [one["included_studies"] for one in seen[4:6]] == [2, 1]
    assert [one["not_retrieved"] for one in seen[3:5]] == [0, 1], "one of them was excluded"
