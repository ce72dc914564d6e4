"""Forms are built, answered by each extractor, compared and agreed on, and travel as tables."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest

from shared.http.auth import Principal
from tests.support.extraction import BASE, REVIEW

FIELDS = [
    {"id": "design", "label": "Design", "kind": "choice", "choices": ["RCT", "other"]},
    {"id": "n", "label": "Participants", "kind": "number", "least": 0, "required": True},
    {"id": "where", "label": "Countries", "kind": "multi_choice", "choices": ["GB", "DE", "FR"]},
    {"id": "day", "label": "Date", "kind": "date"},
    {"id": "note", "label": "Note", "kind": "text"},
    {
        "id": "arms",
        "label": "Arms",
        "kind": "table",
        "columns": [{"id": "arm", "label": "Arm"}, {"id": "n", "label": "n", "kind": "number"}],
    },
]
GOOD = {
    "design": "RCT",
    "n": 120,
    "where": ["GB", "DE"],
    "day": "2024-05-31",
    "note": "=1+1",
    "arms": [{"arm": "usual care", "n": 60}, {"arm": "peer support", "n": 60}],
}


async def as_person(extraction, person, method, path, json=None, status=200, content=None):
    token = extraction._authenticator.sign(
        Principal(person, {REVIEW: frozenset({"coder"})}), datetime.now(UTC)
    )
    head = {"authorization": f"Bearer {token}"}
    answer = await extraction.client.request(
        method, BASE + path, json=json, content=content, headers=head
    )
    assert answer.status_code == status, answer.text
    return answer


async def build(extraction):
    await extraction.put_documents({"id": "d1"}, {"id": "d2"})
    form = {"title": "Mapping", "stage": "full_text", "fields": FIELDS}
    return await extraction.ask("PUT", "/forms/map", form)


async def answer(extraction, person, answers, document="d1", *, done=True, status=200):
    body = {"document": document, "answers": answers, "done": done}
    path = "/forms/map/answers"
    return (await as_person(extraction, person, "PUT", path, body, status)).json()


async def test_a_form_is_versioned_where_its_content_changes(extraction):
    assert (await build(extraction))["version"] == 1
    assert (await build(extraction))["version"] == 1
    more = {"title": "Mapping", "stage": "full_text", "fields": FIELDS[:2]}
    assert (await extraction.ask("PUT", "/forms/map", more))["version"] == 2
    assert [f["id"] for f in await extraction.ask("GET", "/forms")] == ["map"]


@pytest.mark.parametrize("name", ["epoc", "reco_mapping"])
async def test_a_template_is_a_form_to_start_from(extraction, name):
    made = await extraction.ask("PUT", f"/forms/{name}", {"template": name})
    assert len(made["fields"]) > 10
    assert {f["kind"] for f in made["fields"]} >= {"text", "choice", "multi_choice", "table"}
    known = await extraction.ask("GET", "/form-templates")
    assert made["fields"] in [one["fields"] for one in known]


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ([{"id": "a", "label": "A", "kind": "colour"}], "fields[0].kind"),
        ([{"id": "a", "label": "A", "kind": "choice"}], "fields[0].choices"),
        ([{"id": "a", "label": "A"}, {"id": "a", "label": "B"}], "fields[1].id"),
        ([{"id": "a", "label": "A", "kind": "table"}], "fields[0].columns"),
    ],
)
async def test_a_form_that_cannot_be_names_its_fault(extraction, fields, at):
    problem = await extraction.ask("PUT", "/forms/x", {"title": "T", "fields": fields}, status=422)
    assert problem["field"] == at


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("design", "cohort"),
        ("n", "many"),
        ("n", -1),
        ("n", True),
        ("where", "GB"),
        ("where", ["US"]),
        ("day", "31.5.2024"),
        ("note", 7),
        ("arms", [{"dose": 1}]),
        ("arms", [{"n": "sixty"}]),
        ("colour", "red"),
    ],
)
async def test_an_answer_of_the_wrong_kind_is_refused_by_its_field(extraction, name, value):
    await build(extraction)
    problem = await answer(extraction, "ann", {**GOOD, name: value}, status=422)
    assert problem["errors"][0]["field"].startswith(f"answers.{name}")
    assert await extraction.ask("GET", "/forms/map/answers?everybody=true") == []


async def test_what_is_required_may_be_missing_in_a_draft_alone(extraction):
    await build(extraction)
    await answer(extraction, "ann", {"design": "RCT"}, done=False)
    problem = await answer(extraction, "ann", {"design": "RCT"}, status=422)
    assert "required" in problem["detail"]


async def test_extractors_see_each_other_when_they_are_done_and_agree(extraction):
    await build(extraction)
    await answer(extraction, "ann", GOOD)
    path = "/forms/map/answers"
    assert (await as_person(extraction, "bob", "GET", path)).json() == []
    await as_person(extraction, "bob", "GET", "/forms/map/comparison?document=d1", status=403)
    await answer(extraction, "bob", {**GOOD, "n": 119, "where": ["DE", "GB"]})
    assert len((await as_person(extraction, "bob", "GET", path)).json()) == 2
    found = await as_person(extraction, "bob", "GET", "/forms/map/comparison?document=d1")
    agree = {one["field"]: one["agree"] for one in found.json()["fields"]}
    assert [name for name, same in agree.items() if not same] == ["n"]
    body = {"document": "d1", "answers": GOOD, "done": True, "note": "looked it up"}
    await as_person(extraction, "bob", "PUT", "/forms/map/consensus", body)
    found = await extraction.ask("GET", "/forms/map/comparison?document=d1&everybody=true")
    assert found["consensus"]["n"] == 120
    people = [one["person"] for one in await extraction.ask("GET", f"{path}?everybody=true")]
    assert people == [None, "ann", "bob"]
    told = {one["field"]: one for one in await extraction.ask("GET", "/forms/map/agreement")}
    assert (told["n"]["documents"], told["n"]["agree"], told["design"]["agree"]) == (1, 0, 1)


async def test_nothing_is_agreed_on_before_somebody_has_done_the_form(extraction):
    await build(extraction)
    body = {"document": "d1", "answers": GOOD}
    problem = await extraction.ask("PUT", "/forms/map/consensus", body, status=409)
    assert "Nobody has done this form" in problem["detail"]


async def test_a_version_that_was_not_seen_is_not_overwritten(extraction):
    await build(extraction)
    first = await answer(extraction, "ann", GOOD)
    body = {"document": "d1", "answers": GOOD, "done": True, "seen": first["version"] - 1}
    await as_person(extraction, "ann", "PUT", "/forms/map/answers", body, 412)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_answers_go_out_as_a_table_and_come_in_the_same(extraction, kind):
    await build(extraction)
    await answer(extraction, "ann", GOOD)
    await answer(extraction, "ann", {"n": 3, "note": 'l1\nl2, "x"'}, "d2")
    path = f"/forms/map/table?format={kind}"
    data = (await as_person(extraction, "ann", "GET", path)).content
    again = await as_person(extraction, "ann", "POST", "/forms/map/table", content=data)
    assert again.json() == {"rows": 2, "changed": 0, "strange": []}
    if kind == "xlsx":
        cells = [c.value for c in openpyxl.load_workbook(io.BytesIO(data)).active[2]]
        assert "'=1+1" in cells
    else:
        assert b"'=1+1" in data
        edited = data.replace(b"usual care", b"treatment as usual")
        changed = await as_person(extraction, "ann", "POST", "/forms/map/table", content=edited)
        assert changed.json()["changed"] == 1


async def test_a_table_with_one_wrong_cell_brings_in_nothing(extraction):
    await build(extraction)
    table = b"document,Participants,Colour\nd1,12,red\nd2,many,blue\n"
    problem = await as_person(
        extraction, "ann", "POST", "/forms/map/table", content=table, status=422
    )
    assert "Participants" in problem.json()["detail"]
    assert await extraction.ask("GET", "/forms/map/answers?everybody=true") == []
    good = table.replace(b"many", b"7")
    said = await as_person(extraction, "ann", "POST", "/forms/map/table", content=good)
    assert said.json() == {"rows": 2, "changed": 2, "strange": ["Colour"]}


@pytest.mark.parametrize("data", [b"PK\x03\x04 no zip", b"\xff\xfe\x00", b"", b"a,b\n1,2\n"])
async def test_what_is_no_table_says_so(extraction, data):
    await build(extraction)
    problem = await as_person(
        extraction, "ann", "POST", "/forms/map/table", content=data, status=422
    )
    assert problem.json()["title"] == "The table cannot be read"


async def test_answers_about_confidential_documents_are_sealed(extraction):
    await build(extraction)
    await extraction.put_documents({"id": "d1", "confidential": True})
    await answer(extraction, "ann", {**GOOD, "note": "zanzibar"})
    from services.extraction.forms.store import form_answers

    async def rows(tx):
        return str([tuple(row) for row in await tx.execute(form_answers.select())])

    assert "zanzibar" not in await extraction.db.read(rows)
    assert "zanzibar" in str(await extraction.ask("GET", "/forms/map/answers?everybody=true"))
