"""A review goes out as a project and comes back the same; other tools' projects by a mapping."""

import json
from dataclasses import replace
from io import BytesIO

from services.extraction.exchange.domain.tree import section
from services.extraction.exchange.formats.project import read_bytes, write_qdpx
from services.extraction.exchange.handlers.content import content_of
from shared.db.rows import plain
from tests.support.extraction import BASE, REVIEW, a_fragment, a_review, a_theory
from tests.support.reference import reference

OTHER = "other"
TEXT = "Staff felt 🙂 trusted.\nClients stayed longer. 訪問"
GROUPS = [
    {"id": "g1", "role": "mechanism_response", "label": "Trust", "codes": [
        {"id": "trust", "label": "Trusts the team"},
        {"id": "mistrust", "label": "Fears the team", "sense": "opposite"}]},
    {"id": "g2", "role": "outcome", "label": "Engaged", "level": "proximal", "valence": "desired",
     "codes": [{"id": "engagement", "label": "Keeps coming"}]},
]  # fmt: skip


async def send(extraction, path, data=b"", *, review=REVIEW, method="POST", status=None, json=None):
    base = f"{BASE.removesuffix(REVIEW)}{review}"
    body = {"content": data} if json is None else {"json": json}
    answer = await extraction.client.request(method, f"{base}/exchange{path}", **body)
    if status is not None:
        assert answer.status_code == status, answer.text
    return answer


async def export(extraction, review=REVIEW, kind="qdpx", query="?confidential=true"):
    answer = await send(
        extraction, f"/review.{kind}{query}", review=review, method="GET", status=200
    )
    return answer.content


async def upload(extraction, data, review=REVIEW, name="p.qdpx"):
    answer = await send(extraction, f"/projects?filename={name}", data, review=review, status=201)
    return answer.json()


async def accept(extraction, project, review=REVIEW, status=200, **more):
    path = f"/projects/{project['id']}/accept"
    return (await send(extraction, path, review=review, json=more, status=status)).json()


async def changes(extraction, project, review=REVIEW):
    path = f"/projects/{project['id']}/changes"
    return (await send(extraction, path, review=review, method="GET", status=200)).json()


async def holds(extraction, review=REVIEW):
    content = await extraction.db.read(lambda tx: content_of(tx, review, confidential=True))
    content.theories, content.people = {}, {}
    return plain(content)


async def a_coded_review(extraction):
    await extraction.put_documents(
        {"id": "d1", "title": "First", "text": TEXT, "case": "A"},
        {"id": "d2", "title": "Second", "kind": "interview", "confidential": True},
    )
    await extraction.ask("PUT", "/theories/PT1/codebook", {"groups": GROUPS})
    place = {"document": "d1", "quote": "🙂 trusted", "start": 11, "end": 20}
    sources = [{"document": "d2", "case": "B", "participant": "P7", "attribution": "summary"}]
    await extraction.code(
        a_fragment(**place, memo="why?\nyes", coded_at="2026-01-02T03:04:05Z"),
        a_fragment("f2", **place, duplicate_of="f1"),
        a_fragment("f3", theories=["PT1", "PT2"], paraphrase="they trust", sources=sources),
        a_fragment("f4", theories=[], document="d1", locator="table 2"),
        a_fragment("f5", explicitness="inferred", elements=[
            {"role": "context", "code": "rural", "state": "absent", "statement": "=in town"}]),
    )  # fmt: skip
    new = {
        "role": "context",
        "label": "Far out",
        "description": "Far away.",
        "examples": ["one bus"],
    }
    await extraction.ask("POST", "/codes", new, status=201)
    told = {"description": "Relies on the team."}
    await extraction.ask("POST", "/codes/trust/describe", told)
    for about in ("fragment/f1", "document/d1", "code/trust", "theory/PT1"):
        links = [{"kind": "argument", "id": "a1"}]
        memo = {"about": about, "text": f"on {about} 🙂", "links": links}
        await extraction.ask("POST", "/memos", memo)


async def test_a_review_comes_back_identical_in_an_empty_one(extraction):
    await a_coded_review(extraction)
    await extraction.hear(_opened(OTHER))
    await extraction.hear(replace(a_theory(), review_id=OTHER))
    data = await export(extraction)
    assert data == await export(extraction)
    project = await upload(extraction, data, OTHER)
    done = await accept(extraction, project, OTHER)
    assert done["changed"]
    mine, theirs = await holds(extraction), await holds(extraction, OTHER)
    assert mine == theirs
    assert len(mine["fragments"]) == 5
    assert sorted(c["description"] for c in mine["codes"].values()) == [
        "Far away.",
        "Relies on the team.",
    ]
    assert await changes(extraction, await upload(extraction, data), REVIEW) == []
    again = read_bytes(await export(extraction, OTHER)).project
    first = read_bytes(data).project
    again.attributes["name"] = first.name
    assert again == first


def _opened(review):
    event = a_review()
    return replace(event, review_id=review, review=replace(event.review, review_id=review))


async def test_the_615_fragments_of_reco_come_back_identical(extraction):
    lines = reference("reco/fragments.jsonl").read_bytes().splitlines()

    fragments, documents = [], set()
    for line in map(json.loads, lines):
        source = line["source"]
        names = [*(source.get("citations") or ()), *(source.get("inferred_citations") or ())]
        if source.get("participant") or not names:
            names = [source.get("participant") or "RECO"]
        documents |= set(names)
        fragments.append(
            {
                "id": line["id"],
                "theories": [f"PT{line['theory']}"],
                "elements": [
                    {"role": e["role"], "code": e["code_id"], "statement": e["statement"]}
                    for e in line["elements"]
                ],
                "sources": [
                    {"document": name, "case": source.get("case_study"),
                     "participant": source.get("participant")}
                    for name in names
                ],
            }
        )  # fmt: skip
    await extraction.put_documents(*({"id": d, "title": d} for d in sorted(documents)))
    await extraction.code(*fragments)
    await extraction.hear(_opened(OTHER))
    project = await upload(extraction, await export(extraction), OTHER)
    await accept(extraction, project, OTHER)
    mine = await holds(extraction)
    assert len(mine["fragments"]) == 615
    assert mine == await holds(extraction, OTHER)


async def test_what_another_tool_edited_is_a_difference_to_accept(extraction):
    await a_coded_review(extraction)
    found = read_bytes(await export(extraction))
    for node in found.project.walk():
        if node.tag == "Code" and node.name == "Keeps coming":
            node.attributes["name"] = "Stays"
        if node.tag == "PlainTextSelection" and node.attributes["startPosition"] == "11":
            node.attributes["startPosition"] = "13"
            node.children = [c for c in node.children if c.tag != "Description"]
    project = await upload(extraction, write_qdpx(found.project, found.files))
    said = {
        (c["kind"], c["id"], c["what"]): c["fields"] for c in await changes(extraction, project)
    }
    assert said[("codebook", "PT1", "changed")] == ["Engaged"]
    assert set(said[("fragment", "f1", "changed")]) == {"start", "quote", "memo"}
    await accept(extraction, project)
    row = await extraction.ask("GET", "/fragments/f1")
    assert (row["start"], row["quote"], row["memo"]) == (13, "trusted", "")
    book = await extraction.ask("GET", "/theories/PT1/codebook")
    assert book["groups"][1]["codes"][0]["label"] == "Stays"
    assert await changes(extraction, project) == []


async def test_what_the_returning_export_lacks_is_withdrawn_only_if_asked(extraction):
    await a_coded_review(extraction)
    data = await export(extraction)
    await extraction.code(a_fragment("f9"))
    project = await upload(extraction, data)
    assert [c["what"] for c in await changes(extraction, project)] == ["removed"]
    await accept(extraction, project, remove=True)
    assert (await extraction.ask("GET", "/fragments/f9"))["status"] == "withdrawn"


async def test_confidential_words_leave_only_when_asked_for(extraction):
    await a_coded_review(extraction)
    kept_back = await export(extraction, query="")
    assert b"they trust" not in BytesIO(kept_back).getvalue()
    words = [n.text for n in read_bytes(kept_back).project.walk()]
    assert not any("they trust" in text for text in words)
    losses = (await send(extraction, "/losses", method="GET")).json()["losses"]
    assert any("confidential sources stay behind" in one and "Second" in one for one in losses)


async def test_another_tools_project_becomes_fragments_by_a_mapping(extraction):
    data = reference("qda/tools/qualcoder4_all_media.qdpx").read_bytes()
    project = await upload(extraction, data)
    assert (project["counts"]["codings"], project["state"]) == (18, "waiting")
    by_name = {code["path"][-1]: code for code in project["codes"]}
    assert by_name["Caseload"]["suggested_role"] == "context"
    assert by_name["Stays engaged"]["suggested_role"] == "outcome"
    said = [
        {"code": code["code"], "role": code["suggested_role"], "theory": "PT1"}
        for code in project["codes"]
        if code["suggested_role"]
    ]
    path = f"/projects/{project['id']}/mapping"
    await send(extraction, path, method="PUT", json={"codes": said}, status=200)
    await accept(extraction, project)
    rows = (await extraction.ask("GET", "/fragments?limit=1000"))["items"]
    assert all(row["theories"] == ["PT1"] for row in rows)
    text = {d["id"]: d for d in (await extraction.ask("GET", "/documents"))["items"]}
    quotes = {row["quote"] for row in rows if row["anchor"] == "verified"}
    assert len(quotes) >= 9
    assert len({row["coder"] for row in rows}) == 2
    assert len(text) >= 3
    book = await extraction.ask("GET", "/theories/PT1/codebook")
    labels = {code["label"] for group in book["groups"] for code in group["codes"]}
    assert {"Caseload", "Stays engaged"} <= labels
    assert not book["ungrouped"]
    out = read_bytes(await export(extraction)).project
    assert {u.name for u in section(out, "Users")} >= {"anna", "ben"}
    await extraction.hear(_opened(OTHER))
    again = await upload(extraction, await export(extraction), OTHER)
    await accept(extraction, again, OTHER)
    assert await holds(extraction) == await holds(extraction, OTHER)


async def test_the_same_project_under_other_guids_is_no_second_one(extraction):
    a, b = (reference(f"qda/handmade/d3_export_{x}.qdpx").read_bytes() for x in "ab")
    first = await upload(extraction, a)
    assert (await upload(extraction, b))["id"] == first["id"]
    await accept(extraction, first)
    assert not (await accept(extraction, first))["changed"]


async def test_an_edition_of_a_kept_project_shows_what_is_other_and_replaces_it(extraction):
    found = read_bytes(reference("qda/handmade/d0_control.qdpx").read_bytes())
    await accept(extraction, await upload(extraction, write_qdpx(found.project, {})))
    section(found.project, "Notes")[0].children[0].text = "Thought again."
    project = await upload(extraction, write_qdpx(found.project, {}))
    said = await changes(extraction, project)
    assert {(c["kind"], c["what"]) for c in said} >= {("memo", "added"), ("memo", "removed")}
    await accept(extraction, project)
    notes = section(read_bytes(await export(extraction)).project, "Notes")
    assert [n.words("PlainTextContent") for n in notes].count("Thought again.") == 1
    assert len(notes) == 2


async def test_a_file_that_is_refused_leaves_nothing(extraction):
    for name in (
        "handmade/h1_not_a_zip",
        "handmade/h2_no_qde",
        "tools/qualcoder382_all_media_crlf",
    ):
        data = reference(f"qda/{name}.qdpx").read_bytes()
        answer = await send(extraction, "/projects", data, status=422)
        assert answer.json()["title"] == "The file cannot be imported"
    assert (await send(extraction, "/projects", method="GET")).json() == []
    assert await extraction.names() == []


async def test_a_mapping_of_unknown_codes_or_roles_is_refused_by_field(extraction):
    project = await upload(extraction, reference("qda/handmade/d0_control.qdpx").read_bytes())
    path = f"/projects/{project['id']}/mapping"
    for said, field in (
        ({"code": "x", "role": "context"}, "codes[0].code"),
        ({"code": project["codes"][0]["code"], "role": "cause"}, "codes[0].role"),
    ):
        answer = await send(extraction, path, method="PUT", json={"codes": [said]}, status=422)
        assert answer.json()["field"] == field


async def test_fragments_come_back_from_csv_and_jsonl_unchanged(extraction):
    await a_coded_review(extraction)
    for form in ("csv", "jsonl"):
        url = f"/fragments.{form}?confidential=true"
        table = (await send(extraction, url, method="GET", status=200)).content
        results = (await send(extraction, f"/fragments?form={form}", table, status=200)).json()
        assert [r["changed"] for r in results["results"]] == [False] * 5
    assert b"'=in town" in (await send(extraction, "/fragments.csv", method="GET")).content


async def test_a_table_that_is_wrong_is_refused_by_its_row(extraction):
    for body, words in (
        (b"a,b\n1,2\n", "column code, id, role"),
        (b"id,role,code\n,x,y\n", "Row 2"),
    ):
        answer = await send(extraction, "/fragments", body, status=422)
        assert words in answer.json()["detail"]
