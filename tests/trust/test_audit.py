"""Owners see who did what, the acts of security included; nobody else does."""

import csv
import io

from tests.support.apps import open_system
from tests.support.people import member_head

REVIEW = {"id": "rev", "title": "Coaching", "stages": [{"name": "title", "from": None}]}
SEARCH, SCREENING = "/api/search/reviews/rev", "/api/screening/reviews/rev"


async def listed(client, head):
    items, after = [], None
    while True:
        query = {"limit": 3} | ({"cursor": after} if after else {})
        answer = await client.get("/api/reviews/rev/audit", params=query, headers=head)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if (after := answer.json()["next"]) is None:
            return items


async def test_the_audit_log_tells_who_did_what(settings):
    async with open_system(settings) as system, system.client() as local:
        (await local.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        olga = await member_head(system, "rev", "olga", "owner")
        ann = await member_head(system, "rev", "ann", "reviewer")
        await local.put("/api/reviews/rev/members/ben", json={"roles": ["reader"]}, headers=olga)
        title = {"title": "=cmd|' /C calc'!A0"}
        made = await local.post(f"{SEARCH}/records", json=title, headers=ann)
        await system.drain()
        body = {"decisions": [{"record": made.json()["record_id"], "verdict": "include"}]}
        await local.post(f"{SCREENING}/stages/title/decisions", json=body, headers=ann)
        library = [f"{SEARCH}/export?format={form}" for form in ("csv", "ris", "nbib")]
        report = "/api/synthesis/reviews/rev/report.docx"
        stage = f"{SCREENING}/stages/title/export"
        for path in (stage, "/reviews/rev/bundle.zip", report, *library):
            exported = await local.get(path, headers=olga)
            assert exported.status_code == 200
        confidential = {"title": "Ms X", "confidential": True}
        at = "/api/extraction/reviews/rev/documents/p1"
        await local.put(at, json=confidential, headers=olga)
        opened = {"title": "Ms X", "confidential": False, "opening_reason": "agreed"}
        (await local.put(at, json=opened, headers=olga)).raise_for_status()
        await local.put("/api/reviews/rev/members/ann", json={"roles": ["coder"]}, headers=olga)
        (token,) = (await local.get("/api/tokens", headers=ann)).json()["items"]
        await local.delete(f"/api/tokens/{token['id']}", headers=olga)
        await local.delete(f"/api/tokens/{token['id']}", headers=ann)
        await local.delete("/api/reviews/rev/members/ann", headers=olga)
        await local.delete("/api/reviews/rev/members/ben", headers=olga)
        await system.drain()
        items = await listed(local, olga)
        table = await local.get("/api/reviews/rev/audit.csv", headers=olga)
        stranger = await member_head(system, "rev", "rob", "resolver")
        for path in ("audit", "audit.csv"):
            answer = await local.get(f"/api/reviews/rev/{path}", headers=stranger)
            assert answer.status_code == 403
    acts = {(item["by"], item["act"]) for item in items}
    assert acts >= {
        ("ann", "search.record_added"), ("ann", "screening.record_settled"),
        ("olga", "kernel.export_taken"), ("olga", "invited"), ("olga", "uninvited"),
        ("olga", "workbench.member_joined"), ("olga", "workbench.member_left"),
        ("local-owner", "token_made"), ("ann", "token_revoked"),
    }  # fmt: skip
    taken = {item["about"] for item in items if item["act"] == "kernel.export_taken"}
    assert taken == {
        "export/screening/stages/title/export", "export/workbench/bundle.zip",
        "export/search/export", "export/synthesis/report.docx",
    }  # fmt: skip
    words = [item["words"] for item in items if item["act"] == "extraction.document_added"]
    assert words[-1] == "A confidential source was opened"
    assert ("olga", "token_revoked") not in acts, "it was not hers to revoke"
    assert {item["kind"] for item in items} == {"person", "service"}
    assert [item["at"] for item in items] == sorted(item["at"] for item in items)
    rows = list(csv.DictReader(io.StringIO(table.text)))
    kept = {(row["by"], row["act"], row["about"]) for row in rows}
    assert {(i["by"], i["act"], i["about"]) for i in items} <= kept
    assert not [row for row in rows if row["words"].startswith(("=", "+", "@"))]


async def test_the_audit_log_tells_of_no_open_vote(sqlite_settings):
    dual = {**REVIEW, "stages": [{"name": "title", "from": None, "policy": {"kind": "dual"}}]}
    async with open_system(sqlite_settings) as system, system.client() as local:
        (await local.post("/api/reviews", json=dual)).raise_for_status()
        await system.drain()
        olga = await member_head(system, "rev", "olga", "owner")
        ann = await member_head(system, "rev", "ann", "reviewer")
        made = await local.post(f"{SEARCH}/records", json={"title": "A record"}, headers=ann)
        await system.drain()
        before = await listed(local, olga)
        body = {"decisions": [{"record": made.json()["record_id"], "verdict": "include"}]}
        await local.post(f"{SCREENING}/stages/title/decisions", json=body, headers=ann)
        await system.drain()
        told = [i for i in await listed(local, olga) if i not in before]
        assert {item["act"] for item in told} <= {"screening.records_ranked"}


async def test_what_is_done_with_tokens_and_passwords_on_pages_is_in_the_audit_log(sqlite_settings):
    async with open_system(sqlite_settings) as system, system.client() as local:
        (await local.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        olga = await member_head(system, "rev", "olga", "owner")
        made = (await local.post("/api/tokens", json={"person": "olga"})).json()
        for path, form in (
            ("/admin/people", {"deed": "link", "person": "olga"}),
            ("/admin/tokens", {"token": made["id"]}),
        ):
            assert (await local.post(path, data=form)).is_error is False
        link = (await local.post("/admin/people", data={"deed": "link", "person": "olga"})).text
        words = {"password": "many green doors", "again": "many green doors"}
        path = "/join/" + link.split("/join/")[1].split('"')[0].split("<")[0]
        assert (await local.post(path, data=words)).status_code == 303
        items = await listed(local, olga)
    acts = [(item["by"], item["act"]) for item in items]
    assert acts.count(("local-owner", "link_made")) == 2
    assert ("local-owner", "token_revoked") in acts
    assert "The password of olga was set" in {item["words"] for item in items}
