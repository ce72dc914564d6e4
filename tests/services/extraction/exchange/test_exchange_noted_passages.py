"""Selections of other tools with a note and no code become memos on those passages."""

from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest

from services.extraction.exchange.domain.tree import Node
from services.extraction.exchange.formats.project import read_bytes, write_qdpx
from services.extraction.exchange.store import kept_trees
from tests.services.extraction.exchange.test_exchange_review import (
    OTHER,
    _opened,
    accept,
    changes,
    export,
    holds,
    send,
    upload,
)
from tests.support.extraction import REVIEW, a_fragment
from tests.support.projects import guid

TEXT = "The nurse rang 📞 every Tuesday. Clients came back."
AT, LATER = "2026-01-02T03:04:05Z", "2026-02-03T04:05:06Z"
ANN, BEN = {"creatingUser": guid("ann")}, {"creatingUser": guid("ben")}


def a_selection(quote, *children, name="s", **more):
    start = TEXT.index(quote)
    place = {"startPosition": str(start), "endPosition": str(start + len(quote))}
    attributes = {"guid": guid(f"selection {name}"), "name": quote, **place, **more}
    return Node("PlainTextSelection", attributes, [*children])


def refers(note):
    return Node("NoteRef", {"targetGUID": guid(note)})


def a_comment(words):
    return Node("Description", {}, [], words)


def a_note(name, words, *children, at=AT, **more):
    attributes = {"guid": guid(name), "creationDateTime": at, **(more or ANN)}
    return Node("Note", attributes, [Node("PlainTextContent", {}, [], words), *children])


def a_project(selections, notes=(), on_source=()):
    content = [Node("PlainTextContent", {}, [], TEXT), *selections, *on_source]
    source = Node("TextSource", {"guid": guid("source"), "name": "Interview P07"}, content)
    parts = {
        "Users": [Node("User", {"guid": guid(one), "name": one}) for one in ("ann", "ben")],
        "Sources": [source],
        "Notes": [*notes],
    }
    project = Node("Project", {"name": "Calls", "origin": "Another tool"})
    project.children = [Node(tag, {}, children) for tag, children in parts.items() if children]
    return project


async def brought_in(extraction, project):
    """The review after the project came, and what of the project stayed as it came."""
    found = await upload(extraction, write_qdpx(project, {}))
    preview = await send(extraction, f"/projects/{found['id']}/preview", method="GET", status=200)
    await accept(extraction, found)
    return await holds(extraction), preview.json()


def said(memo):
    return memo["text"], memo["passage"]["quote"], memo["at"]


async def test_a_selection_with_a_note_and_no_code_becomes_a_memo_on_its_passage(extraction):
    notes = [a_note("note", "Why Tuesdays?")]
    project = a_project([a_selection("📞 every", refers("note"), **BEN)], notes)
    mine, preview = await brought_in(extraction, project)
    (memo,), (document,) = mine["memos"].values(), mine["documents"].values()
    assert said(memo) == ("Why Tuesdays?", "📞 every", AT)
    assert (memo["passage"]["start"], memo["passage"]["end"]) == (15, 22)
    assert memo["about"] == f"document/{document['document_id']}"
    assert document["title"] == "Interview P07"
    ann = read_bytes(write_qdpx(project, {})).were[guid("ann")]
    assert memo["person_id"] == f"imported-{ann[:8]}", "who wrote the note, not who selected"
    assert preview["stays"] == []
    assert preview["counts"] == {"document": {"added": 1}, "memo": {"added": 1}}
    assert "people whom nobody named come as people of that tool: ann" in preview["losses"]
    logged = (await extraction.ask("GET", "/memos/log"))["items"]
    assert [(one["quote"], one["about"]["label"]) for one in logged] == [
        ("📞 every", "Interview P07")
    ]


async def test_a_comment_on_a_selection_without_code_becomes_a_memo_by_who_selected(extraction):
    made = {**BEN, "creationDateTime": LATER}
    mine, preview = await brought_in(
        extraction, a_project([a_selection("came back", a_comment("Always?"), **made)])
    )
    (memo,) = mine["memos"].values()
    assert said(memo) == ("Always?", "came back", LATER)
    assert memo["person_id"].startswith("imported-")
    assert preview["stays"] == []


async def test_a_comment_beside_a_note_is_kept_unless_the_note_says_it(extraction):
    selections = [
        a_selection("nurse", a_comment("Who?"), refers("one"), name="a"),
        a_selection("Clients", a_comment("All?"), refers("two"), name="b"),
        a_selection("back", a_comment("Where?"), refers("three"), name="c"),
    ]
    notes = [a_note("one", "Who? And when?"), a_note("two", "Some."), a_note("three", "")]
    mine, _ = await brought_in(extraction, a_project(selections, notes))
    told = sorted((m["passage"]["quote"], m["text"]) for m in mine["memos"].values())
    assert told == [
        ("Clients", "All?"),
        ("Clients", "Some."),
        ("back", "Where?"),
        ("nurse", "Who? And when?"),
    ]


async def test_an_annotation_that_holds_its_own_selection_is_one_of_the_text(extraction):
    """QualCoder's annotations: the note names the place, the text names the note."""
    place = a_selection("every Tuesday")
    del place.attributes["name"]
    notes = [a_note("note", "Same day.", place), a_note("whole", "Long interview.")]
    project = a_project([], notes, [refers("note"), refers("whole")])
    mine, preview = await brought_in(extraction, project)
    told = {m["text"]: (m["passage"] or {}).get("quote") for m in mine["memos"].values()}
    assert told == {"Same day.": "every Tuesday", "Long interview.": None}
    assert not any("point outside" in one for one in preview["losses"])


async def test_noted_passages_go_out_valid_and_stable_and_come_back_equal(extraction):
    selections = [
        a_selection("📞 every", refers("note"), name="a", **BEN),
        a_selection("came back", a_comment("Always?"), name="b", creationDateTime=LATER),
    ]
    mine, _ = await brought_in(extraction, a_project(selections, [a_note("note", "Why?")]))
    data = await export(extraction)
    assert data == await export(extraction)
    await extraction.hear(_opened(OTHER))
    await accept(extraction, await upload(extraction, data, OTHER), OTHER)
    assert mine == await holds(extraction, OTHER)
    assert len(mine["memos"]) == 2
    assert await changes(extraction, await upload(extraction, data)) == []
    assert await export(extraction, OTHER) == data


@pytest.mark.parametrize(
    "attributes",
    [{"startPosition": "4", "endPosition": "4"}, {"startPosition": "900", "endPosition": "905"}],
)
async def test_a_note_without_words_to_stand_on_stays_as_it_came(extraction, attributes):
    selection = a_selection("nurse", refers("note"))
    selection.attributes |= attributes
    mine, preview = await brought_in(extraction, a_project([selection], [a_note("note", "?")]))
    assert mine["memos"] == mine["documents"] == {}
    assert preview["stays"] == ["sources: Interview P07", "passages: nurse", "memos: ?"]


async def test_a_selection_with_neither_code_nor_note_stays_as_it_came(extraction):
    project = a_project([a_selection("nurse"), a_selection("back", refers("note"), name="b")])
    mine, preview = await brought_in(extraction, project)
    assert mine["memos"] == {}
    assert preview["stays"] == ["sources: Interview P07", "passages: nurse, back"]


async def test_a_note_on_two_passages_comes_with_the_last_and_the_first_stays(extraction):
    selections = [
        a_selection("nurse", refers("note"), name="a"),
        a_selection("back", refers("note"), name="b"),
    ]
    mine, preview = await brought_in(extraction, a_project(selections, [a_note("note", "Who?")]))
    assert [said(memo)[1] for memo in mine["memos"].values()] == ["back"]
    assert preview["stays"] == ["sources: Interview P07", "passages: nurse"]
    assert any("on several things" in one for one in preview["losses"])


async def test_memos_on_passages_of_confidential_sources_are_confidential(extraction):
    project = a_project([a_selection("nurse", refers("note"))], [a_note("note", "Her name?")])
    found = await upload(extraction, write_qdpx(project, {}))
    body = {"codes": [], "people": {}, "confidential": True}
    path = f"/projects/{found['id']}"
    await send(extraction, f"{path}/mapping", json=body, method="PUT", status=200)
    await accept(extraction, found)
    assert (await holds(extraction))["memos"]
    assert b"Her name" not in await export(extraction, query="")
    (document,) = (await holds(extraction))["documents"]
    await extraction.ask("GET", f"/memos?about=document/{document}", by={"reviewer"}, status=403)


async def test_a_noted_selection_added_to_an_own_export_is_a_difference_to_accept(extraction):
    await extraction.put_documents({"id": "d1", "title": "First", "text": TEXT})
    project = read_bytes(await export(extraction)).project
    (source,) = project.first("Sources").children
    source.children.append(a_selection("came back", refers("note"), **ANN))
    source.children.append(a_selection("nurse", a_comment("Who?"), name="b"))
    project.first("Notes").children.append(a_note("note", "Always?"))
    found = await upload(extraction, write_qdpx(project, {}))
    added = [(c["kind"], c["what"], c["label"]) for c in await changes(extraction, found)]
    assert sorted(added) == [("memo", "added", "Always?"), ("memo", "added", "Who?")]
    await accept(extraction, found)
    mine = await holds(extraction)
    assert {m["passage"]["quote"] for m in mine["memos"].values()} == {"came back", "nurse"}
    assert {m["about"] for m in mine["memos"].values()} == {"document/d1"}
    assert await changes(extraction, await upload(extraction, await export(extraction))) == []


async def test_a_noted_selection_where_an_own_text_is_not_here_is_a_memo_on_the_document(
    extraction,
):
    await extraction.put_documents({"id": "d1", "title": "First"})
    await extraction.code(a_fragment(document="d1", paraphrase=TEXT))
    project = read_bytes(await export(extraction)).project
    (source,) = project.first("Sources").children
    source.children.append(a_selection("came back", refers("note"), **ANN))
    project.first("Notes").children.append(a_note("note", "Always?"))
    found = await upload(extraction, write_qdpx(project, {}))
    await accept(extraction, found)
    mine = await holds(extraction)
    (memo,) = mine["memos"].values()
    assert (memo["about"], memo["text"], memo["passage"]) == ("document/d1", "Always?", None)
    assert list(mine["documents"]) == ["d1"]


async def a_mixed_project(extraction, role=None):
    """A source with an original, a case with a value, a coded passage and a noted one."""
    coding = Node(
        "Coding", {"guid": guid("coding")}, [Node("CodeRef", {"targetGUID": guid("code")})]
    )
    noted = a_selection("nurse", refers("note"), name="a", **BEN)
    coded = a_selection("Clients", coding, name="b", **ANN)
    project = a_project([noted, coded], [a_note("note", "Who?")])
    (source,) = project.first("Sources").children
    source.attributes |= {"richTextPath": f"internal://{ORIGINAL}", **ANN}
    source.children.insert(0, a_comment("By telephone."))
    code = Node("Code", {"guid": guid("code"), "name": "All", "isCodable": "true"})
    variable = {"guid": guid("variable"), "name": "Site", "typeOfVariable": "Text"}
    value = [Node("VariableRef", {"targetGUID": guid("variable")}), Node("TextValue", {}, [], "A")]
    case = Node("Case", {"guid": guid("case"), "name": "Site A"})
    refers_to = [Node("SourceRef", {"targetGUID": guid("source")})]
    refers_to.append(Node("SelectionRef", {"targetGUID": guid("selection a")}))
    case.children = [Node("VariableValue", {}, value), *refers_to]
    project.children.insert(1, Node("CodeBook", {}, [Node("Codes", {}, [code])]))
    project.children.insert(2, Node("Variables", {}, [Node("Variable", variable)]))
    project.children.insert(3, Node("Cases", {}, [case]))
    found = await upload(extraction, write_qdpx(project, {ORIGINAL: b"the original"}))
    codes = [{"code": one["code"], "role": role, "theory": "PT1"} for one in found["codes"]]
    path, body = f"/projects/{found['id']}/mapping", {"codes": codes, "people": {}}
    await send(extraction, path, json=body, method="PUT", status=200)
    await accept(extraction, found)


ORIGINAL = f"{sha256(b'the original').hexdigest()}.docx"


@pytest.mark.parametrize("role", [None, "context"])
async def test_what_stays_of_a_source_with_noted_passages_comes_back_as_it_was(extraction, role):
    await a_mixed_project(extraction, role)
    data = await export(extraction)
    await extraction.hear(_opened(OTHER))
    await accept(extraction, await upload(extraction, data, OTHER), OTHER)
    mine, theirs = [await kept(extraction, review) for review in (REVIEW, OTHER)]
    assert mine == theirs
    tags = [node.tag for node in mine.walk()]
    assert [tags.count(t) for t in ("User", "Case", "VariableValue", "SelectionRef")] == [
        2,
        1,
        1,
        1,
    ]
    assert [n.words() for n in mine.walk() if n.tag == "TextSource"] == ["By telephone."]
    assert await holds(extraction) == await holds(extraction, OTHER)
    with ZipFile(BytesIO(await export(extraction, OTHER))) as archive:
        assert b"the original" in [archive.read(name) for name in archive.namelist()]


async def test_an_own_export_beside_what_is_kept_of_other_tools_changes_nothing(extraction):
    await a_mixed_project(extraction)
    data = await export(extraction)
    found = await upload(extraction, data)
    assert await changes(extraction, found) == []
    await accept(extraction, found)
    assert await export(extraction) == data


async def kept(extraction, review):
    (found,) = await extraction.db.read(lambda tx: kept_trees(tx, review))
    return replace(found[1], attributes={})


async def test_who_wrote_a_memo_elsewhere_keeps_a_name_when_all_of_the_project_came(extraction):
    notes = [a_note("note", "Why?")]
    await brought_in(extraction, a_project([a_selection("nurse", refers("note"))], notes))
    users = read_bytes(await export(extraction)).project.first("Users").children
    assert sorted(user.name for user in users) == ["ann", "ben"]
