"""What a mapping would make of another tool's project is shown before anybody accepts it."""

from services.extraction.exchange.domain.tree import Node
from services.extraction.exchange.formats.project import read_bytes, write_qdpx
from tests.services.extraction.exchange.test_exchange_review import (
    a_coded_review,
    accept,
    export,
    send,
    upload,
)
from tests.support.projects import CODED, a_project

ROLES = {"Weekly call": "mechanism_resource", "No bus": "context"}
OUTCOMES = {"Comes back": "outcome", "File closed": "outcome"}


async def mapped(extraction, project, roles, valences=(), **more):
    """Store a mapping by names of codes."""
    ids = {code["path"][-1]: code["code"] for code in project["codes"]}
    codes = [{"code": ids[n], "role": role, "theory": "PT1"} for n, role in roles.items()]
    codes += [{"code": ids[n], "valence": valence} for n, valence in dict(valences).items()]
    path = f"/projects/{project['id']}/mapping"
    body = {"codes": codes, **more}
    return await send(extraction, path, method="PUT", json=body, status=200)


async def preview(extraction, project):
    path = f"/projects/{project['id']}/preview"
    return (await send(extraction, path, method="GET", status=200)).json()


async def test_what_would_come_stay_and_be_lost_is_shown_before_it_is_accepted(extraction):
    project = await upload(extraction, a_project())
    before = await preview(extraction, project)
    assert (before["own"], before["counts"], before["changes"]) == (False, {}, [])
    await mapped(extraction, project, {**ROLES, "Comes back": "outcome"})
    found = await preview(extraction, project)
    assert found["counts"]["fragment"] == {"added": 3}
    assert found["counts"]["document"] == {"added": 1}
    labels = {one["label"] for one in found["changes"] if one["kind"] == "fragment"}
    assert labels == {"rang every Tuesday 📞", "Clients came back", "No bus runs here"}
    (codes,) = [one for one in found["stays"] if one.startswith("codes:")]
    assert "Same person" in codes
    assert "Weekly call" not in codes
    assert any("people whom nobody named" in one and "ann" in one for one in found["losses"])
    assert not any("ben" in one for one in found["losses"]), "ben coded nothing that comes"
    done = await accept(extraction, project)
    assert len(done["changes"]) == sum(n for how in found["counts"].values() for n in how.values())
    assert any("Same person" in one for one in (await preview(extraction, project))["stays"])


async def test_a_code_set_says_which_outcomes_are_desired(extraction):
    project = await upload(extraction, a_project())
    assert [one["name"] for one in project["sets"]] == ["Feelings"]
    feelings = {"Good": "desired", "Bad": "undesired"}
    await mapped(extraction, project, OUTCOMES, feelings)
    await accept(extraction, project)
    book = await extraction.ask("GET", "/theories/PT1/codebook")
    valences = {group["label"]: group["valence"] for group in book["groups"]}
    assert valences == {"Comes back": "desired", "File closed": "undesired"}
    stays = str((await preview(extraction, project))["stays"])
    assert "Good" not in stays
    assert "Bad" not in stays


async def test_passages_that_do_not_agree_on_valence_give_none_and_stay(extraction):
    disputed = ("They closed my file", "File closed", "ben"), ("They closed my file", "Good", "ben")
    project = await upload(extraction, a_project([*CODED, *disputed]))
    await mapped(extraction, project, OUTCOMES, {"Good": "desired", "Bad": "undesired"})
    found = await preview(extraction, project)
    assert any("get no valence: File closed" in one for one in found["losses"])
    assert any("Bad" in one for one in found["stays"] if one.startswith("codes"))
    await accept(extraction, project)
    book = await extraction.ask("GET", "/theories/PT1/codebook")
    assert {g["label"]: g["valence"] for g in book["groups"]}["File closed"] is None
    out = read_bytes(await export(extraction)).project
    refs = [n.targets("CodeRef")[0] for n in out.walk() if n.tag == "Coding"]
    bad = next(n.guid for n in out.walk() if n.tag == "Code" and n.name == "Bad")
    assert bad in refs, "what was not carried over goes out again"


async def test_a_code_has_a_role_or_says_valence_never_both(extraction):
    project = await upload(extraction, a_project())
    code = {"code": project["codes"][0]["code"], "role": "outcome", "valence": "desired"}
    path = f"/projects/{project['id']}/mapping"
    answer = await send(extraction, path, method="PUT", json={"codes": [code]}, status=422)
    assert answer.json()["field"] == "codes[0].valence"


async def test_sources_said_to_be_confidential_come_as_confidential_documents(extraction):
    project = await upload(extraction, a_project())
    await mapped(extraction, project, ROLES, confidential=True)
    await accept(extraction, project)
    (document,) = (await extraction.ask("GET", "/documents"))["items"]
    assert document["confidential"]
    told = str(await extraction.said("fragment_coded", "document_added"))
    assert "Tuesday" not in told
    assert "P07" not in told


async def test_an_edited_export_shows_each_field_before_and_after(extraction):
    await a_coded_review(extraction)
    found = read_bytes(await export(extraction))
    for node in found.project.walk():
        if node.tag == "Code" and node.name == "Keeps coming":
            node.attributes["name"] = "Stays"
        if node.tag == "PlainTextSelection" and node.attributes["startPosition"] == "11":
            node.attributes["startPosition"] = "13"
    project = await upload(extraction, write_qdpx(found.project, found.files))
    shown = await preview(extraction, project)
    assert shown["own"]
    by_kind = {(one["kind"], one["id"]): one for one in shown["changes"]}
    fragment = by_kind[("fragment", "f1")]
    values = dict(zip(fragment["fields"], zip(fragment["before"], fragment["after"], strict=True),
                      strict=True))  # fmt: skip
    assert values["quote"] == ("🙂 trusted", "trusted")
    assert values["start"] == ("11", "13")
    book = by_kind[("codebook", "PT1")]
    assert (book["before"], book["after"]) == (["Engaged: Keeps coming"], ["Engaged: Stays"])
    assert (await preview(extraction, await upload(extraction, await export(extraction))))[
        "total"
    ] == 0


async def test_of_an_edited_export_people_leave_out_what_they_do_not_want(extraction):
    await a_coded_review(extraction)
    found = read_bytes(await export(extraction))
    for node in found.project.walk():
        if node.tag == "TextSource" and node.name == "First":
            node.attributes["name"] = "Renamed"
        if node.tag == "PlainTextSelection" and node.attributes["startPosition"] == "11":
            node.attributes["startPosition"] = "13"
    project = await upload(extraction, write_qdpx(found.project, found.files))
    leave = [{"kind": "document", "id": "d1"}, {"kind": "fragment", "id": "f2"}]
    done = await accept(extraction, project, leave=leave)
    assert [(one["kind"], one["id"]) for one in done["changes"]] == [("fragment", "f1")]
    assert (await extraction.ask("GET", "/documents/d1"))["title"] == "First"
    assert (await extraction.ask("GET", "/fragments/f1"))["quote"] == "trusted"
    assert (await extraction.ask("GET", "/fragments/f2"))["quote"] == "🙂 trusted"


async def test_an_own_export_names_nothing_as_lost_that_comes_back(extraction):
    await a_coded_review(extraction)
    await extraction.put_documents({"id": "d3", "title": "Not got yet"})
    assert (await send(extraction, "/losses?confidential=true", method="GET")).json() == {
        "losses": []
    }
    project = await upload(extraction, await export(extraction))
    assert project["losses"] == []
    assert (await preview(extraction, project))["losses"] == []
    book = await upload(extraction, await export(extraction, kind="qdc"), name="book.qdc")
    assert book["losses"] == []


async def test_what_another_tool_put_into_an_own_export_is_named(extraction):
    await a_coded_review(extraction)
    found = read_bytes(await export(extraction))
    (text,) = [n for n in found.project.walk() if n.tag == "TextSource" and n.name == "First"]

    text.children.append(a_foreign_selection())
    project = await upload(extraction, write_qdpx(found.project, found.files))
    assert project["losses"] == [
        "comments stand as descriptions of selections, without author and time: Staff"
    ]


def a_foreign_selection():
    """The first word of a text, with a comment where tools without memos put it."""
    attributes = {"guid": "0b6f1f0e-6a43-4c39-9d0c-0d3a0e2c7c11", "name": "Staff"}
    place = {"startPosition": "0", "endPosition": "5"}
    words = [Node("Description", {}, [], "who?")]
    return Node("PlainTextSelection", attributes | place, words)
