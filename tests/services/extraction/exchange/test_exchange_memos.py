"""Memos on passages that nobody coded go out as selections without a coding, and come back."""

from services.extraction.exchange.formats.project import read_bytes, write_qdpx
from tests.services.extraction.exchange.test_exchange_review import (
    OTHER,
    TEXT,
    _opened,
    accept,
    changes,
    export,
    holds,
    upload,
)

PLACE = {"quote": "🙂 trusted", "start": 11, "end": 20}


async def a_noted_review(extraction):
    await extraction.put_documents({"id": "d1", "title": "First", "text": TEXT})
    memo = {"about": "document/d1", "text": "By whom?", "passage": PLACE}
    return await extraction.ask("POST", "/memos", memo)


def selection_of(project):
    (found,) = [node for node in project.walk() if node.tag == "PlainTextSelection"]
    return found


async def test_a_memo_on_a_passage_is_a_selection_with_a_note_and_comes_back(extraction):
    await a_noted_review(extraction)
    data = await export(extraction)
    assert data == await export(extraction)
    project = read_bytes(data).project
    selection = selection_of(project)
    (note,) = [n for n in project.walk() if n.tag == "Note" and n.name.startswith("Memo on")]
    assert [child.tag for child in selection.children] == ["NoteRef"]
    assert selection.targets("NoteRef") == [note.guid]
    assert (selection.name, selection.attributes["startPosition"]) == (PLACE["quote"], "11")
    await extraction.hear(_opened(OTHER))
    done = await accept(extraction, await upload(extraction, data, OTHER), OTHER)
    assert done["changed"]
    mine = await holds(extraction)
    assert mine == await holds(extraction, OTHER)
    assert [memo["passage"] for memo in mine["memos"].values()] == [PLACE]
    assert await changes(extraction, await upload(extraction, data)) == []


async def test_a_selection_that_was_moved_moves_the_passage_of_its_memo(extraction):
    await a_noted_review(extraction)
    project = read_bytes(await export(extraction)).project
    selection_of(project).attributes.update(startPosition="13", endPosition="20")
    found = await upload(extraction, write_qdpx(project, {}))
    (change,) = await changes(extraction, found)
    assert (change["kind"], change["fields"]) == ("memo", ["passage"])
    await accept(extraction, found)
    (memo,) = (await holds(extraction))["memos"].values()
    assert memo["passage"] == {"quote": "trusted", "start": 13, "end": 20}
