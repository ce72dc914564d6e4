"""A project brings in no work of colleagues, unless an owner does it; damaged notes are told."""

import io
import json
import zipfile
from xml.etree import ElementTree

import pytest

from services.extraction.exchange.domain.contents_notes import FIRST_LINE, NAME
from tests.support.extraction import BASE, a_fragment

SPACE = "urn:QDA-XML:project:1.0"
TEXT = "Staff felt trusted.\nClients stayed longer."


async def coded_by_ben(extraction):
    """A review in which Ben coded, appraised and wrote; gives it as a project file."""
    await extraction.put_documents({"id": "d1", "title": "First", "text": TEXT})
    place = {"document": "d1", "quote": "felt trusted", "start": 6, "end": 18}
    await extraction.code(a_fragment(**place, coder="ben", memo="why"))
    memo = {"id": "m1", "about": "fragment/f1", "text": "Ben's own words", "person": "ben"}
    await extraction.ask("POST", "/memos", memo)
    await extraction.ask("PUT", "/fragments/f1/appraisal", {"rigour": "low", "person": "ben"})
    return (await extraction.client.get(f"{BASE}/exchange/review.qdpx")).content


def edited(data, change):
    """The project file with the entries of its contents notes changed."""
    ElementTree.register_namespace("", SPACE)
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("project.qde"))
    for note in root.iter(f"{{{SPACE}}}Note"):
        if note.get("name", "").startswith(NAME):
            content = note.find(f"{{{SPACE}}}PlainTextContent")
            entries = json.loads(content.text.removeprefix(FIRST_LINE))
            for entry in entries.values():
                change(entry)
            content.text = FIRST_LINE + json.dumps(entries)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("project.qde", ElementTree.tostring(root))
    return out.getvalue()


async def sent_in(extraction, data):
    answer = await extraction.client.post(f"{BASE}/exchange/projects", content=data)
    assert answer.status_code == 201, answer.text
    return f"/exchange/projects/{answer.json()['id']}"


def says_otherwise(entry):
    if entry["kind"] == "fragment":
        entry["fragment"]["paraphrase"] = "what Ben never said"


def judges_otherwise(entry):
    if entry["kind"] == "appraisal":
        entry["rigour"] = "high"


def writes_otherwise(entry):
    if entry["kind"] == "memo":
        entry["links"] = [{"kind": "fragment", "id": "f1"}]


def takes_the_memo(entry):
    if entry["kind"] == "memo":
        entry["about"] = "theory/PT1"


@pytest.mark.parametrize(
    "change", [says_otherwise, judges_otherwise, writes_otherwise, takes_the_memo]
)
async def test_a_coder_changes_no_work_of_a_colleague_by_a_project(extraction, change):
    data = await coded_by_ben(extraction)
    path = await sent_in(extraction, edited(data, change))
    refused = await extraction.ask("POST", f"{path}/accept", {}, by={"coder"}, status=403)
    assert "Only an owner" in refused["detail"]
    after = (await extraction.client.get(f"{BASE}/exchange/review.qdpx")).content
    assert after == data
    await extraction.ask("POST", f"{path}/accept", {})
    assert (await extraction.client.get(f"{BASE}/exchange/review.qdpx")).content != data


def without_what_it_needs(entry):
    kind = entry["kind"]
    entry.clear()
    entry["kind"] = kind


def of_other_types(entry):
    for name in entry.keys() - {"kind"}:
        entry[name] = [[1]]


def deep(entry):
    for name in entry.keys() - {"kind"}:
        entry[name] = json.loads("[" * 60 + "]" * 60)


@pytest.mark.parametrize("change", [without_what_it_needs, of_other_types, deep])
async def test_notes_that_were_damaged_are_told_and_nothing_comes_in(extraction, change):
    data = await coded_by_ben(extraction)
    path = await sent_in(extraction, edited(data, change))
    for method, where in (("GET", "/preview"), ("GET", "/changes"), ("POST", "/accept")):
        body = {} if method == "POST" else None
        answer = await extraction.ask(method, path + where, body, status=422)
        assert "export" in answer["detail"].lower()
    assert (await extraction.client.get(f"{BASE}/exchange/review.qdpx")).content == data
