"""Tables of answers: every column is its field's, and what a table does not name stays."""

import pytest

from tests.services.extraction.forms.test_extraction_forms import answer, as_person, build

ODD = [
    {"id": "a", "label": "Setting", "kind": "text"},
    {"id": "b", "label": "setting", "kind": "text"},
    {"id": "c", "label": "Document", "kind": "text"},
    {"id": "d", "label": "Note", "kind": "text"},
    {"id": "e", "label": "Who", "kind": "multi_choice", "choices": ["peers; paid", "nurses", "[x"]},
    {"id": "f", "label": "What, where, when; why", "kind": "number"},
]
SAID = {"a": "ward", "b": "home", "c": "thesis", "d": "n", "e": ["peers; paid", "[x"], "f": 2.5}


async def table(extraction, person, content, status=200):
    path = "/forms/map/table"
    return (
        await as_person(extraction, person, "POST", path, status=status, content=content)
    ).json()


async def given(extraction, person="ann"):
    rows = (await as_person(extraction, person, "GET", "/forms/map/answers")).json()
    return {one["document"]: one for one in rows}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_fields_of_one_label_and_labels_of_other_columns_are_told_apart(extraction, kind):
    await build(extraction)
    await extraction.ask("PUT", "/forms/map", {"title": "Odd", "fields": ODD})
    body = {"document": "d1", "answers": SAID, "done": True, "note": "read twice"}
    await as_person(extraction, "ann", "PUT", "/forms/map/answers", body)
    path = f"/forms/map/table?format={kind}"
    data = (await as_person(extraction, "ann", "GET", path)).content
    assert await table(extraction, "ann", data) == {"rows": 1, "changed": 0, "strange": []}
    assert (await given(extraction))["d1"]["note"] == "read twice"


async def test_what_a_table_has_no_column_for_stays_and_a_blank_cell_takes_away(extraction):
    await build(extraction)
    await answer(extraction, "ann", {"n": 3, "design": "RCT", "day": "2024-05-31"})
    said = await table(extraction, "ann", b"document;Participants;Date\nd1;4;\n")
    assert said["changed"] == 1
    one = (await given(extraction))["d1"]
    assert (one["answers"], one["state"]) == ({"n": 4, "design": "RCT"}, "done")


async def test_a_wrong_cell_is_named_with_its_row(extraction):
    await build(extraction)
    content = b"document,Participants\nd1,12\nd2,many\n"
    problem = await table(extraction, "ann", content, status=422)
    assert problem["detail"] == "Row 3: 'Participants' is a number; 'many' is none"


async def test_what_parts_the_cells_is_told_by_the_column_of_the_document(extraction):
    await build(extraction)
    label = {"id": "n", "label": "Participants, all, of both arms", "kind": "number"}
    await extraction.ask("PUT", "/forms/map", {"title": "Odd", "fields": [label]})
    said = await table(extraction, "ann", b"document;Participants, all, of both arms\nd1;7\n")
    assert said == {"rows": 1, "changed": 1, "strange": []}
