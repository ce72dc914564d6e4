"""Memos point at other things, and nobody overwrites somebody else's."""

from tests.support.extraction import a_fragment

MEMO = {"id": "m1", "about": "fragment/f1", "text": "Why?"}


async def test_a_memo_keeps_its_links_and_the_same_again_changes_nothing(extraction):
    await extraction.code(a_fragment())
    links = [{"kind": "theory", "id": "PT1"}, {"kind": "code", "id": "trust"}]
    first = await extraction.ask("POST", "/memos", {**MEMO, "links": links})
    again = await extraction.ask("POST", "/memos", {**MEMO, "links": links})
    assert again["at"] == first["at"]
    found = await extraction.ask("GET", "/memos?about=fragment/f1")
    assert [(m["text"], m["links"]) for m in found] == [("Why?", links)]
    await extraction.ask("POST", "/memos", {**MEMO, "links": links[:1]})
    found = await extraction.ask("GET", "/memos?about=fragment/f1")
    assert [m["links"] for m in found] == [links[:1]]


async def test_nobody_overwrites_a_memo_of_somebody_else(extraction):
    await extraction.code(a_fragment())
    await extraction.ask("POST", "/memos", MEMO)
    other = {**MEMO, "text": "No."}
    problem = await extraction.ask("POST", "/memos", other, by={"coder"}, status=403)
    assert "somebody else's" in problem["detail"]
    found = await extraction.ask("GET", "/memos?about=fragment/f1")
    assert [m["text"] for m in found] == ["Why?"]
